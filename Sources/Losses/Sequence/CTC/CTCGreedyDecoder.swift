public import LossEngine
public import Tensors

/// Reads the labels off the most probable path: the most probable class at each frame, repeats merged, blanks left out.
///
///     let probabilities: Tensor<Float> = [[0.1, 0.9], [0.8, 0.2], [0.3, 0.7]]  // a blank and one label
///     let decodings = try CTCGreedyDecoder()(
///       probabilities.map { log($0) }, inputLengths: Tensor<Int>(3))
///     print(decodings[0].labels)  // [1, 1]
///
/// The log-probabilities have shape [T, N, C] or [T, C]. The lengths have shape [N], or [] for one sample, and any
/// integer type; frames past them count for nothing. Logits give the same labels, with another log-probability.
///
/// The log-probability of the result is that of the one path. The most probable path need not be one of the most
/// probable labels, whose paths may be many; ``CTCBeamSearchDecoder`` adds them up. Of equally probable classes the first
/// is taken. NaN counts as the most probable, so that the log-probability is NaN too.
///
/// The time is proportional to T·C for each sample.
///
/// A. Graves, S. Fernández, F. Gomez, J. Schmidhuber, Connectionist temporal classification: labelling unsegmented
/// sequence data with recurrent neural networks, ICML 2006, section 3.2, https://doi.org/10.1145/1143844.1143891
public struct CTCGreedyDecoder: Hashable, Codable, Sendable {
  /// The class that stands for no label.
  public var blank: Int

  /// Creates the decoder.
  public init(blank: Int = 0) { self.blank = blank }

  /// Returns the labels of each sample.
  ///
  /// - Parameters:
  ///   - logProbabilities: Log-probabilities, of shape [T, N, C], or [T, C] without a batch, with at least one frame
  ///     and one sample.
  ///   - inputLengths: The number of frames of each sample, [N], or [] for a single one. Later frames are ignored.
  /// - Returns: A decoding for each sample.
  /// - Throws: `LossError` where a shape or a length does not fit, or the blank is no class.
  public func callAsFunction<S: LossScalar>(
    _ logProbabilities: Tensor<S>, inputLengths: Tensor<some FixedWidthInteger & TensorScalar>
  ) throws(LossError) -> [CTCDecoding] {
    let batch = try CTCBatch(
      logProbabilities.shape, named: "logProbabilities", blank: blank,
      inputLengths: TypedLabels(inputLengths, ignoreIndex: nil))
    return (0..<batch.samples).map { decode(logProbabilities, sample: $0, of: batch) }
  }

  private func decode<S: LossScalar>(_ scores: Tensor<S>, sample: Int, of batch: CTCBatch) -> CTCDecoding {
    var decoding = CTCDecoding(labels: [], logProbability: 0)
    var last = blank
    batch.forEachRow(of: scores, sample: sample) { row in
      var (best, bestScore) = (0, -Double.infinity)
      row.forEachScore { label, score in
        if score.isBetter(than: bestScore) { (best, bestScore) = (label, score) }
      }
      decoding.logProbability += bestScore
      if best != blank, best != last { decoding.labels.append(best) }
      last = best
    }
    return decoding
  }
}
