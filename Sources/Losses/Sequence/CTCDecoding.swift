/// A sequence of labels that a decoder has found.
public struct CTCDecoding: Hashable, Codable, Sendable {
  /// The labels, without blanks.
  public var labels: [Int]
  /// The logarithm of its probability, as the decoder counts it.
  public var logProbability: Double
}

extension Double {
  /// Whether a search takes this number rather than another. What is not a number is taken first, so that it shows in
  /// the result.
  func isBetter(than other: Double) -> Bool { self > other || (isNaN && !other.isNaN) }

  /// The logarithm of a path's probability, one frame later. What is impossible stays so, whatever comes.
  func extended(by logProbability: Double) -> Double {
    self == -.infinity ? self : self + logProbability
  }
}
