import LossRegistry
import Losses
import Testing

/// Long sequences keep the precision of their type.
struct CTCPrecisionTests {
  struct Sequence: Sendable, CustomStringConvertible {
    var classes: Int
    var scale: Double
    var input: CTCLoss.Input

    var description: String { "\(classes) classes, scores of \(3 * scale), \(input)" }
  }

  static let sequences = [(20, 1.0), (50, 60)].flatMap { classes, scale in
    CTCLoss.Input.allCases.map { Sequence(classes: classes, scale: scale, input: $0) }
  }

  private static let frames = 1000

  /// Two sequences of Floats, the second one shorter.
  private func batch(_ sequence: Sequence) throws -> SequenceBatch<Float> {
    let range = -3 * sequence.scale..<3 * sequence.scale
    let batch = SequenceBatch.random(
      frames: Self.frames, classes: sequence.classes, labelCounts: [100, 60],
      inputLengths: [Self.frames, 611],
      range: range, seed: 101)
    var single = SequenceBatch<Float>(batch)
    if sequence.input != .logits { single.input = try LogSoftmax(axis: -1)(single.input).value() }
    return single
  }

  /// Float against Double, for the same numbers.
  @Test(arguments: sequences)
  func floatIsDoubleToItsPrecision(_ sequence: Sequence) throws {
    let (batch, loss) = (try batch(sequence), CTCLoss(reduction: .none, input: sequence.input))
    let upstream: Tensor<Float> = [1.5, -0.75]
    let (value, gradient) = try loss(batch).valueWithGradient(upstream: upstream)
    let expected = try loss(SequenceBatch<Double>(batch)).valueWithGradient(
      upstream: Tensor<Double>(upstream))
    for sample in 0..<2 {
      expectClose(
        value[sample..<sample + 1], expected.value[sample..<sample + 1], ulps: 2e-6 / Double(Float.ulpOfOne))
    }
    expectClose(gradient, expected.gradient, ulps: 2e-6 / Double(Float.ulpOfOne))
    #expect(gradient.scalars.allSatisfy { $0.isFinite })
    #expect(gradient[611..., 1].scalars.allSatisfy { $0 == 0 })
  }

  /// Double against a recurrence in logarithms, which has its own rounding errors: each of a thousand steps rounds
  /// numbers of up to 2·10⁵, the size of the loss, by 10⁻¹¹. That makes 10⁻⁸ for a posterior.
  @Test(arguments: sequences)
  func doubleIsTheSumInLogarithms(_ sequence: Sequence) throws {
    let (batch, loss) = (
      SequenceBatch<Double>(try batch(sequence)), CTCLoss(reduction: .none, input: sequence.input)
    )
    let upstream: Tensor<Double> = [1.5, -0.75]
    let (value, gradient) = try loss(batch).valueWithGradient(upstream: upstream)
    let expected = batch.expected(loss, upstream: upstream) { PlainCTC(statesOf: $0, labels: $1, blank: $2) }
    #expect(expected.value.scalars.allSatisfy { 0..<2e5 ~= $0 })
    expectClose(value, expected.value, ulps: 1000)
    expectClose(gradient, expected.gradient, relative: 1e-8, scale: 1)
  }
}
