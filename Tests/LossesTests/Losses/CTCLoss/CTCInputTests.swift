import Foundation
import LossRegistry
import Losses
import Testing

/// The three kinds of input, and how their gradients are related.
struct CTCInputTests {
  private static let scores = SequenceBatch.random(
    frames: 30, classes: 7, labelCounts: [5, 0, 9, 1], inputLengths: [30, 11, 29, 4], seed: 31)

  private static let upstream: Tensor<Double> = [0.75, -2, 1.25, -0.5]

  /// Both add the same exponentials, one over the classes of a frame and one over all frames: 64 ulp of the sum.
  @Test func logitsAreNormalizedFirst() throws {
    let normalized = try Self.scores.normalized()
    let logits = try CTCLoss(reduction: .none, input: .logits)(Self.scores).valueWithGradient(
      upstream: Self.upstream)
    let expected = try CTCLoss(reduction: .none)(normalized).valueWithGradient(upstream: Self.upstream)
    expectClose(logits.value, expected.value, ulps: 64)
    expectClose(logits.gradient, expected.gradient, ulps: 64)
  }

  @Test func logitsMayBeShifted() throws {
    let loss = CTCLoss(reduction: .none, input: .logits)
    let expected = try loss(Self.scores).valueWithGradient(upstream: Self.upstream)
    var shifted = Self.scores
    shifted.input = Tensor(shape: shifted.input.shape) { Self.scores.input[$0] + Double($0[0] * $0[1] * 16) }
    let (value, gradient) = try loss(shifted).valueWithGradient(upstream: Self.upstream)
    // A score of about 1000 is rounded to some 500 ulp of 1.
    expectClose(value, expected.value, ulps: 512)
    expectClose(gradient, expected.gradient, ulps: 512, scale: 2)
  }

  /// Log-softmax turns a partial derivative −p into e^lp · Σ p − p.
  @Test func freeGradientBecomesPyTorchsThroughLogSoftmax() throws {
    let normalized = try Self.scores.normalized()
    let free = try CTCLoss(reduction: .none, input: .freeLogProbabilities)(normalized).valueWithGradient(
      upstream: Self.upstream)
    let (value, gradient) = try CTCLoss(reduction: .none)(normalized).valueWithGradient(
      upstream: Self.upstream)
    expectSameBits(free.value, value)
    let through = try LogSoftmax(axis: -1)(Self.scores.input).backward(upstream: free.gradient)
    expectClose(gradient, through, ulps: 64, scale: 2)
  }

  /// The posteriors of a frame add up to 1: 64 ulp of that, for 7 classes.
  @Test(arguments: CTCLoss.Input.allCases)
  func gradientsOfAFrameAddUp(_ input: CTCLoss.Input) throws {
    let batch = input == .logits ? Self.scores : try Self.scores.normalized()
    let gradient = try CTCLoss(reduction: .none, input: input)(batch).valueWithGradient(
      upstream: Self.upstream
    ).gradient
    let sums = Tensor(shape: [30, 4]) { gradient[$0[0], $0[1]].scalars.reduce(0, +) }
    let expected = Tensor(shape: [30, 4]) { place in
      input == .freeLogProbabilities && place[0] < batch.inputLengths[place[1]] ? -Self.upstream[place[1]] : 0
    }
    expectClose(sums, expected, ulps: 64, scale: 2)
  }

  /// Frames past the end of a sequence are not read, and have gradient 0.
  @Test(arguments: CTCLoss.Input.allCases, [.nan, .infinity, -.infinity, 1e300] as [Double])
  func framesPastTheEnd(_ input: CTCLoss.Input, _ filling: Double) throws {
    let loss = CTCLoss(reduction: .none, input: input)
    let batch = input == .logits ? Self.scores : try Self.scores.normalized()
    let expected = try loss(batch).valueWithGradient(upstream: Self.upstream)
    var filled = batch
    filled.input = Tensor(shape: batch.input.shape) { place in
      place[0] < batch.inputLengths[place[1]] ? batch.input[place] : filling
    }
    let (value, gradient) = try loss(filled).valueWithGradient(upstream: Self.upstream)
    expectSameBits(value, expected.value)
    expectSameBits(gradient, expected.gradient)
    for (sample, length) in batch.inputLengths.enumerated() {
      #expect(gradient[length..., sample].scalars.allSatisfy { $0 == 0 })
    }
  }
}
