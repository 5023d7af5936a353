import LossRegistry
import Losses
import Testing

/// Weights that are infinite make what they weigh infinite, and NaN only where that is 0.
struct InfiniteWeightTests {
  /// The product of a derivative of ½ and the smallest upstream is rounded to 0, which must not meet the weight.
  private func expectInfinity<S: LossScalar>(in _: S.Type) throws {
    let (weight, upstream): (Tensor<S>, Tensor<S>) = (
      Tensor([.infinity]), Tensor(S(computation: .leastNonzeroMagnitude))
    )
    func expect(
      _ gradient: Tensor<S>, _ expected: S, sourceLocation: SourceLocation = #_sourceLocation
    ) {
      #expect(gradient.scalars == [expected], sourceLocation: sourceLocation)
    }
    let (zero, half, quarter): (Tensor<S>, Tensor<S>, Tensor<S>) = (
      Tensor([0]), Tensor([0.5]), Tensor([0.25])
    )
    try expect(
      QuantileLoss(quantile: 0.5, reduction: .sum)(zero, target: half, weight: weight)
        .backward(upstream: upstream), -.infinity)
    try expect(
      HuberLoss(reduction: .sum)(half, target: zero, weight: weight).backward(upstream: upstream), .infinity)
    try expect(
      MSELoss(reduction: .sum)(zero, target: quarter, weight: weight).backward(upstream: upstream),
      -.infinity)
    try expect(
      BCEWithLogitsLoss(reduction: .sum)(zero, target: zero, weight: weight).backward(upstream: upstream),
      .infinity)
    try expect(
      MultiLabelSoftMarginLoss(reduction: .sum)(zero, target: zero, weight: weight)
        .backward(upstream: upstream), .infinity)
  }

  @Test func smallestUpstream() throws {
    try expectInfinity(in: Float.self)
    try expectInfinity(in: Double.self)
  }

  /// Without smoothing, the weights of classes other than the label have no part in the loss of labels.
  @Test(arguments: [0, 0.5]) func weightsOfOtherClasses(_ zLoss: Double) throws {
    let loss = CrossEntropyLoss(zLoss: zLoss, reduction: .sum)
    func call(_ weight: Float) throws -> (value: Tensor<Float>, gradient: Tensor<Float>) {
      try loss([[1, 3]] as Tensor<Float>, target: [0] as Tensor<Int>, weight: Tensor([1, weight]))
        .valueWithGradient()
    }
    let (ordinary, infinite) = (try call(1), try call(.infinity))
    #expect(ordinary.value == infinite.value)
    #expect(ordinary.gradient == infinite.gradient)
    let focal = try FocalLoss(reduction: .sum)(
      [[1, 3]] as Tensor<Float>, target: [0] as Tensor<Int>, weight: Tensor([1, .infinity])
    ).valueWithGradient()
    #expect(focal.value.item.isFinite && focal.gradient.scalars.allSatisfy(\.isFinite))
  }

  /// That of the label makes its loss infinite: −∞·(1 − p) at the label, and ∞·p at the others.
  @Test func weightOfLabel() throws {
    let (input, target, weight): (Tensor<Float>, Tensor<Int>, Tensor<Float>) = (
      [[1, 3]], [0], Tensor([.infinity, 1])
    )
    let loss = try CrossEntropyLoss(reduction: .sum)(input, target: target, weight: weight)
    #expect(loss.value().item == .infinity)
    #expect(loss.backward().scalars == [-.infinity, .infinity])
    let focal = try FocalLoss(reduction: .sum)(input, target: target, weight: weight)
    #expect(focal.backward().scalars == [-.infinity, .infinity])
  }

  /// That of a sample that is ignored has no part in anything.
  @Test(arguments: [Double.infinity, .nan]) func weightOfIgnoredSample(_ weight: Double) throws {
    let losses: [any Adapter] = [
      NLLLoss(), CrossEntropyLoss(), CrossEntropyLoss(labelSmoothing: 0.1), FocalLoss(),
      GeneralizedCrossEntropyLoss(), Poly1CrossEntropyLoss(),
    ]
    let input: Tensor<Double> = [[1, 2], [3, 4]]
    for loss in losses {
      for reduction in [Reduction.none, .sum, .mean] {
        func results(_ weight: Double) throws -> (value: Tensor<Double>, gradient: Labelled<Tensor<Double>>) {
          var arguments = Arguments(input: input, labels: Tensor<Int>([0, -100]))
          arguments.sampleWeight = Tensor([1, weight])
          return try loss.evaluation(of: arguments, reduction).valueWithGradient(upstream: nil)
        }
        let (found, expected) = (try results(weight), try results(1))
        expectSameBits(found.value, expected.value, "\(loss), \(reduction)")
        expectSameBits(found.gradient, expected.gradient, "\(loss), \(reduction)")
      }
    }
    let loss = try CrossEntropyLoss()(
      input, target: [0, -100] as Tensor<Int>, sampleWeight: Tensor([1, weight]))
    // log(1 + e)
    expectClose(loss.value(), Tensor(1.3132616875182228), ulps: 4)
  }
}
