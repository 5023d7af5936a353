public import RealMath

/// Some rows of the arguments of a loss over vectors, and memory for the results: what its kernel is given at once.
///
/// Its driver answers for the memory: of vectors there are `length` numbers for each row, of everything else one, and
/// what is written to overlaps with nothing else.
@safe @usableFromInline
struct VectorBlock<C: RealScalar> {
  @usableFromInline let rowCount: Int
  @usableFromInline let length: Int
  @usableFromInline let first: Numbers<C>
  @usableFromInline let second: Numbers<C>
  @usableFromInline let third: Numbers<C>?
  @usableFromInline let answers: Numbers<C>?
  @usableFromInline let scales: Numbers<Double>
  @usableFromInline let values: Numbers<Double>
  @usableFromInline let firstGradient: Numbers<C>?
  @usableFromInline let secondGradient: Numbers<C>?
  @usableFromInline let thirdGradient: Numbers<C>?

  @inlinable @inline(__always)
  func forEachRow(_ body: (VectorRow<C>) -> Void) {
    for index in 0..<rowCount { body(VectorRow(block: self, index: index)) }
  }
}

/// One row of a block.
@safe @usableFromInline
struct VectorRow<C: RealScalar> {
  @usableFromInline let block: VectorBlock<C>
  @usableFromInline let index: Int

  @inlinable @inline(__always)
  init(block: VectorBlock<C>, index: Int) {
    self.block = block
    self.index = index
  }

  @inlinable @inline(__always) var count: Int { block.length }
  @inlinable @inline(__always) var first: Numbers<C> { vector(block.first) }
  @inlinable @inline(__always) var second: Numbers<C> { vector(block.second) }
  @inlinable @inline(__always) var third: Numbers<C>? { block.third.map(vector) }
  @inlinable @inline(__always) var firstGradient: Numbers<C>? { block.firstGradient.map(vector) }
  @inlinable @inline(__always) var secondGradient: Numbers<C>? { block.secondGradient.map(vector) }
  @inlinable @inline(__always) var thirdGradient: Numbers<C>? { block.thirdGradient.map(vector) }

  /// The answer for the row, where the loss has one.
  @inlinable @inline(__always) var answer: C { block.answers?[index] ?? 0 }

  /// What the gradients are multiplied by.
  @inlinable @inline(__always) var scale: Double { block.scales[index] }

  @inlinable @inline(__always) var value: Double {
    get { block.values[index] }
    nonmutating set { block.values[index] = newValue }
  }

  @inlinable @inline(__always)
  func vector(_ vectors: Numbers<C>) -> Numbers<C> { vectors.advanced(by: index &* block.length) }
}

/// What is computed of the rows of a block in the same way.
@usableFromInline
protocol VectorFunction: SendableMetatype {
  func compute<C: RealScalar>(_ row: VectorRow<C>)
}

extension VectorFunction {
  @inlinable @inline(__always)
  func run<C: RealScalar>(_ block: VectorBlock<C>) {
    VectorKernel(function: self, block: block)(elements: block.rowCount * block.length)
  }

  @inlinable @inline(__always)
  static func addKernels(to list: inout some _KernelList) {
    list.add(VectorKernel<Self, Float>.self)
    list.add(VectorKernel<Self, Double>.self)
  }
}

/// A function, and the block that it is to be computed for.
@usableFromInline
struct VectorKernel<Function: VectorFunction, C: RealScalar>: _Kernel {
  @usableFromInline let function: Function
  @usableFromInline let block: VectorBlock<C>

  @inlinable @inline(__always)
  init(function: Function, block: VectorBlock<C>) {
    self.function = function
    self.block = block
  }

  @inlinable @inline(__always)
  func run() {
    block.forEachRow { function.compute($0) }
  }
}
