public import LossEngine
internal import RealMath
public import Tensors

/// What some of the classes contribute to a cross entropy, as far as other workers need to know it.
///
/// It has a few numbers for each sample, however many the classes are: the largest score, the sum of the exponentials, what is
/// known of the label, and what smoothing needs. Results of different classes ``merge(_:)`` into the loss, in any order and
/// with the same bits in each. So it is what a ``CrossEntropyShard`` sends to the others, in any encoding: it is `Codable`,
/// and its numbers come back from JSON as they were, NaN and infinities included.
///
/// With m the largest score of some classes, S = Σ e^(x − m) over them, and M the largest score of all classes:
///
/// ```
/// log Σᵢ eˣⁱ = M + log Σ e^(m − M) · S   over the partial results
/// ```
///
/// **Edge cases**
/// - Results merge only if they are of the same loss, the same labels, and classes that do not overlap.
/// - Decoding anything that no worker can have sent throws `DecodingError`.
public struct PartialCrossEntropy: Hashable, Sendable {
  /// The number of all classes.
  public let classCount: Int
  /// The loss, with its classes along the default axis.
  let loss: CrossEntropyLoss
  /// The shape of the labels.
  let shape: Shape
  /// What each row counts for: 0 if it does not.
  let sampleWeights: [Double]
  /// What is known of the classes, in their order. That of all is one.
  var parts: [Part]

  /// What is known of some neighbouring classes.
  struct Part: Hashable, Sendable {
    var classes: Range<Int>
    var classWeightSum: Double
    /// The sum of sample weight · class weight over the labels among the classes.
    var labelWeightSum: Double
    var maxima: [Double]
    var sumsMinusOne: [Double]
    /// The rows whose label is among the classes, with its score and its weight.
    var labelledRows: [Int] = []
    var labelScores: [Double] = []
    var labelWeights: [Double] = []
    /// Without smoothing, there are none.
    var distances: [Double] = []
    /// Where no class of any row is masked, there are none.
    var unmasked: [Int] = []
    var unmaskedWeights: [Double] = []
  }
}

extension PartialCrossEntropy {
  /// - Parameter run: Runs a function over the columns of a call.
  init<Arguments: RecordableArguments>(
    _ loss: CrossEntropyLoss, _ slice: ClassSlice, _ arguments: Arguments,
    run: (CrossEntropyLoss.SliceTerms, Arguments) -> Void
  ) {
    let function = CrossEntropyLoss.SliceTerms(loss.options, slice)
    let record = function.newRecord(shape: arguments.sampleShape)
    run(function, arguments.recording(to: record))
    classCount = slice.classCount
    self.loss = Self.comparable(loss)
    shape = arguments.sampleShape
    let sampleWeights = arguments.sampleWeights(of: record)
    self.sampleWeights = sampleWeights
    var part = Part(
      classes: slice.classes, classWeightSum: arguments.classWeightSum,
      labelWeightSum: arguments.labelWeightSum,
      maxima: record[.maximum], sumsMinusOne: record[.sumMinusOne])
    let (hasLabel, scores, weights) = (record[.hasLabel], record[.labelScore], record[.labelWeight])
    for row in sampleWeights.indices where sampleWeights[row] != 0 && hasLabel[row] != 0 {
      part.labelledRows.append(row)
      part.labelScores.append(scores[row])
      part.labelWeights.append(weights[row])
    }
    if loss.labelSmoothing > 0 {
      part.distances = record[.distance]
      let unmasked = record[.unmasked].map { Int($0) }
      if sampleWeights.indices.contains(where: {
        sampleWeights[$0] != 0 && unmasked[$0] < slice.classes.count
      }) {
        (part.unmasked, part.unmaskedWeights) = (unmasked, record[.unmaskedWeight])
      }
    }
    parts = [part]
  }

  /// The loss without what may differ between workers.
  private static func comparable(_ loss: CrossEntropyLoss) -> CrossEntropyLoss {
    var loss = loss
    loss.classAxis = 1
    return loss
  }

  /// The classes that this is the result of: as few ranges as possible, in increasing order.
  public var classes: [Range<Int>] {
    parts.reduce(into: []) { ranges, part in
      if let last = ranges.last, last.upperBound == part.classes.lowerBound {
        ranges[ranges.count - 1] = last.lowerBound..<part.classes.upperBound
      } else {
        ranges.append(part.classes)
      }
    }
  }

  /// Whether this is the result of all classes.
  public var isComplete: Bool { parts.first?.classes == 0..<classCount }

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

  /// Returns the loss of all classes.
  ///
  /// - Parameter type: The type of the scores.
  /// - Returns: A number, or one for each sample without a reduction, as `value()` of the evaluation of a worker.
  /// - Throws: `LossError` where the partial result of some classes is missing.
  public func value<Scalar: LossScalar>(as type: Scalar.Type) throws(LossError) -> Tensor<Scalar> {
    let part = try completePart()
    let reducer = try Reducer(
      loss.reduction, shape: shape, mean: part.labelWeightSum, batch: shape.first ?? 1)
    let target = CrossEntropyLoss.SliceTarget(
      loss.options, firstClass: 0, classCount: classCount, weightSum: part.classWeightSum)
    return record(of: part).value(reducer, sampleWeights: sampleWeights, as: type) {
      target.computeEither($0)
    }
  }
}

// What a worker needs for its gradient.
extension PartialCrossEntropy {
  /// Returns the loss of all classes as a function of the scores of some, and the arguments that give it the numbers of
  /// the rows.
  ///
  /// - Throws: `LossError` where the partial result of some classes is missing, or this is not the result of the loss
  ///   at labels of this shape.
  func target<Arguments: RecordableArguments>(
    of loss: CrossEntropyLoss, at slice: ClassSlice, _ arguments: Arguments
  ) throws(LossError) -> (CrossEntropyLoss.SliceTarget, Arguments) {
    try check(loss: Self.comparable(loss), classCount: slice.classCount, shape: arguments.sampleShape)
    let part = try completePart()
    let function = CrossEntropyLoss.SliceTarget(
      loss.options, firstClass: slice.classes.lowerBound, classCount: classCount,
      weightSum: part.classWeightSum)
    return (function, arguments.recording(to: record(of: part), meanDenominator: part.labelWeightSum))
  }

  private func completePart() throws(LossError) -> Part {
    if let missing = missing(in: parts) { throw .missingClasses(missing, classCount: classCount) }
    return parts[0]
  }

  /// The numbers of all rows, as the function of the loss reads them.
  private func record(of part: Part) -> ColumnRecord {
    let rows = sampleWeights.indices
    func scattered(_ numbers: [Double]) -> [Double] {
      var all = [Double](repeating: 0, count: sampleWeights.count)
      for (row, number) in zip(part.labelledRows, numbers) { all[row] = number }
      return all
    }
    func numbers(_ number: RowNumber) -> [Double] {
      switch number {
      case .maximum: part.maxima
      case .sumMinusOne: part.sumsMinusOne
      case .hasLabel: sampleWeights.map { $0 == 0 ? 0 : 1 }
      case .labelScore: scattered(part.labelScores)
      case .labelWeight: scattered(part.labelWeights)
      case .distance: part.distances.isEmpty ? rows.map { _ in 0 } : part.distances
      case .unmasked: rows.map { Double(part.unmasked(inRow: $0)) }
      case .unmaskedWeight: rows.map { part.unmaskedWeight(inRow: $0) }
      }
    }
    return ColumnRecord(of: RowNumber.allCases.map(numbers), count: rows.count)
  }
}

// Merging.
extension PartialCrossEntropy {
  private func check(loss: CrossEntropyLoss, classCount: Int, shape: Shape) throws(LossError) {
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
  private func missing(in parts: [Part]) -> Range<Int>? {
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

extension ColumnRecord {
  subscript(number: RowNumber) -> [Double] { self[number.rawValue] }
}
