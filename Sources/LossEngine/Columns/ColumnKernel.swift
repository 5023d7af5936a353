public import RealMath

/// What computes the blocks of a loss over classes or of a function along an axis, in `Float` and `Double`: a formula, or
/// some steps.
@usableFromInline
package protocol ColumnFunction: Sendable {
  /// Whether it computes blocks in parts too. By default it does not.
  static var goesInParts: Bool { get }

  func compute(_ block: ColumnBlock<Float>)
  func compute(_ block: ColumnBlock<Double>)
}

extension ColumnFunction {
  @inlinable package static var goesInParts: Bool { false }

  /// Computes a block of either type.
  @export(implementation) @inline(__always)
  func computeEither<C: RealScalar>(_ block: ColumnBlock<C>) {
    LossEngine.compute(
      block, inFloat: { compute($0 as ColumnBlock<Float>) }, inDouble: { compute($0 as ColumnBlock<Double>) })
  }
}

/// What is computed of the columns of a block in the same way, however they lie in memory.
@usableFromInline
package protocol ColumnFormula: ColumnFunction {
  func compute<C: RealScalar, Order: PanelOrder>(_ block: ColumnBlock<C>, _: Order.Type)
}

extension ColumnFormula {
  @export(implementation)
  package func compute(_ block: ColumnBlock<Float>) { run(block) }

  @export(implementation)
  package func compute(_ block: ColumnBlock<Double>) { run(block) }

  /// Runs the kernel for the order of the block.
  @export(implementation) @inline(__always)
  package func run<C: RealScalar>(_ block: ColumnBlock<C>) {
    if block.linesAreColumns {
      runLines(block)
    } else {
      ColumnKernel<Self, C, ColumnsInLine>(formula: self, block: block)(
        elements: block.classes * block.columns)
    }
  }

  /// Runs the kernel of a loss without further axes, where a line is a column.
  @export(implementation) @inline(__always)
  package func runLines<C: RealScalar>(_ block: ColumnBlock<C>) {
    ColumnKernel<Self, C, ClassesInLine>(formula: self, block: block)(elements: block.classes * block.columns)
  }

  /// Adds the kernels that ``run(_:)`` may run to a list.
  @export(implementation) @inline(__always)
  package static func addKernels(to list: inout some KernelList) {
    addLineKernels(to: &list)
    list.add(ColumnKernel<Self, Float, ColumnsInLine>.self)
    list.add(ColumnKernel<Self, Double, ColumnsInLine>.self)
  }

  /// Adds the kernels that ``runLines(_:)`` may run to a list.
  @export(implementation) @inline(__always)
  package static func addLineKernels(to list: inout some KernelList) {
    list.add(ColumnKernel<Self, Float, ClassesInLine>.self)
    list.add(ColumnKernel<Self, Double, ClassesInLine>.self)
  }
}

/// A formula with the block that it is evaluated for.
@usableFromInline
package struct ColumnKernel<Formula: ColumnFormula, C: RealScalar, Order: PanelOrder>: Kernel {
  @usableFromInline let formula: Formula
  @usableFromInline let block: ColumnBlock<C>

  @export(implementation) @inline(__always)
  init(formula: Formula, block: ColumnBlock<C>) {
    self.formula = formula
    self.block = block
  }

  // In `Double` it waits for memory, and longer than with vectors of half the width.
  @export(implementation) @inline(__always)
  package static var gainsFromAVX512: Bool { C.self == Float.self }

  @export(implementation) @inline(__always)
  package func run() { formula.compute(block, Order.self) }
}
