/// A sequence of labels that a decoder has found.
public struct CTCDecoding: Hashable, Codable, Sendable {
  /// The labels, without blanks.
  public var labels: [Int]
  /// The logarithm of its probability, as the decoder counts it.
  public var logProbability: Double
}

extension Double {
  /// Whether a search prefers this number to another. It prefers NaN to all, so that NaN shows in the result.
  func isBetter(than other: Double) -> Bool { self > other || (isNaN && !other.isNaN) }

  /// Returns the logarithm of a path's probability, one frame later. An impossible path stays impossible.
  func extended(by logProbability: Double) -> Double {
    self == -.infinity ? self : self + logProbability
  }
}
