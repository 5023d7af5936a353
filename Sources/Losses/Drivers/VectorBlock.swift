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

  @inlinable var count: Int { block.length }
  @inlinable var first: Numbers<C> { vector(block.first) }
  @inlinable var second: Numbers<C> { vector(block.second) }
  @inlinable var third: Numbers<C>? { block.third.map(vector) }
  @inlinable var firstGradient: Numbers<C>? { block.firstGradient.map(vector) }
  @inlinable var secondGradient: Numbers<C>? { block.secondGradient.map(vector) }
  @inlinable var thirdGradient: Numbers<C>? { block.thirdGradient.map(vector) }

  /// The answer for the row, where the loss has one.
  @inlinable var answer: C { block.answers?[index] ?? 0 }

  /// What the gradients are multiplied by.
  @inlinable var scale: Double { block.scales[index] }

  @inlinable var value: Double {
    get { block.values[index] }
    nonmutating set { block.values[index] = newValue }
  }

  @inlinable @inline(__always)
  func vector(_ vectors: Numbers<C>) -> Numbers<C> { vectors.advanced(by: index &* block.length) }
}
