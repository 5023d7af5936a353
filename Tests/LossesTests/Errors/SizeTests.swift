import Losses
import Testing

/// Views of one element may have any shape. Where nothing could hold the results, or their number is none that `Int`
/// can hold, a call is refused.
struct SizeTests {
  private static let limit = Int.max / 64
  private static let requirement = "the product of the lengths, but for those of 0, can be \(limit) at most"

  static let shapes: [Shape] = [[limit + 1, 1], [1, limit + 1], [1 << 59, 8]]
  static let shapesWithoutElements: [Shape] = [[0, limit + 1], [.max, 0]]

  /// Forms that have nothing to do where there are no elements, and what the error calls one of their tensors.
  private static let elementwise: [(form: any Form, name: String)] = [
    (ElementwiseForm { L1Loss(reduction: $0) }, "target"),
    (ElementwiseForm { BCELoss(reduction: $0) }, "target"),
    (WeightedForm { MSELoss(reduction: $0) }, "target"),
    (PositiveWeightForm(), "target"),
    (RankingForm { MarginRankingLoss(reduction: $0) }, "input2"),
    (ElementwiseActivationForm(activation: Sigmoid()), "input"),
  ]

  @Test(arguments: elementwise.indices, shapes)
  func elements(_ index: Int, _ shape: Shape) {
    let (form, name) = Self.elementwise[index]
    let views = Views(input: shape, target: shape, weight: shape, positiveWeight: shape)
    expectRefusal(form, views, named: name, shape)
  }

  /// Other forms that take tensors of one shape.
  private static let others: [(form: any Form, name: String)] = [
    (GaussianForm { GaussianNLLLoss(reduction: $0) }, "input"),
    (ProbabilityForm { CrossEntropyLoss(reduction: $0) }, "input"),
    (MultiLabelForm(), "target"),
    (TripletForm { TripletMarginLoss(reduction: $0) }, "positive"),
    (MeasureForm(measure: PairwiseDistance()), "input2"),
    (AxisActivationForm(activation: Softmax(axis: 0)), "input"),
    (LogSumExpForm(axis: 1), "input"),
  ]

  @Test(arguments: others.indices, shapes + shapesWithoutElements)
  func tensorsOfOneShape(_ index: Int, _ shape: Shape) {
    let (form, name) = Self.others[index]
    let weight = form is ProbabilityForm ? [shape[1]] : shape
    let views = Views(input: shape, target: shape, weight: weight, positiveWeight: shape)
    expectRefusal(form, views, named: name, shape)
  }

  @Test(arguments: shapes + shapesWithoutElements)
  func labels(_ shape: Shape) {
    let views = Views(input: shape, labels: [shape[0]], weight: [shape[1]])
    expectRefusal(LabelForm { NLLLoss(reduction: $0) }, views, named: "input", shape)
    expectRefusal(LabelForm { CrossEntropyLoss(reduction: $0) }, views, named: "input", shape)
    if shape[1] == 0 { return }
    expectRefusal(LabelForm { MultiMarginLoss(reduction: $0) }, views, named: "input", shape)
    expectRefusal(LabelListForm(), Views(input: shape, labels: shape), named: "input", shape)
  }

  @Test(arguments: shapes + shapesWithoutElements)
  func embeddings(_ shape: Shape) {
    let form = EmbeddingForm { CosineEmbeddingLoss(reduction: $0) }
    expectRefusal(
      form, Views(input: shape, target: shape, weight: [shape[0]]), named: "input2", shape)
  }

  @Test func sequences() {
    let form = SequenceForm(inputLengths: Tensor(1), targetLengths: Tensor(1)) { CTCLoss(reduction: $0) }
    let (long, wide): (Shape, Shape) = ([Self.limit + 1, 1], [1, Self.limit + 1])
    expectRefusal(form, Views(input: long, labels: [1]), named: "input", long)
    expectRefusal(form, Views(input: [1, 2], labels: wide), named: "targets", wide)
  }

  /// Lengths each of which a view of one label has, and whose sum `Int` has not.
  @Test func sumOfLengths() {
    let samples = 1 << 8
    let form = SequenceForm(
      inputLengths: .ones([samples]), targetLengths: Tensor(Self.limit).broadcast(to: [samples])
    ) { CTCLoss(reduction: $0) }
    let views = Views(input: [1, samples, 2], labels: [Self.limit])
    #expect(throws: LossError.shapeMismatch(argument: "targets", shape: [Self.limit], expected: [.max])) {
      try form.value(views.arguments(Float.self), .sum)
    }
  }

  private func expectRefusal(
    _ form: any Form, _ views: Views, named name: String, _ shape: Shape,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    func expectError<S: LossScalar>(_: S.Type) {
      let arguments = views.arguments(S.self)
      let error = LossError.unsupportedShape(argument: name, shape: shape, requirement: Self.requirement)
      // The function of each element throws nothing.
      if !(form is ElementwiseActivationForm<Sigmoid>) {
        #expect(throws: error, sourceLocation: sourceLocation) { try form.value(arguments, .none) }
      }
      #expect(throws: error, sourceLocation: sourceLocation) {
        try form.backward(arguments, .none, upstream: nil)
      }
      #expect(throws: error, sourceLocation: sourceLocation) {
        try form.valueWithGradient(arguments, .none, upstream: nil)
      }
      #expect(throws: error, sourceLocation: sourceLocation) {
        try form.allGradients(arguments, .none, upstream: nil)
      }
    }
    expectError(Double.self)
    expectError(Float.self)
    expectError(Half.self)
  }
}

/// The shapes of arguments each of which is a view of one element.
private struct Views {
  var input: Shape
  var target: Shape?
  var labels: Shape?
  var weight: Shape?
  var positiveWeight: Shape?

  func arguments<S: LossScalar>(_: S.Type) -> Arguments<S> {
    func view(_ shape: Shape) -> Tensor<S> { Tensor(0.5).broadcast(to: shape) }
    return Arguments(
      input: view(input), target: target.map(view), labels: labels.map { Tensor(0).broadcast(to: $0) },
      weight: weight.map(view), positiveWeight: positiveWeight.map(view))
  }
}
