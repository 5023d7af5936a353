internal import RealMath
package import Tensors

/// The samples of a batch that count, where not all count alike. The others are compared with nothing.
package struct CountedSamples: Sendable {
  /// Those that count, and what for.
  package let positions: [Int]
  package private(set) var weights: [Double]
  /// The weights have been multiplied by 2 to this power.
  package private(set) var exponent = 0
  /// For each sample of the batch, which of those that count it is; −1 where it does not.
  let places: [Int]

  package init?(_ samples: (any SampleWeights)?, of count: Int) {
    guard let samples else { return nil }
    let all = samples[0..<count]
    positions = all.indices.filter { all[$0] != 0 }
    weights = positions.map { all[$0] }
    var places = all.map { _ in -1 }
    for (place, position) in positions.enumerated() { places[position] = place }
    self.places = places
  }

  /// Those of a batch whose samples have weights or a mask, if they have.
  package init?<S: LossScalar>(weight: Tensor<S>?, mask: Tensor<Bool>?, of count: Int) throws(LossError) {
    self.init(try Check.sampleWeights(weight, mask: mask, shape: [count]), of: count)
  }

  /// Multiplies the weights by a power of two that brings the largest at some places near 1.
  fileprivate mutating func bringNearOne(at places: [Int]) {
    var largest = 0.0
    for place in places where weights[place].magnitude > largest || weights[place].isNaN {
      largest = weights[place].magnitude
    }
    exponent = WeightRange.exponent(bringing: largest, nearOneIn: Double.self)
    let power = WeightRange.power(exponent)
    weights = weights.map { WeightRange.product($0, power) }
  }
}

extension CountedSamples? {
  /// How many count of so many samples.
  package func count(of total: Int) -> Int { self?.positions.count ?? total }

  /// Returns what a mean over so many samples is divided by: the sum of the weights that have a part in it, or their number.
  /// The weights of a mean whose sum is far from 1 are multiplied by a power of two first.
  ///
  /// - Parameter isInMean: Whether a sample that counts has a part in the mean; `nil` where all have.
  package mutating func denominator(
    of total: Int, _ reduction: Reduction, where isInMean: ((_ place: Int) -> Bool)? = nil
  ) -> Double {
    if self == nil, isInMean == nil { return Double(total) }
    let places = (0..<count(of: total)).filter { isInMean?($0) ?? true }
    guard var samples = self else { return Double(places.count) }
    func sum() -> Double { places.reduce(0) { $0 + samples.weights[$1] } }
    if reduction != .mean || WeightRange.contains(sum(), Double.self) { return sum() }
    samples.bringNearOne(at: places)
    self = samples
    return sum()
  }

  /// Returns which value is that of a row, among those of all samples.
  func valuePosition(ofRow row: Int) -> Int {
    guard let self else { return row }
    let (block, place) = row.quotientAndRemainder(dividingBy: self.positions.count)
    return block * self.places.count + self.positions[place]
  }

  /// Returns what a row counts for.
  func weight(ofRow row: Int) -> Double {
    guard let self else { return 1 }
    return self.weights[row % self.weights.count]
  }
}
