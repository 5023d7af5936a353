public import RealMath

/// What computes the blocks of a loss over vectors, in `Float` and `Double`.
@usableFromInline
package protocol RowFunction: Sendable {
  func compute(_ block: RowBlock<Float>)
  func compute(_ block: RowBlock<Double>)
}

extension RowFunction {
  /// Computes a block of either type.
  @export(implementation) @inline(__always)
  func computeEither<C: RealScalar>(_ block: RowBlock<C>) {
    dispatch(
      block, on: C.self, inFloat: { compute($0 as RowBlock<Float>) },
      inDouble: { compute($0 as RowBlock<Double>) })
  }
}

/// What is computed of each row in the same way.
@usableFromInline
package protocol RowFormula: RowFunction {
  func compute<C: RealScalar>(_ row: Row<C>)

  /// Computes all rows of a block. By default they are computed one by one.
  func computeRows<C: RealScalar>(_ block: RowBlock<C>)
}

extension RowFormula {
  @export(implementation) @inline(__always)
  package func computeRows<C: RealScalar>(_ block: RowBlock<C>) { block.forEachRow { compute($0) } }

  @export(implementation)
  package func compute(_ block: RowBlock<Float>) { run(block) }

  @export(implementation)
  package func compute(_ block: RowBlock<Double>) { run(block) }

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
@frozen @usableFromInline
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
    formula.computeRows(block)
  }
}
