import LossRegistry
import Losses
import Testing

/// What is particular to `QuantileLoss`.
struct QuantileLossTests {
  /// At the tie, the gradient is the mean of both sides.
  @Test func tie() throws {
    let loss = QuantileLoss(quantile: 0.875, reduction: .none)
    let gradients = try loss([1, 2, 0] as Tensor<Double>, target: [1, 1, 1]).gradients()
    #expect(gradients.input == [-0.375, 0.125, -0.875])
    #expect(gradients.target == [0.375, -0.125, 0.875])
  }

  @Test func twiceTheMedianIsTheAbsoluteError() throws {
    let (x, t): (Tensor<Double>, Tensor<Double>) = ([1, 2, 0, -5], [1, 1, 1, 3])
    let quantile = try QuantileLoss(reduction: .none)(x, target: t).valueWithGradient()
    let absolute = try L1Loss(reduction: .none)(x, target: t).valueWithGradient()
    #expect(2 * quantile.value == absolute.value)
    #expect(2 * quantile.gradient == absolute.gradient)
  }

  /// Several quantiles are the losses of each, and the gradient with respect to a target is the sum of theirs.
  @Test func severalQuantiles() throws {
    let quantiles = [0.1, 0.5, 0.9]
    let input = Tensor<Double>.random(in: -2..<2, [4, 2, 3], seed: 1)
    let target = Tensor<Double>.random(in: -2..<2, [4, 2], seed: 2)
    let all = try QuantileLoss(quantiles: quantiles, reduction: .none)(input, target: target)
    let (value, gradients) = (all.value(), all.gradients())
    var sum = Tensor<Double>.zeros([4, 2])
    for (index, quantile) in quantiles.enumerated() {
      let single = try QuantileLoss(quantile: quantile, reduction: .none)(
        input[.all, .all, index], target: target)
      #expect(single.value() == value[.all, .all, index])
      #expect(single.backward() == gradients.input[.all, .all, index])
      sum = sum + single.gradients().target
    }
    expectClose(gradients.target, sum, ulps: 2)
  }

  @Test func axisOfOneQuantile() throws {
    let loss = QuantileLoss(quantile: 0.25, reduction: .none)
    let list = try loss([1, 2] as Tensor<Float>, target: [2, 0])
    let column = try loss([[1], [2]] as Tensor<Float>, target: [2, 0])
    #expect(column.value() == list.value().insertingAxis(at: 1))
    #expect(column.gradients().target == list.gradients().target)
  }

  /// The loss is lowest at the quantile of the targets.
  @Test func isLowestAtTheQuantile() throws {
    let targets = Tensor<Double>((0..<100).map(Double.init))
    for quantile in [0.1, 0.5, 0.9] {
      let losses = try (0..<100).map { guess in
        try QuantileLoss(quantile: quantile)(Tensor(Double(guess)).broadcast(to: [100]), target: targets)
          .value().item
      }
      let lowest = losses.indices.min { losses[$0] < losses[$1] }!
      #expect((Double(lowest) - 100 * quantile).magnitude <= 1)
    }
  }

  @Test func infinities() throws {
    let (value, gradient) = try QuantileLoss(quantiles: [0, 0.25, 1], reduction: .none)(
      [-.infinity, -.infinity, .infinity] as Tensor<Double>, target: Tensor(0)
    ).valueWithGradient()
    #expect(value == [0, .infinity, 0])
    #expect(gradient == [0, -0.25, 0])
  }

  /// The weight of the other side, 10⁻⁶, would have few digits as 1 − 0.999999 in `Float`.
  @Test func quantileNearOne() throws {
    let loss = try QuantileLoss(quantile: 0.999999)([1] as Tensor<Float>, target: [0])
    expectClose(loss.value(), Tensor(1e-6), ulps: 2)
    expectClose(loss.backward(), [1e-6], ulps: 2)
  }

  /// Of several quantiles, both sides have the digits of the type of the data.
  @Test func severalQuantilesNearTheEnds() throws {
    try expectBothSides(in: Float.self)
    try expectBothSides(in: Half.self)
    try expectBothSides(in: BFloat16.self)
  }

  private func expectBothSides<S: LossScalar>(in _: S.Type) throws {
    let quantiles = [0, 0.01, 0.5, 0.99, 0.999, 1]
    let (above, below) = ([1, 0.99, 0.5, 0.01, 0.001, 0], quantiles)
    let input = Tensor<S>(shape: [2, 6]) { $0[0] == 0 ? 1 : -1 }
    let (value, gradient) = try QuantileLoss(quantiles: quantiles, reduction: .none)(
      input, target: Tensor<S>.zeros([2])
    ).valueWithGradient()
    let expected = zip(above + below, above + below.map { -$0 })
    for (index, (weight, slope)) in expected.enumerated() {
      let tolerance = weight * Double(S.ulpOfOne)
      #expect((Double(value.scalars[index]) - weight).magnitude <= tolerance, "\(S.self), \(index)")
      #expect((Double(gradient.scalars[index]) - slope).magnitude <= tolerance, "\(S.self), \(index)")
    }
    // Where the type does not hold what is left to 1, there is nothing.
    let last = try QuantileLoss(quantiles: [0.5, 1 - 1e-9], reduction: .none)(
      input[.all, ..<2], target: Tensor<S>.zeros([2])
    ).value()
    #expect(last[0, 1] >= 0 && Double(last[0, 1]) < 2e-9 && last[1, 1] == 1)
  }
}
