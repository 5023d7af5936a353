import LossRegistry
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

  @Test func longAxesOfHalfPrecision() throws {
    try expectNothing(in: Half.self)
    try expectNothing(in: BFloat16.self)
  }

  /// A loss with the shapes of its arguments, of which those that are broadcast may have elements.
  struct Call: Sendable, CustomStringConvertible {
    var loss: any Adapter
    var shapes: Labelled<Shape>
    var labels: Shape?

    init(_ loss: any Adapter, _ shapes: Labelled<Shape>, labels: Shape? = nil) {
      (self.loss, self.shapes, self.labels) = (loss, shapes, labels)
    }

    var description: String { loss.typeName }
  }

  private static let classes: Shape = [1 << 40]
  private static let row: Shape = [0, 1 << 40]
  private static let repeated: Shape = [1 << 40, 5]
  private static let boxes: Shape = [0, 1 << 40, 4]
  private static let (nothing, rows): (Shape, Shape) = ([0, 0], [1 << 40, 0])

  static let calls = [
    Call(L1Loss(), ["input": shape, "target": shape, "weight": shape]),
    Call(MSELoss(), ["input": shape, "target": shape, "weight": shape]),
    Call(HuberLoss(), ["input": shape, "target": shape, "weight": shape]),
    Call(SmoothL1Loss(), ["input": shape, "target": shape, "weight": shape]),
    Call(BCELoss(), ["input": shape, "target": shape, "weight": repeated]),
    Call(
      BCEWithLogitsLoss(), ["input": shape, "target": shape, "weight": repeated, "positiveWeight": repeated]),
    Call(SoftMarginLoss(), ["input": shape, "target": shape]),
    Call(HingeEmbeddingLoss(), ["input": shape, "target": shape]),
    Call(PoissonNLLLoss(), ["input": shape, "target": shape]),
    Call(KLDivLoss(), ["input": shape, "target": shape]),
    Call(GaussianNLLLoss(), ["input": shape, "target": shape, "variance": shape]),
    Call(GaussianNLLLoss(), ["input": shape, "target": [1, 1 << 40, 5], "variance": [1, 1 << 40, 5]]),
    Call(MarginRankingLoss(), ["input1": shape, "input2": shape, "target": shape]),
    Call(MultiLabelSoftMarginLoss(), ["input": shape, "target": shape, "weight": repeated]),
    Call(TripletMarginLoss(), ["anchor": shape, "positive": shape, "negative": shape]),
    Call(CosineEmbeddingLoss(), ["input1": row, "input2": row, "target": [0]]),
    Call(CosineSimilarity(), ["input1": shape, "input2": shape]),
    Call(PairwiseDistance(), ["input1": shape, "input2": shape]),
    Call(MultiMarginLoss(), ["input": row, "weight": classes], labels: [0]),
    Call(MultiLabelMarginLoss(), ["input": row], labels: row),
    Call(CrossEntropyLoss(), ["input": row, "weight": classes], labels: [0]),
    Call(NLLLoss(), ["input": row, "weight": classes], labels: [0]),
    Call(Sigmoid(), ["input": shape]),
    Call(LogSigmoid(), ["input": shape]),
    Call(DiceLoss(perSample: true), ["input": shape], labels: [0, 5]),
    Call(GeneralizedDiceLoss(), ["input": shape], labels: [0, 5]),
    Call(LovaszSoftmaxLoss(perImage: true), ["input": shape], labels: [0, 5]),
    Call(LovaszHingeLoss(perImage: true), ["input": shape], labels: shape),
    Call(CompleteIoULoss(), ["input": boxes, "target": boxes]),
    Call(LinearCrossEntropyLoss(), ["input": nothing, "linearWeight": rows, "weight": classes], labels: [0]),
    Call(InfoNCELoss(), ["query": row, "positive": row]),
    Call(InfoNCELoss(), ["query": nothing, "positive": nothing, "negatives": rows]),
    Call(SupConLoss(), ["input": row], labels: [0]),
    Call(SigLIPLoss(), ["input1": row, "input2": row, "scale": [], "bias": []]),
    Call(ArcFaceLoss(), ["input": nothing, "classWeights": rows], labels: [0]),
  ]

  @Test(arguments: calls)
  func everyFamily(_ call: Call) throws {
    try expectNothing(of: call, in: Float.self)
    try expectNothing(of: call, in: Double.self)
    try expectNothing(of: call, in: Half.self)
    try expectNothing(of: call, in: BFloat16.self)
  }

  private func expectNothing<S: LossScalar>(of call: Call, in _: S.Type) throws {
    var arguments = Arguments<S>(call.shapes.map { Tensor(0.5).broadcast(to: $1) })
    if let labels = call.labels { arguments.integers["target"] = Tensor<Int>(0).broadcast(to: labels) }
    for reduction in call.loss.hasReduction ? [Reduction.none, .sum, .mean] : [.none] {
      let evaluation = try call.loss.evaluation(of: arguments, reduction)
      let value = evaluation.value()
      #expect(value.count == (reduction == .none ? 0 : 1))
      for label in evaluation.labels {
        #expect(try evaluation.backward(upstream: nil)[label]?.shape == arguments[label].shape)
      }
      let gradients = try evaluation.gradients(upstream: nil)
      for label in gradients.labels { #expect(gradients[label]?.shape == arguments[label].shape) }
    }
  }

  /// What belongs to nothing is not read, though it may have elements.
  @Test func unusedArguments() throws {
    let (none, noLabels) = (Tensor<Half>.zeros(Self.nothing), Tensor<Int>.zeros([0]))
    func large(_ shape: Shape) -> Tensor<Half> { Tensor(0.5).broadcast(to: shape) }
    let biased = try LinearCrossEntropyLoss()(
      none, linearWeight: large(Self.rows), linearBias: large(Self.classes), target: noLabels)
    #expect(biased.value().item.isNaN)
    let compared = try InfoNCELoss()(
      large([0, 4]), positive: large([0, 4]), negatives: large([1 << 40, 4]))
    #expect(compared.value().item == 0)
    let weights = AdaptiveSoftmaxWeights<Half>(
      head: large([2, 1 << 40]), tails: [.init(projection: large([2, 1 << 40]), weight: large([3, 2]))])
    let adaptive = AdaptiveLogSoftmaxWithLoss(cutoffs: [1])
    #expect(try adaptive(large(Self.row), weights: weights, target: noLabels).value().item.isNaN)
    #expect(try adaptive.predict(large(Self.row), weights: weights).shape == [0])
  }

  /// Regions without positions, or of a batch without samples, cost nothing.
  @Test func regionsOfNothing() throws {
    let input = Tensor<Float>(0.5).broadcast(to: Self.shape)
    #expect(try LovaszSoftmaxLoss()(input, target: Self.labels).value().item == 0)
    #expect(try LovaszSoftmaxLoss()(input, target: Self.labels).backward().shape == Self.shape)
    let scores = Tensor<Float>(0.5).broadcast(to: Self.rows)
    #expect(try LovaszHingeLoss()(scores, target: Tensor<Int>.zeros(Self.rows)).value().item == 0)
    #expect(try DiceLoss()(input, target: Self.labels).value().item == 0)
  }

  /// The sum of nothing is 0, its mean is 0/0, and neither has a gradient.
  @Test func sumAndMeanOfNothing() throws {
    let input = Tensor<Float>.zeros(Self.shape)
    #expect(try CrossEntropyLoss(reduction: .sum)(input, target: Self.labels).value().item == 0)
    #expect(try CrossEntropyLoss()(input, target: Self.labels).value().item.isNaN)
  }
}
