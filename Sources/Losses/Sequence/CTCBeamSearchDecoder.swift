internal import RealMath
public import Tensors

/// Finds the most probable labels, over all of their paths, among those whose beginnings stay among the best.
///
///     let probabilities: Tensor<Float> = [[0.6, 0.4], [0.6, 0.4]]  // a blank and one label
///     let decodings = try CTCBeamSearchDecoder(width: 4)(
///       probabilities.map { log($0) }, inputLengths: [2] as Tensor<Int>)
///     print(decodings[0][0].labels)  // [1]: its three paths have 0.64 together, more than the 0.36 of the best path
///
/// The log-probabilities have shape [T, N, C] or [T, C], the lengths [N], or [] for one sample. A log-probability in the result
/// is that of all paths with the same labels that the search has kept; with a beam that is wide enough it is −``CTCLoss``.
///
/// The time is proportional to T·(C·log C + width²·S) for each sample, with labellings of length S.
///
/// A. Graves, Supervised sequence labelling with recurrent neural networks, Springer 2012, section 7.5.3,
/// https://doi.org/10.1007/978-3-642-24797-2
public struct CTCBeamSearchDecoder: Hashable, Codable, Sendable {
  /// The class that stands for no label.
  public var blank: Int
  /// How many beginnings are kept at each frame, and how many results there are at most.
  public var width: Int

  /// Creates the decoder.
  public init(blank: Int = 0, width: Int = 16) {
    self.blank = blank
    self.width = width
  }

  /// The labels of each sample, the most probable first.
  ///
  /// - Throws: `LossError` where a shape or a length does not fit, or the width is not positive.
  public func callAsFunction<S: LossScalar>(
    _ logProbabilities: Tensor<S>, inputLengths: Tensor<some FixedWidthInteger & TensorScalar>
  ) throws(LossError) -> [[CTCDecoding]] {
    guard width > 0 else {
      throw .invalidHyperparameter(name: "width", value: Double(width), requirement: "positive")
    }
    let batch = try CTCBatch(
      logProbabilities.shape, blank: blank, inputLengths: TypedLabels(inputLengths, ignoreIndex: nil))
    return batch.rows(of: logProbabilities).map(decode)
  }

  private func decode(_ rows: [[Double]]) -> [CTCDecoding] {
    var beam = [Prefix(labels: [], logBlank: 0, logLabel: -.infinity)]
    for row in rows { beam = extend(beam, by: row) }
    return beam.map { CTCDecoding(labels: $0.labels, logProbability: $0.logProbability) }
  }

  /// The best of what the prefixes become at the next frame.
  private func extend(_ beam: [Prefix], by row: [Double]) -> [Prefix] {
    // A prefix becomes itself, by a blank or its last label again, or gets one label longer. That may be in the beam already.
    let positions = Dictionary(uniqueKeysWithValues: zip(beam.map(\.labels), beam.indices))
    var extensionsInBeam: Set<Extension> = []
    var candidates = beam.map { prefix in
      guard let label = prefix.labels.last else {
        return Prefix(labels: [], logBlank: prefix.logProbability + row[blank], logLabel: -.infinity)
      }
      var logLabel = prefix.logLabel + row[label]
      if let parent = positions[Array(prefix.labels.dropLast())] {
        extensionsInBeam.insert(Extension(parent: parent, label: label))
        logLabel = Self.logSum(logLabel, beam[parent].logProbability(before: label) + row[label])
      }
      return Prefix(labels: prefix.labels, logBlank: prefix.logProbability + row[blank], logLabel: logLabel)
    }
    // Of one prefix's extensions, only these can be among the best; one more, since a repeated label has less before it.
    let labels = row.indices.filter { $0 != blank }.sorted { row[$0] > row[$1] }.prefix(width + 1)
    for (parent, prefix) in beam.enumerated() {
      for label in labels where !extensionsInBeam.contains(Extension(parent: parent, label: label)) {
        candidates.append(
          Prefix(
            labels: prefix.labels + [label], logBlank: -.infinity,
            logLabel: prefix.logProbability(before: label) + row[label]))
      }
    }
    let ranked = candidates.map { (prefix: $0, logProbability: $0.logProbability) }
      .filter { $0.logProbability > -.infinity }
      .sorted { $0.logProbability > $1.logProbability }
    return ranked.prefix(width).map(\.prefix)
  }

  private static func logSum(_ a: Double, _ b: Double) -> Double {
    let (larger, smaller) = a > b ? (a, b) : (b, a)
    return smaller == -.infinity ? larger : larger + log1p(exp(smaller - larger))
  }

  /// The beginning of a labelling, and the logarithms of the probabilities of its paths.
  private struct Prefix {
    var labels: [Int]
    /// Of the paths that end in a blank.
    var logBlank: Double
    /// Of those that end in its last label.
    var logLabel: Double

    var logProbability: Double { logSum(logBlank, logLabel) }

    /// Of the paths that another label makes longer: the same one again is another one only after a blank.
    func logProbability(before label: Int) -> Double { label == labels.last ? logBlank : logProbability }
  }

  /// A prefix, by its position in the beam, with one more label.
  private struct Extension: Hashable {
    var parent: Int
    var label: Int
  }
}
