public import RealMath

/// What computes the blocks of a loss over classes or of a function along an axis, in `Float` and `Double`: some
/// steps.
@usableFromInline
package protocol ColumnFunction: Sendable {
  /// The bytes of memory of its own for each class of a column, where it does not take them in parts. By default it needs
  /// none.
  var bytesPerClass: Int { get }

  /// The numbers of memory of its own for each score of a panel, where it does not take classes in parts. By default it
  /// needs none.
  var numbersPerScore: Int { get }

  func compute(_ block: ColumnBlock<Float>)
  func compute(_ block: ColumnBlock<Double>)
}

extension ColumnFunction {
  @inlinable package var bytesPerClass: Int { 0 }
  @inlinable package var numbersPerScore: Int { 0 }

  /// Computes a block of either type.
  @export(implementation) @inline(__always)
  package func computeEither<C: RealScalar>(_ block: ColumnBlock<C>) {
    dispatch(
      block, on: C.self, inFloat: { compute($0 as ColumnBlock<Float>) },
      inDouble: { compute($0 as ColumnBlock<Double>) })
  }
}

/// A step of a function over columns, of one scalar type, which is done in the same way however the columns lie in memory.
///
/// Steps are kernels of their own, so that functions share them: softmax is compiled once, whatever is made of it.
@usableFromInline
package protocol ColumnStep<C>: SendableMetatype {
  associatedtype C: RealScalar

  func compute<Order: PanelOrder>(_ block: ColumnBlock<C>, _: Order.Type)
}

extension ColumnStep {
  /// Runs the kernel for the order of the block.
  @export(implementation) @inline(__always)
  package func run(_ block: ColumnBlock<C>) {
    if block.linesAreColumns {
      ColumnKernel<Self, ClassesInLine>(step: self, block: block)(elements: block.classes * block.columns)
    } else {
      ColumnKernel<Self, ColumnsInLine>(step: self, block: block)(elements: block.classes * block.columns)
    }
  }

  /// Adds the kernels that ``run(_:)`` may run to a list.
  @export(implementation) @inline(__always)
  package static func addKernels(to list: inout some KernelList) {
    list.add(ColumnKernel<Self, ClassesInLine>.self)
    list.add(ColumnKernel<Self, ColumnsInLine>.self)
  }
}

/// A step with the block that it is done for.
@frozen @usableFromInline
package struct ColumnKernel<Step: ColumnStep, Order: PanelOrder>: Kernel {
  @usableFromInline let step: Step
  @usableFromInline let block: ColumnBlock<Step.C>

  @export(implementation) @inline(__always)
  init(step: Step, block: ColumnBlock<Step.C>) {
    self.step = step
    self.block = block
  }

  // In `Double` it waits for memory, and longer than with vectors of half the width.
  @export(implementation) @inline(__always)
  package static var gainsFromAVX512: Bool { Step.C.self == Float.self }

  @export(implementation) @inline(__always)
  package func run() { step.compute(block, Order.self) }
}
