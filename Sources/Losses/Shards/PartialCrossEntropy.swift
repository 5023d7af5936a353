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
    run: (CrossEntropyLoss.SliceRecording, Arguments) -> Void
  ) {
    let function = CrossEntropyLoss.SliceRecording(loss.options, slice)
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
    // JSON has no such number, and it caps nothing.
    if loss.softCap == .infinity { loss.softCap = nil }
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

  /// Returns the loss of all classes.
  ///
  /// - Parameter type: The type of the scores.
  /// - Returns: A number, or one for each sample without a reduction, as `value()` of the evaluation of a worker.
  /// - Throws: `LossError` where the partial result of some classes is missing.
  public func value<Scalar: LossScalar>(as type: Scalar.Type) throws(LossError) -> Tensor<Scalar> {
    let part = try completePart()
    let reducer = try Reducer(
      loss.reduction, shape: shape, mean: part.labelWeightSum, batch: shape.first ?? 1)
    let function = CrossEntropyLoss.SliceFunction(
      loss.options, firstClass: 0, classCount: classCount, weightSum: part.classWeightSum)
    return record(of: part).value(reducer, sampleWeights: sampleWeights, as: type) {
      function.computeEither($0)
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
  func function<Arguments: RecordableArguments>(
    of loss: CrossEntropyLoss, at slice: ClassSlice, _ arguments: Arguments
  ) throws(LossError) -> (CrossEntropyLoss.SliceFunction, Arguments) {
    try check(loss: Self.comparable(loss), classCount: slice.classCount, shape: arguments.sampleShape)
    let part = try completePart()
    let function = CrossEntropyLoss.SliceFunction(
      loss.options, firstClass: slice.classes.lowerBound, classCount: classCount,
      weightSum: part.classWeightSum)
    let countsNothing = loss.options.weightedPart == .allByLabel && part.labelWeights.allSatisfy { $0 == 0 }
    return (
      function,
      arguments.recording(
        to: record(of: part), meanDenominator: part.labelWeightSum, countsNothing: countsNothing)
    )
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

extension ColumnRecord {
  subscript(number: RowNumber) -> [Double] { self[number.rawValue] }
}
