public import RealMath

/// Some rows of the arguments of a loss over vectors, and memory for the results: what a kernel computes at once.
///
/// - Precondition: Of vectors there are `length` numbers for each row, of everything else one, and what is written to
///   overlaps with nothing else.
@usableFromInline
package struct RowBlock<C: RealScalar> {
  @usableFromInline package let rowCount: Int
  @usableFromInline package let length: Int
  @usableFromInline package let first: UncheckedBuffer<C>
  @usableFromInline package let second: UncheckedBuffer<C>
  @usableFromInline package let third: UncheckedBuffer<C>?
  /// The label of each pair, ±1, where the loss has one.
  @usableFromInline let pairLabels: UncheckedBuffer<C>?
  /// What the gradients of each row are multiplied by. It is nobody else's.
  @usableFromInline package let scales: UncheckedBuffer<Double>
  @usableFromInline package let values: UncheckedBuffer<Double>
  @usableFromInline package let firstGradient: UncheckedBuffer<C>?
  @usableFromInline package let secondGradient: UncheckedBuffer<C>?
  @usableFromInline package let thirdGradient: UncheckedBuffer<C>?

  @export(implementation) @inline(__always)
  package subscript(index: Int) -> Row<C> { Row(block: self, index: index) }

  @export(implementation) @inline(__always)
  package func forEachRow(_ body: (Row<C>) -> Void) {
    for index in 0..<rowCount { body(self[index]) }
  }

  /// Where the elements of a row are among those of all rows.
  @export(implementation) @inline(__always)
  package func elements(of index: Int) -> Range<Int> { index &* length..<(index &+ 1) &* length }

  /// The vectors of a row.
  @export(implementation) @inline(__always)
  package func pair(_ first: UncheckedBuffer<C>, _ second: UncheckedBuffer<C>, _ index: Int) -> VectorPair<C>
  {
    let row = self[index]
    return VectorPair(row.vector(first), row.vector(second), count: length)
  }

  /// Computes the sum of the terms of each row, as `VectorPair` does.
  @export(implementation) @inline(__always)
  package func setSums(
    of first: UncheckedBuffer<C>, _ second: UncheckedBuffer<C>, to sums: UncheckedBuffer<Double>,
    _ term: (Double, Double) -> Double
  ) {
    forEachRow(fourAtOnceUpTo: Summation.partSize) { row in
      let fourSums = Summation.sumsOfFour(count: length) { list, index in
        let place = (row &+ list) &* length &+ index
        return term(Double(first[place]), Double(second[place]))
      }
      for list in 0..<4 { sums[row &+ list] = fourSums[list] }
    } one: { row in
      sums[row] = pair(first, second, row).sum(term)
    }
  }

  /// Computes ‖a‖², a·b and ‖b‖² of the first two vectors of each row, as `VectorPair` does.
  @export(implementation) @inline(__always)
  package func setProducts(
    to squares1: UncheckedBuffer<Double>, _ products: UncheckedBuffer<Double>,
    _ squares2: UncheckedBuffer<Double>
  ) {
    forEachRow(fourAtOnceUpTo: VectorPair<C>.longestOfFour) { row in
      let place = row &* length
      let four = VectorPair.productsOfFour(
        first.advanced(by: place), second.advanced(by: place), count: length)
      for list in 0..<4 {
        squares1[row &+ list] = four.0[list]
        products[row &+ list] = four.1[list]
        squares2[row &+ list] = four.2[list]
      }
    } one: { row in
      (squares1[row], products[row], squares2[row]) = pair(first, second, row).products(scaledBy: (1, 1))
    }
  }

  /// Calls `four` with the first of four rows for as many as there are, where rows have so few elements at most, and
  /// `one` with each other row.
  @export(implementation) @inline(__always)
  private func forEachRow(
    fourAtOnceUpTo longest: Int, _ four: (_ row: Int) -> Void, one: (_ row: Int) -> Void
  ) {
    var row = 0
    let end = length <= longest ? rowCount & ~3 : 0
    while row < end {
      four(row)
      row &+= 4
    }
    while row < rowCount {
      one(row)
      row &+= 1
    }
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
