import Foundation
import LossRegistry
import Losses
import Testing

/// What is particular to `BCEWithLogitsLoss`.
struct BCEWithLogitsLossTests {
  /// Both sides are a few roundings away from the truth: 32 ulp of the scale.
  private static let ulps = 32.0

  @Test func bceWithLogitsIsBCEOfSigmoid() throws {
    let logits = Tensor<Double>.random(in: -5..<5, [6, 4], seed: 37)
    let target = Tensor<Double>.random(in: 0..<1, [6, 4], seed: 38)
    let weight = Tensor<Double>.random(in: 0.2..<2, [4], seed: 39)
    let probabilities = try Sigmoid()(logits).value()
    for reduction in [Reduction.none, .mean] {
      let upstream = reduction == .none ? logits : Tensor(-3)
      let (withLogits, bce) = (BCEWithLogitsLoss(reduction: reduction), BCELoss(reduction: reduction))
      try expectClose(
        withLogits(logits, target: target, weight: weight).value(),
        bce(probabilities, target: target, weight: weight).value(), ulps: Self.ulps)
      // 1 − σ(5) has lost eight bits.
      let outer = try bce(probabilities, target: target, weight: weight).gradients(upstream: upstream)
      let gradients = try withLogits(logits, target: target, weight: weight).gradients(upstream: upstream)
      try expectClose(gradients.input, Sigmoid()(logits).backward(upstream: outer.input), ulps: 256)
      expectClose(gradients.target, outer.target, ulps: 256)
    }
  }

  /// Binary cross entropy is cross entropy of two classes, of which one has the score 0.
  @Test func bceWithLogitsIsCrossEntropyOfTwo() throws {
    let logits = Tensor<Double>.random(in: -5..<5, [20], seed: 40)
    let target = Tensor<Double>.random(in: 0..<1, [20], seed: 41)
    let pairs = Tensor(shape: [20, 2]) { $0[1] == 0 ? 0 : logits[$0[0]] }
    let shares = Tensor(shape: [20, 2]) { $0[1] == 0 ? 1 - target[$0[0]] : target[$0[0]] }
    let (value, gradient) = try CrossEntropyLoss()(pairs, target: shares).valueWithGradient()
    let expected = try BCEWithLogitsLoss()(logits, target: target).valueWithGradient()
    expectClose(value, expected.value, ulps: Self.ulps)
    expectClose(gradient.selecting(1, axis: 1), expected.gradient, ulps: Self.ulps)
  }

  @Test(arguments: [nil, 2.5] as [Double?])
  func bceWithLogitsAtInfinity(_ positiveWeight: Double?) throws {
    let p = positiveWeight ?? 1
    let input = Tensor<Double>([.infinity, .infinity, .infinity, -.infinity, -.infinity, -.infinity])
    let target: Tensor<Double> = [1, 0, 0.25, 1, 0, 0.25]
    let loss = BCEWithLogitsLoss(reduction: .none)
    let (value, gradient) = try loss(input, target: target, positiveWeight: positiveWeight.map { Tensor($0) })
      .valueWithGradient()
    #expect(value.scalars == [0, .infinity, .infinity, .infinity, 0, .infinity])
    #expect(gradient.scalars == [0, 1, 0.75, -p, 0, -0.25 * p])
    let single = try loss(Tensor<Float>(input), target: Tensor<Float>(target)).valueWithGradient()
    #expect(single.value == Tensor<Float>(value))
    #expect(single.gradient == [0, 1, 0.75, -1, 0, -0.25])
  }

  /// The value and the derivative σ(x) − t, each with a relative error of 8 ulp.
  @Test(arguments: [30, -30, 100, -100] as [Float], [0, 1] as [Float])
  func bceWithLogitsInFloat(_ x: Float, _ t: Float) throws {
    let (value, gradient) = try BCEWithLogitsLoss(reduction: .none)(Tensor([x]), target: Tensor([t]))
      .valueWithGradient()
    let z = Double(t == 1 ? -x : x)
    let expectedValue = max(z, 0) + log1p(exp(-abs(z)))
    let slope = (t == 1 ? -1 : 1) / (1 + exp(-z))
    // e⁻¹⁰⁰ is subnormal in Float.
    let least = Double(Float.leastNonzeroMagnitude)
    func tolerance(_ expected: Double) -> Double { max(8 * Double(Float.ulpOfOne) * abs(expected), least) }
    #expect(abs(Double(value[0]) - expectedValue) <= tolerance(expectedValue))
    #expect(abs(Double(gradient[0]) - slope) <= tolerance(slope))
    #expect(value[0] > 0)
    #expect(gradient[0] != 0)
  }

  /// p · log(1 + e⁻³) at t = 1, whose p must not be lost to 1 + (p − 1).
  @Test(arguments: [1e-4, 1e-10, 1e-30])
  func smallPositiveWeights(_ p: Double) throws {
    let loss = try BCEWithLogitsLoss(reduction: .sum)(
      [3] as Tensor<Float>, target: [1], positiveWeight: Tensor(Float(p)))
    let weight = Double(Float(p))
    expectClose(loss.value(), Tensor(weight * log1p(exp(-3))), ulps: 4)
    expectClose(loss.backward(), Tensor([-weight / (1 + exp(3))]), ulps: 4)
  }

  /// −p·x, as p goes to 0 first, is nothing.
  @Test func infiniteScoreOfPositivesWithoutWeight() throws {
    let gradients = try BCEWithLogitsLoss(reduction: .sum)(
      [-.infinity] as Tensor<Float>, target: [0], positiveWeight: Tensor(0)
    ).gradients()
    #expect(gradients.input == [0] && gradients.target == [0])
  }
}
