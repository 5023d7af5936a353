/// A sequence of labels that a decoder has found.
public struct CTCDecoding: Hashable, Codable, Sendable {
  /// The labels, without blanks.
  public var labels: [Int]
  /// The logarithm of its probability, as the decoder counts it.
  public var logProbability: Double
}
