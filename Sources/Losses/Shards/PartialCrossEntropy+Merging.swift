public import LossEngine
internal import RealMath
internal import Tensors

extension PartialCrossEntropy {
  /// Adds the result of other classes.
  ///
  /// Whatever the order in which results are merged, the outcome is the same, to the bit.
  ///
  /// - Parameter other: What another worker, or several, found.
  /// - Throws: `LossError` where both have classes in common, or are not of the same loss, samples and labels. Then this
  ///   result stays as it was.
  public mutating func merge(_ other: PartialCrossEntropy) throws(LossError) {
    try checkCall(of: other)
    let merged = (parts + other.parts).sorted { $0.classes.lowerBound < $1.classes.lowerBound }
    for (part, next) in zip(merged, merged.dropFirst()) where part.classes.overlaps(next.classes) {
      throw .overlappingClasses(part.classes, next.classes)
    }
    parts = missing(in: merged) == nil ? [try joined(merged)] : merged
  }

  /// Checks that a partial result is of the same call as this one.
  func check(loss: CrossEntropyLoss, classCount: Int, shape: Shape) throws(LossError) {
    func differ(_ name: String, _ own: some Any, _ other: some Any) -> LossError {
      .differentCalls(difference: "\(name) is \(own) and \(other)")
    }
    if self.classCount != classCount { throw differ("the number of classes", self.classCount, classCount) }
    if self.shape != shape { throw differ("the shape of the labels", self.shape, shape) }
    if self.loss != loss { throw differ("the loss", self.loss, loss) }
  }

  private func checkCall(of other: PartialCrossEntropy) throws(LossError) {
    try check(loss: other.loss, classCount: other.classCount, shape: other.shape)
    let bits = zip(sampleWeights, other.sampleWeights)
    if let row = bits.enumerated().first(where: { $1.0.bitPattern != $1.1.bitPattern })?.offset {
      throw .differentCalls(
        difference:
          "sample\(shape.index(ofElement: row)) counts \(sampleWeights[row]) and \(other.sampleWeights[row])")
    }
  }

  /// Returns the first classes that no part has.
  func missing(in parts: [Part]) -> Range<Int>? {
    var next = 0
    for part in parts {
      if part.classes.lowerBound > next { return next..<part.classes.lowerBound }
      next = part.classes.upperBound
    }
    return next < classCount ? next..<classCount : nil
  }

  /// Returns the part of all classes, from those that make it up.
  private func joined(_ parts: [Part]) throws(LossError) -> Part {
    if parts.count == 1 { return parts[0] }
    let rows = sampleWeights.indices
    let maxima = rows.map { row in
      parts.reduce(-Double.infinity) { $1.maxima[row].isNaN || $1.maxima[row] > $0 ? $1.maxima[row] : $0 }
    }
    var all = Part(
      classes: 0..<classCount, classWeightSum: parts.reduce(0) { $0 + $1.classWeightSum },
      labelWeightSum: parts.reduce(0) { $0 + $1.labelWeightSum }, maxima: maxima,
      sumsMinusOne: rows.map { row in Self.sumMinusOne(parts, row, maximum: maxima[row]) })
    try joinLabels(of: parts, to: &all)
    if loss.labelSmoothing > 0 {
      all.distances = rows.map { row in
        parts.reduce(0) { $0 + $1.distance(inRow: row, from: maxima[row]) }
      }
      if parts.contains(where: { !$0.unmasked.isEmpty }) {
        all.unmasked = rows.map { row in parts.reduce(0) { $0 + $1.unmasked(inRow: row) } }
        all.unmaskedWeights = rows.map { row in parts.reduce(0) { $0 + $1.unmaskedWeight(inRow: row) } }
      }
    }
    return all
  }

  /// Returns the sum of the exponentials under the maximum of all parts, without the 1 of one maximum itself.
  private static func sumMinusOne(_ parts: [Part], _ row: Int, maximum: Double) -> Double {
    if maximum == -.infinity { return -1 }
    guard maximum.isFinite else { return .nan }
    var (sum, isOneLeftOut) = (0.0, false)
    for part in parts {
      if part.maxima[row] == maximum, !isOneLeftOut {
        sum += part.sumsMinusOne[row]
        isOneLeftOut = true
      } else if part.maxima[row] > -.infinity {
        sum += exp(part.maxima[row] - maximum) * (1 + part.sumsMinusOne[row])
      }
    }
    return sum
  }

  private func joinLabels(of parts: [Part], to all: inout Part) throws(LossError) {
    var owners = [Int?](repeating: nil, count: sampleWeights.count)
    for (index, part) in parts.enumerated() {
      for row in part.labelledRows {
        if let owner = owners[row] {
          throw .differentCalls(
            difference: "the label of sample\(shape.index(ofElement: row)) is among the classes "
              + "\(parts[owner].classes) and \(part.classes)")
        }
        owners[row] = index
      }
    }
    var places = [Int](repeating: 0, count: parts.count)
    for (row, owner) in owners.enumerated() where sampleWeights[row] != 0 {
      guard let owner else {
        throw .differentCalls(
          difference: "the label of sample\(shape.index(ofElement: row)) is among no worker's classes")
      }
      all.labelledRows.append(row)
      all.labelScores.append(parts[owner].labelScores[places[owner]])
      all.labelWeights.append(parts[owner].labelWeights[places[owner]])
      places[owner] += 1
    }
  }
}

extension PartialCrossEntropy.Part {
  /// The number of classes of a row that are not masked.
  func unmasked(inRow row: Int) -> Int { unmasked.isEmpty ? classes.count : unmasked[row] }

  /// The sum of their weights.
  func unmaskedWeight(inRow row: Int) -> Double {
    unmasked.isEmpty ? classWeightSum : unmaskedWeights[row]
  }

  /// Returns Σ w·(maximum − x) under a maximum that may be another part's.
  fileprivate func distance(inRow row: Int, from maximum: Double) -> Double {
    if unmasked(inRow: row) == 0 { return 0 }
    let gap = maximum - maxima[row]
    return gap == 0 ? distances[row] : distances[row] + unmaskedWeight(inRow: row) * gap
  }
}
