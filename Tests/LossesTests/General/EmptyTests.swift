import Losses
import Testing

/// Tensors without elements may have lengths for which no memory could be had: a call on them allocates nothing.
struct EmptyTests {
  private static let shape: Shape = [0, 1 << 40, 5]
  private static let labels = Tensor<Int>.zeros([0, 5])

  private func expectNothing<S: LossScalar>(
    _ evaluation: some Evaluation<S, Tensor<S>, some Sendable>, value shape: Shape,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    #expect(evaluation.value().shape == shape, sourceLocation: sourceLocation)
    #expect(evaluation.backward().shape == Self.shape, sourceLocation: sourceLocation)
    var gradient = Tensor<S>.zeros(Self.shape)
    #expect(
      try evaluation.valueWithGradient(addingTo: &gradient).shape == shape, sourceLocation: sourceLocation)
  }

  private func expectNothing<S: LossScalar>(in _: S.Type) throws {
    let input = Tensor<S>.zeros(Self.shape)
    let weight = Tensor<S>(1).broadcast(to: [1 << 40])
    try expectNothing(Softmax(axis: 1)(input), value: Self.shape)
    try expectNothing(LogSoftmax(axis: 1)(input), value: Self.shape)
    try expectNothing(LogSumExp(axis: 1)(input), value: [0, 5])
    try expectNothing(NLLLoss(reduction: .none)(input, target: Self.labels), value: [0, 5])
    try expectNothing(NLLLoss()(input, target: Self.labels, weight: weight), value: [])
    try expectNothing(CrossEntropyLoss()(input, target: Self.labels), value: [])
    try expectNothing(
      CrossEntropyLoss(labelSmoothing: 0.1)(input, target: Self.labels, weight: weight), value: [])
    try expectNothing(CrossEntropyLoss(reduction: .sum)(input, target: input, weight: weight), value: [])
    try expectNothing(MSELoss()(input, target: input), value: [])
  }

  @Test func longAxesOfFloat() throws { try expectNothing(in: Float.self) }

  @Test func longAxesOfDouble() throws { try expectNothing(in: Double.self) }

  @Test func longAxesOfHalfPrecision() throws { try expectNothing(in: Half.self) }

  /// The sum of nothing is 0, its mean is 0/0, and neither has a gradient.
  @Test func sumAndMeanOfNothing() throws {
    let input = Tensor<Float>.zeros(Self.shape)
    #expect(try CrossEntropyLoss(reduction: .sum)(input, target: Self.labels).value().item == 0)
    #expect(try CrossEntropyLoss()(input, target: Self.labels).value().item.isNaN)
  }
}
