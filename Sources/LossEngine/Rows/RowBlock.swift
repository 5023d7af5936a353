public import RealMath

/// Some rows of the arguments of a loss over vectors, and memory for the results: what a kernel computes at once.
///
/// - Precondition: Of vectors there are `length` numbers for each row, of everything else one, and what is written to
///   overlaps with nothing else.
@usableFromInline
package struct RowBlock<C: RealScalar> {
  @usableFromInline package let rowCount: Int
  @usableFromInline package let length: Int
  @usableFromInline let first: UncheckedBuffer<C>
  @usableFromInline let second: UncheckedBuffer<C>
  @usableFromInline let third: UncheckedBuffer<C>?
  /// The label of each pair, ±1, where the loss has one.
  @usableFromInline let pairLabels: UncheckedBuffer<C>?
  /// What the gradients of each row are multiplied by. It is nobody else's.
  @usableFromInline package let scales: UncheckedBuffer<Double>
  @usableFromInline package let values: UncheckedBuffer<Double>
  @usableFromInline let firstGradient: UncheckedBuffer<C>?
  @usableFromInline let secondGradient: UncheckedBuffer<C>?
  @usableFromInline let thirdGradient: UncheckedBuffer<C>?

  @export(implementation) @inline(__always)
  package func forEachRow(_ body: (Row<C>) -> Void) {
    for index in 0..<rowCount { body(Row(block: self, index: index)) }
  }
}

/// One row of a block.
@frozen @usableFromInline
package struct Row<C: RealScalar> {
  @usableFromInline let block: RowBlock<C>
  @usableFromInline package let index: Int

  @export(implementation) @inline(__always)
  init(block: RowBlock<C>, index: Int) {
    self.block = block
    self.index = index
  }

  @export(implementation) @inline(__always) package var count: Int { block.length }
  @export(implementation) @inline(__always) package var first: UncheckedBuffer<C> { vector(block.first) }
  @export(implementation) @inline(__always) package var second: UncheckedBuffer<C> { vector(block.second) }
  @export(implementation) @inline(__always) package var third: UncheckedBuffer<C>? { block.third.map(vector) }
  @export(implementation) @inline(__always) package var firstGradient: UncheckedBuffer<C>? {
    block.firstGradient.map(vector)
  }
  @export(implementation) @inline(__always) package var secondGradient: UncheckedBuffer<C>? {
    block.secondGradient.map(vector)
  }
  @export(implementation) @inline(__always) package var thirdGradient: UncheckedBuffer<C>? {
    block.thirdGradient.map(vector)
  }

  /// The label of the pair, where the loss has one.
  @export(implementation) @inline(__always) package var pairLabel: C { block.pairLabels?[index] ?? 0 }

  /// What the gradients are multiplied by.
  @export(implementation) @inline(__always) package var scale: Double { block.scales[index] }

  @export(implementation) @inline(__always) package var value: Double {
    get { block.values[index] }
    nonmutating set { block.values[index] = newValue }
  }

  /// Sets all gradients of the row to one number.
  @export(implementation) @inline(__always)
  package func fillGradients(_ number: C) {
    firstGradient?.fill(number, count: count)
    secondGradient?.fill(number, count: count)
    thirdGradient?.fill(number, count: count)
  }

  /// Sets all gradients of a row whose loss is constant there to 0 times the scale: 0, or NaN.
  @export(implementation) @inline(__always)
  package func clearGradients() { fillGradients(scale.isFinite ? 0 : .nan) }

  @export(implementation) @inline(__always)
  func vector(_ vectors: UncheckedBuffer<C>) -> UncheckedBuffer<C> {
    vectors.advanced(by: index &* block.length)
  }
}
