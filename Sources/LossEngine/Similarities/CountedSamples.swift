package import Tensors

/// The samples of a batch that count, where not all count alike. The others are compared with nothing.
package struct CountedSamples: Sendable {
  /// Those that count, and what for.
  package let positions: [Int]
  package let weights: [Double]
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

  /// The sum of the weights.
  package var sum: Double { weights.reduce(0, +) }
}

extension CountedSamples? {
  /// How many count of so many samples.
  package func count(of total: Int) -> Int { self?.positions.count ?? total }

  /// What so many samples count for: their number, without weights.
  package func sum(of total: Int) -> Double { self?.sum ?? Double(total) }

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
