public import LossEngine
internal import RealMath
public import Tensors

/// Finds the most probable labels, over all of their paths, among those whose prefixes stay among the best.
///
///     let probabilities: Tensor<Float> = [[0.6, 0.4], [0.6, 0.4]]  // a blank and one label
///     let decodings = try CTCBeamSearchDecoder(width: 4)(
///       probabilities.map { log($0) }, inputLengths: Tensor<Int>(2))
///     print(decodings[0][0].labels)  // [1]: its three paths have 0.64 together, more than the 0.36 of the best path
///
/// The log-probabilities have shape [T, N, C] or [T, C]. The lengths have shape [N], or [] for one sample, and any
/// integer type; frames past them count for nothing. Logits give the same labels, with other log-probabilities.
///
/// A log-probability in the result is that of all paths with the same labels that the search has kept. It is never more
/// than −``CTCLoss``, and equal to it where the beam is wide enough to keep all. NaN counts as the most probable, so that
/// it shows in the result.
///
/// The time is proportional to T·(C·log C + width²·log width + width·S) for each sample, with S labels in the result.
///
/// A. Graves, Supervised sequence labelling with recurrent neural networks, Springer 2012, section 7.5.3,
/// https://doi.org/10.1007/978-3-642-24797-2
public struct CTCBeamSearchDecoder: Hashable, Codable, Sendable {
  /// The class that stands for no label.
  public var blank: Int
  /// The number of prefixes that are kept at each frame, and the most results that there are.
  public var width: Int

  /// Creates the decoder.
  public init(blank: Int = 0, width: Int = 16) {
    self.blank = blank
    self.width = width
  }

  /// Returns the most probable labels of each sample.
  ///
  /// - Parameters:
  ///   - logProbabilities: Log-probabilities, of shape [T, N, C], or [T, C] without a batch, with at least one frame
  ///     and one sample.
  ///   - inputLengths: The number of frames of each sample, [N], or [] for a single one. Later frames are ignored.
  /// - Returns: For each sample its decodings, the most probable first, no labels twice. There are none where no path
  ///   is possible, because at some frame all classes have the log-probability −∞.
  /// - Throws: `LossError` where a shape or a length does not fit, the blank is no class, or the width is not positive.
  public func callAsFunction<S: LossScalar>(
    _ logProbabilities: Tensor<S>, inputLengths: Tensor<some FixedWidthInteger & TensorScalar>
  ) throws(LossError) -> [[CTCDecoding]] {
    guard width > 0 else {
      throw .invalidHyperparameter(name: "width", integer: width, requirement: "positive")
    }
    let batch = try CTCBatch(
      logProbabilities.shape, named: "logProbabilities", blank: blank,
      inputLengths: TypedLabels(inputLengths, ignoreIndex: nil))
    return (0..<batch.samples).map { sample in
      var beam = [Prefix(labels: [], paths: Paths(logBlank: 0, logLabel: -.infinity))]
      batch.forEachRow(of: logProbabilities, sample: sample) { beam = extend(beam, by: $0) }
      return beam.map { CTCDecoding(labels: $0.labels, logProbability: $0.paths.logProbability) }
    }
  }

  /// The best of what the prefixes become at the next frame.
  private func extend(_ beam: [Prefix], by row: CTCScoreRow) -> [Prefix] {
    // With a blank, or its last label again, a prefix stays what it is. It is also what the prefix without that label
    // becomes with it.
    let positions = Dictionary(uniqueKeysWithValues: zip(beam.map { $0.labels[...] }, beam.indices))
    var extensionsInBeam: Set<Extension> = []
    var candidates = beam.indices.map { position in
      let (labels, paths) = (beam[position].labels, beam[position].paths)
      var logLabel = -Double.infinity
      if let label = labels.last {
        logLabel = paths.logLabel.extended(by: row[label])
        if let parent = positions[labels.dropLast()] {
          extensionsInBeam.insert(Extension(parent: parent, label: label))
          logLabel = logSum(logLabel, beam[parent].logProbability(before: label).extended(by: row[label]))
        }
      }
      let logBlank = paths.logProbability.extended(by: row[blank])
      return Candidate(position: position, paths: Paths(logBlank: logBlank, logLabel: logLabel))
    }
    // Of one prefix's extensions, only these can be among the best; one more, since a repeated label has less before
    // it.
    let labels = best(min(width, row.classes) + 1, of: row)
    for (parent, prefix) in beam.enumerated() {
      for label in labels where !extensionsInBeam.contains(Extension(parent: parent, label: label)) {
        let logLabel = prefix.logProbability(before: label).extended(by: row[label])
        candidates.append(
          Candidate(position: parent, label: label, paths: Paths(logBlank: -.infinity, logLabel: logLabel)))
      }
      // So that memory does not grow with the square of the width.
      if candidates.count / 4 > width { candidates = best(candidates) }
    }
    return best(candidates).map { candidate in
      var labels = beam[candidate.position].labels
      if let label = candidate.label { labels.append(label) }
      return Prefix(labels: labels, paths: candidate.paths)
    }
  }
}

extension CTCBeamSearchDecoder {
  /// The best of the candidates that are possible; of equally probable ones, the first.
  private func best(_ candidates: [Candidate]) -> [Candidate] {
    let ranked = candidates.filter { $0.paths.logProbability != -.infinity }
      .sorted { $0.paths.logProbability.isBetter(than: $1.paths.logProbability) }
    return Array(ranked.prefix(width))
  }

  /// The most probable labels of a row, the best first; of equally probable ones, the first.
  private func best(_ limit: Int, of row: CTCScoreRow) -> [Int] {
    var scores: [(label: Int, score: Double)] = []
    row.forEachScore { label, score in
      if label == blank { return }
      if scores.count == limit {
        guard score.isBetter(than: scores[limit - 1].score) else { return }
        scores.removeLast()
      } else if limit >= row.classes {
        // All are among them, and sorted at once below.
        return scores.append((label, score))
      }
      let position = scores.firstIndex { score.isBetter(than: $0.score) } ?? scores.count
      scores.insert((label, score), at: position)
    }
    if limit >= row.classes { scores.sort { $0.score.isBetter(than: $1.score) } }
    return scores.map { $0.label }
  }
}

/// The logarithms of what the paths with the same labels have together.
private struct Paths {
  /// Those that end in a blank.
  let logBlank: Double
  /// Those that end in the last label.
  let logLabel: Double
  /// All of them.
  let logProbability: Double

  init(logBlank: Double, logLabel: Double) {
    (self.logBlank, self.logLabel) = (logBlank, logLabel)
    logProbability = logSum(logBlank, logLabel)
  }
}

/// The beginning of a labelling.
private struct Prefix {
  let labels: [Int]
  let paths: Paths

  /// Of the paths that another label makes longer: the same one again is another one only after a blank.
  func logProbability(before label: Int) -> Double {
    label == labels.last ? paths.logBlank : paths.logProbability
  }
}

/// What the prefix at a position of the beam may become.
private struct Candidate {
  let position: Int
  /// The label that makes it longer.
  var label: Int?
  let paths: Paths
}

/// A prefix, by its position in the beam, with one more label.
private struct Extension: Hashable {
  let parent: Int
  let label: Int
}

/// log(eᵃ + eᵇ)
private func logSum(_ a: Double, _ b: Double) -> Double {
  let (larger, smaller) = a.isBetter(than: b) ? (a, b) : (b, a)
  // A difference of infinities is NaN.
  return larger.isInfinite ? larger : larger + log1p(exp(smaller - larger))
}
