public import RealMath

/// The largest element of a column of the input, where its softmax does not tell: infinite, or hidden by a NaN.
@usableFromInline
package struct ColumnPeak<C: RealScalar> {
  package let column: Int
  /// The maximum, or NaN where an element is NaN.
  package private(set) var maximum = -C.infinity
  private var infinities = 0
  private var lastInfinity = 0

  init(column: Int) { self.column = column }

  /// The class of the only element that is ∞, if there is exactly one and no NaN.
  package var onlyInfinity: Int? {
    maximum == .infinity && infinities == 1 ? lastInfinity : nil
  }

  mutating func raise(to x: C, class label: Int) {
    if x > maximum || x.isNaN { maximum = x }
    if x == .infinity { (infinities, lastInfinity) = (infinities + 1, label) }
  }
}

extension ColumnBlock {
  /// Returns the largest elements of some columns, which are looked at in one pass: classes in parts are loaded for each
  /// pass.
  @usableFromInline
  @specialized(where C == Float) @specialized(where C == Double)
  package func peaks(where isIncluded: (_ column: Int) -> Bool) -> [ColumnPeak<C>] {
    var peaks: [ColumnPeak<C>] = []
    for column in 0..<columns where isIncluded(column) { peaks.append(ColumnPeak(column: column)) }
    if peaks.isEmpty { return peaks }
    forEachPart(storesResults: false) { block, _ in
      for position in peaks.indices {
        var peak = peaks[position]
        for index in 0..<block.classes {
          let place = block.place(class: index, column: peak.column)
          peak.raise(to: block.input[place], class: block.firstClass + index)
        }
        peaks[position] = peak
      }
    }
    return peaks
  }
}
