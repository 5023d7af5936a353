import Foundation
import LossRegistry
import Losses
import Testing

/// Losses that can be worked out by hand.
struct CTCClosedFormTests {
  private static let probabilities: [[Double]] = [
    [0.5, 0.25, 0.25], [0.25, 0.25, 0.5], [0.125, 0.625, 0.25],
  ]

  struct Example: Sendable, CustomStringConvertible {
    var frames: Int
    var labels: [Int]
    var blank = 0
    /// The probability of all paths together.
    var probability: Double
    var posteriors: [[Double]]

    var description: String { "\(labels) in \(frames) frames, blank \(blank)" }
  }

  static let examples = [
    // One frame has one path, and so does a target of no labels.
    Example(frames: 1, labels: [1], probability: 1 / 4, posteriors: [[0, 1, 0]]),
    Example(frames: 1, labels: [0], blank: 2, probability: 1 / 2, posteriors: [[1, 0, 0]]),
    Example(frames: 1, labels: [], probability: 1 / 2, posteriors: [[1, 0, 0]]),
    Example(
      frames: 3, labels: [], blank: 1, probability: 5 / 128, posteriors: [[0, 1, 0], [0, 1, 0], [0, 1, 0]]),
    // 11, 01 and 10.
    Example(
      frames: 2, labels: [1], probability: 1 / 4, posteriors: [[1 / 2, 1 / 2, 0], [1 / 4, 3 / 4, 0]]),
    // 00, 20 and 02.
    Example(
      frames: 2, labels: [0], blank: 2, probability: 7 / 16,
      posteriors: [[6 / 7, 0, 1 / 7], [3 / 7, 0, 4 / 7]]),
    // No frame is left for a blank.
    Example(frames: 2, labels: [1, 2], probability: 1 / 8, posteriors: [[0, 1, 0], [0, 0, 1]]),
    Example(
      frames: 3, labels: [2, 0, 2], blank: 1, probability: 1 / 64,
      posteriors: [[0, 0, 1], [1, 0, 0], [0, 0, 1]]),
    // 101: the blank keeps the two apart.
    Example(
      frames: 3, labels: [1, 1], probability: 5 / 128, posteriors: [[0, 1, 0], [1, 0, 0], [0, 1, 0]]),
    // 012, 112, 122, 102 and 120, in units of 1/512: 16, 8, 16, 8 and 8.
    Example(
      frames: 3, labels: [1, 2], probability: 7 / 64,
      posteriors: [[2 / 7, 5 / 7, 0], [1 / 7, 3 / 7, 3 / 7], [1 / 7, 0, 6 / 7]]),
  ]

  /// A few logarithms, sums and a division: 8 ulp.
  @Test(arguments: examples)
  func valueAndGradient(_ example: Example) throws {
    let frames = Tensor(
      Self.probabilities.prefix(example.frames).joined().map { log($0) }, shape: [example.frames, 3])
    let posteriors = Tensor(example.posteriors.flatMap(\.self), shape: [example.frames, 3])
    for input in CTCLoss.Input.allCases {
      let loss = CTCLoss(blank: example.blank, input: input)
      let (value, gradient) = try loss(
        frames, targets: Tensor(example.labels), inputLengths: Tensor(example.frames),
        targetLengths: Tensor(example.labels.count)
      ).valueWithGradient(upstream: Tensor(-1.5))
      let count = max(1, Double(example.labels.count))
      expectClose(value, Tensor(-log(example.probability) / count), ulps: 8, scale: 1, "\(input)")
      let expected = Tensor(shape: frames.shape) { place in
        let probability = input == .freeLogProbabilities ? 0 : Self.probabilities[place[0]][place[1]]
        return -1.5 / count * (probability - posteriors[place])
      }
      expectClose(gradient, expected, ulps: 8, scale: 1, "\(input)")
    }
  }

  /// If all classes are equally probable, so are all paths. For L labels, r of which repeat the one before, there are
  /// (T + L − r choose 2L) of them.
  ///
  /// The results of lgamma, of some 10³, have errors of a few ulp: 64 ulp.
  @Test(arguments: [(1, 1), (7, 3), (60, 20), (300, 40), (1000, 100)], [false, true])
  func equallyProbableClasses(_ size: (frames: Int, labels: Int), _ areEqual: Bool) throws {
    let (frames, count) = size
    let labels = (0..<count).map { areEqual ? 3 : 1 + $0 % 4 }
    let repeats = areEqual ? count - 1 : 0
    let n = Double(frames + count - repeats)
    let k = Double(2 * count)
    let paths = lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
    for input in [CTCLoss.Input.logits, .logProbabilities] {
      let score = input == .logits ? 0 : -log(5.0)
      let value = try CTCLoss(reduction: .sum, input: input)(
        Tensor(repeating: score, shape: [frames, 5]), targets: Tensor(labels), inputLengths: Tensor(frames),
        targetLengths: Tensor(count)
      ).value()
      expectClose(
        value, Tensor(Double(frames) * log(5.0) - paths), ulps: 64, scale: Double(frames) * log(5.0))
    }
  }

  /// Without frames there is one path, of no labels.
  @Test func noFrames() throws {
    let batch = SequenceBatch<Double>(
      .random(in: -3..<0, [2, 2, 3], seed: 1), labels: [[], [1]], inputLengths: [0, 0])
    for input in CTCLoss.Input.allCases {
      let (value, gradient) = try CTCLoss(reduction: .none, input: input)(batch).valueWithGradient()
      #expect(value.scalars == [0, .infinity])
      #expect(value[0].sign == .plus)
      #expect(gradient == .zeros([2, 2, 3]))
    }
  }
}
