public import Tensors

/// Reads the labels off the most probable path: the most probable class at each frame, repeats merged, blanks left out.
///
///     let probabilities: Tensor<Float> = [[0.1, 0.9], [0.8, 0.2], [0.3, 0.7]]  // a blank and one label
///     let decodings = try CTCGreedyDecoder()(probabilities.map { log($0) }, inputLengths: [3] as Tensor<Int>)
///     print(decodings[0].labels)  // [1, 1]
///
/// The log-probabilities have shape [T, N, C] or [T, C], the lengths [N], or [] for one sample. Logits give the same labels.
/// The log-probability is that of the path.
public struct CTCGreedyDecoder: Hashable, Codable, Sendable {
  /// The class that stands for no label.
  public var blank: Int

  /// Creates the decoder.
  public init(blank: Int = 0) { self.blank = blank }

  /// The labels of each sample.
  ///
  /// - Throws: `LossError` where a shape or a length does not fit.
  public func callAsFunction<S: LossScalar>(
    _ logProbabilities: Tensor<S>, inputLengths: Tensor<some FixedWidthInteger & TensorScalar>
  ) throws(LossError) -> [CTCDecoding] {
    let batch = try CTCBatch(
      logProbabilities.shape, blank: blank, inputLengths: TypedLabels(inputLengths, ignoreIndex: nil))
    return batch.rows(of: logProbabilities).map(decode)
  }

  private func decode(_ rows: [[Double]]) -> CTCDecoding {
    var decoding = CTCDecoding(labels: [], logProbability: 0)
    var last = blank
    for row in rows {
      let best = row.indices.max { row[$0] < row[$1] || (row[$0] == row[$1] && $0 > $1) }!
      decoding.logProbability += row[best]
      if best != blank, best != last { decoding.labels.append(best) }
      last = best
    }
    return decoding
  }
}
