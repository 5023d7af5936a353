import LossRegistry
import Losses
import Testing

/// Views of any strides give the same bits as their contiguous copies.
struct ViewTests {
  @Test(arguments: LossRegistry.samples, Arrangement.allCases)
  func viewsGiveTheBitsOfTheirCopies(_ sample: LossUnderTest, _ arrangement: Arrangement) throws {
    let labels: [String?] = [nil] + sample.arguments.arrangeable
    for (reduction, _) in sample.reductions {
      for label in labels {
        var views = sample
        views.arguments = sample.arguments.arranged(arrangement, only: label)
        try expectSameResults(views, reduction, upstream: sample.upstream(reduction))
      }
      try expectSameResults(sample, reduction, upstream: arrangement.view(of: sample.upstream(reduction)))
    }
  }

  /// Every loss, for all types of numbers.
  @Test(arguments: LossRegistry.generators, Arrangement.allCases)
  func viewsGiveEveryLossTheBitsOfTheirCopies(_ generator: Generator, _ arrangement: Arrangement) throws {
    for seed in 0..<6 as Range<UInt64> {
      var decisions = Decisions(seed: seed, isHostile: false, isLarge: false)
      try CallTrial<Double>.run(generator, &decisions, arrangement: arrangement)
      try CallTrial<Float>.run(generator, &decisions, arrangement: arrangement)
      try CallTrial<Half>.run(generator, &decisions, arrangement: arrangement)
      try CallTrial<BFloat16>.run(generator, &decisions, arrangement: arrangement)
    }
  }

  /// Otherwise the tests above would compare copies with copies.
  @Test(arguments: Arrangement.allCases)
  func arrangementsAreWhatTheySay(_ arrangement: Arrangement) {
    let tensor = Tensor<Double>.random(in: 0..<1, [3, 4, 5], seed: 1)
    let view = arrangement.view(of: tensor)
    #expect(!view.isContiguous)
    #expect((view == tensor) == arrangement.keepsElements)
    if arrangement == .secondAxisInnermost { #expect(view.strides[1] == 1) }
    if arrangement == .broadcast { #expect(view.strides[0] == 0) }
    if arrangement == .broadcastAlongLast { #expect(view.strides[2] == 0) }
    if arrangement == .reversed { #expect(view.strides.allSatisfy { $0 < 0 }) }
  }

  /// One weight for each column, of which a block has a part, or a few, or many.
  @Test(arguments: [1, 7, 33, 92, 1000, 3000])
  func repeatedLinesGiveTheBitsOfTheirCopies(columns: Int) throws {
    func expectSame<S: LossScalar>(_: S.Type) throws {
      let shape: Shape = [40_000 / columns + 3, columns]
      let input = Tensor<S>(Tensor<Double>.random(in: -3..<3, shape, seed: 1))
      let target = Tensor<S>(Tensor<Double>.random(in: 0..<1, shape, seed: 2))
      let weight = Tensor<S>(Tensor<Double>.random(in: 0..<2, [columns], seed: 3))
      func results(_ weight: Tensor<S>) throws -> (value: Tensor<S>, gradient: Tensor<S>) {
        try BCEWithLogitsLoss()(input, target: target, weight: weight, positiveWeight: weight)
          .valueWithGradient()
      }
      let (repeated, copied) = (try results(weight), try results(weight.broadcast(to: shape).contiguous()))
      expectSameBits(repeated.value, copied.value)
      expectSameBits(repeated.gradient, copied.gradient)
    }
    try expectSame(Float.self)
    try expectSame(Double.self)
    try expectSame(BFloat16.self)
  }

  private func expectSameResults(
    _ views: LossUnderTest, _ reduction: Reduction, upstream: Tensor<Double>
  ) throws {
    var copies = views
    copies.arguments = views.arguments.contiguous
    let (evaluation, expected) = try (views.evaluation(reduction), copies.evaluation(reduction))
    expectSameBits(evaluation.value(), expected.value(), "value, \(reduction)")
    try expectSameBits(
      evaluation.gradients(upstream: upstream), expected.gradients(upstream: upstream.contiguous()),
      "\(reduction)")
  }

  /// Squares, strips beside them, and lines of which a chunk has a part.
  @Test(
    arguments: [
      [2, 2], [3, 5], [4, 4], [7, 130], [130, 7], [33, 1000], [1000, 33], [1000, 50], [6, 5, 9],
    ] as [Shape])
  func transposedTensorsOfAnySize(_ shape: Shape) throws {
    let view = Tensor<Float>(Tensor<Double>.random(in: -1..<1, shape, seed: 1)).transposed(0, -1)
    let target = Tensor<Float>(Tensor<Double>.random(in: -1..<1, view.shape, seed: 2))
    let ofView = try L1Loss()(view, target: target).valueWithGradient()
    let ofCopy = try L1Loss()(view.contiguous(), target: target).valueWithGradient()
    expectSameBits(ofView.value, ofCopy.value, "value")
    expectSameBits(ofView.gradient, ofCopy.gradient, "gradient")
  }
}
