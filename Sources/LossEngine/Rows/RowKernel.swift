public import RealMath

/// What computes the blocks of a loss over vectors.
@usableFromInline
package protocol RowFunction: Sendable {
  func compute<C: LossScalar>(_ block: RowBlock<C>) where C.Computation == C, C: RealScalar
}

/// What is computed of each row in the same way.
@usableFromInline
package protocol RowFormula: RowFunction {
  func compute<C: RealScalar>(_ row: Row<C>)
}

extension RowFormula {
  @inlinable
  package func compute<C: RealScalar>(_ block: RowBlock<C>) { run(block) }

  @export(implementation) @inline(__always)
  package func run<C: RealScalar>(_ block: RowBlock<C>) {
    RowKernel(formula: self, block: block)(elements: block.rowCount * block.length)
  }

  /// Adds the kernels of the formula to a list.
  @export(implementation) @inline(__always)
  package static func addKernels(to list: inout some KernelList) {
    list.add(RowKernel<Self, Float>.self)
    list.add(RowKernel<Self, Double>.self)
  }
}

/// A formula with the block that it is evaluated for.
@usableFromInline
package struct RowKernel<Formula: RowFormula, C: RealScalar>: Kernel {
  @usableFromInline let formula: Formula
  @usableFromInline let block: RowBlock<C>

  @export(implementation) @inline(__always)
  init(formula: Formula, block: RowBlock<C>) {
    self.formula = formula
    self.block = block
  }

  @export(implementation) @inline(__always)
  package func run() {
    block.forEachRow { formula.compute($0) }
  }
}
