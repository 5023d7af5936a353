/// How a predicted and a true region of one class overlap: sums over positions, of probabilities p and a mask t.
@usableFromInline
package struct RegionSums {
  /// Σ min(p, t)
  package var intersection: Double
  /// Σ max(p − t, 0): what is predicted but not true.
  package var excess: Double
  /// Σ max(t − p, 0): what is true but not predicted.
  package var lack: Double

  /// Σ t
  package var target: Double

  /// The number of the sums.
  @export(implementation) @inline(__always)
  static var count: Int { 4 }
}

/// The value of a loss for one class, and its derivatives with respect to the sums of that class.
@usableFromInline
package struct RegionTerms {
  package var value: Double
  package var intersection: Double
  package var excess: Double
  package var lack: Double
  /// The derivatives are those with respect to the sums times 2 to this power: tiny sums have derivatives that are out of
  /// range. It is the same for all classes.
  let weightExponent: Int

  package init(
    value: Double, intersection: Double, excess: Double, lack: Double, weightExponent: Int = 0
  ) {
    self.value = value
    self.intersection = intersection
    self.excess = excess
    self.lack = lack
    self.weightExponent = weightExponent
  }

  /// A class that costs nothing.
  package static var nothing: RegionTerms { RegionTerms(value: 0, intersection: 0, excess: 0, lack: 0) }

  /// A class with NaN at a position that counts.
  package static var nan: RegionTerms {
    RegionTerms(value: .nan, intersection: .nan, excess: .nan, lack: .nan)
  }
}

/// A loss of the overlap of regions.
@usableFromInline
package protocol RegionFormula: Sendable {
  /// Whether all classes together have one value. Then that of the first class is the value, and the derivatives of each
  /// class are those of this value.
  static var isJoint: Bool { get }

  /// Returns the terms of each class, given the sums of all classes of a sample, or of the batch.
  func terms(_ sums: [RegionSums]) -> [RegionTerms]
}
