import LossRegistry
import Losses
import Testing

/// Views of one element may have any shape. Where no memory could hold the results, or `Int` not their number, a call
/// throws.
struct SizeTests {
  private static let limit = Int.max / 64
  private static let requirement = "the product of the lengths, but for those of 0, can be \(limit) at most"

  static let shapes: [Shape] = [[limit + 1, 1], [1, limit + 1], [1 << 59, 8]]
  static let shapesWithoutElements: [Shape] = [[0, limit + 1], [.max, 0]]

  /// A loss, and the tensors that have one shape. The error names one of them.
  struct Call: Sendable, CustomStringConvertible {
    var loss: any Adapter
    var labels: [String]
    var name: String

    init(_ loss: any Adapter, _ labels: [String], named name: String) {
      (self.loss, self.labels, self.name) = (loss, labels, name)
    }

    var description: String { "\(loss.typeName) of \(labels)" }
  }

  /// Losses that have nothing to do where there are no elements.
  static let elementwise = [
    Call(L1Loss(), ["input", "target"], named: "target"),
    Call(SmoothL1Loss(), ["input", "target", "weight"], named: "target"),
    Call(BCELoss(), ["input", "target"], named: "target"),
    Call(MSELoss(), ["input", "target", "weight"], named: "target"),
    Call(BCEWithLogitsLoss(), ["input", "target", "weight", "positiveWeight"], named: "target"),
    Call(MarginRankingLoss(), ["input1", "input2", "target"], named: "input2"),
    Call(Sigmoid(), ["input"], named: "input"),
  ]

  /// Other losses of tensors of one shape.
  static let others = [
    Call(GaussianNLLLoss(), ["input", "target", "variance"], named: "input"),
    Call(MultiLabelSoftMarginLoss(), ["input", "target", "weight"], named: "target"),
    Call(TripletMarginLoss(), ["anchor", "positive", "negative"], named: "positive"),
    Call(PairwiseDistance(), ["input1", "input2"], named: "input2"),
    Call(Softmax(axis: 0), ["input"], named: "input"),
    Call(LogSumExp(axis: 1), ["input"], named: "input"),
  ]

  @Test(arguments: elementwise, shapes)
  func elements(_ call: Call, _ shape: Shape) { expectError(call, shape) }

  @Test(arguments: others, shapes + shapesWithoutElements)
  func tensorsOfOneShape(_ call: Call, _ shape: Shape) { expectError(call, shape) }

  @Test(arguments: shapes + shapesWithoutElements)
  func classes(_ shape: Shape) {
    let labels = Tensor<Int>(0).broadcast(to: [shape[0]])
    expectError(
      CrossEntropyLoss(), ["input": shape, "target": shape, "weight": [shape[1]]], named: "input", shape)
    for loss in [NLLLoss(), CrossEntropyLoss()] as [any Adapter] {
      expectError(
        loss, ["input": shape, "weight": [shape[1]]], integers: ["target": labels], named: "input", shape)
    }
    if shape[1] == 0 { return }
    expectError(
      MultiMarginLoss(), ["input": shape, "weight": [shape[1]]], integers: ["target": labels], named: "input",
      shape)
    expectError(
      MultiLabelMarginLoss(), ["input": shape], integers: ["target": Tensor<Int>(0).broadcast(to: shape)],
      named: "input", shape)
  }

  @Test(arguments: shapes + shapesWithoutElements)
  func embeddings(_ shape: Shape) {
    expectError(
      CosineEmbeddingLoss(), ["input1": shape, "input2": shape, "target": [shape[0]]], named: "input2", shape)
  }

  /// Vectors without elements, of which no memory could hold all similarities.
  @Test func similarities() {
    let (rows, count): (Shape, Int) = ([1 << 40, 0], 1 << 40)
    let labels = Tensor<Int>(0).broadcast(to: [count])
    let (square, views): (Shape, Shape) = ([count, count], [2 * count, 2 * count])
    expectError(InfoNCELoss(), ["query": rows, "positive": rows], named: "similarities", square)
    expectError(
      InfoNCELoss(), ["query": rows, "positive": rows, "negatives": [1 << 20, 0]], named: "similarities",
      [count, 1 << 20])
    expectError(NTXentLoss(), ["input1": rows, "input2": rows], named: "similarities", views)
    expectError(
      SigLIPLoss(), ["input1": rows, "input2": rows, "scale": []], named: "similarities", square)
    expectError(
      SupConLoss(), ["input": rows], integers: ["target": labels], named: "similarities", square)
    expectError(
      CosFaceLoss(), ["input": rows, "classWeights": rows], integers: ["target": labels],
      named: "similarities", square)
  }

  /// Vectors without elements, of which there are too many for the scores of one row.
  @Test func rowsOfScores() throws {
    let (count, requirement) = (1 << 40, "a row of them can have \(1 << 28) elements at most")
    func error(_ shape: Shape, _ name: String) -> LossError {
      .unsupportedShape(argument: name, shape: shape, requirement: requirement)
    }
    let (row, rows) = (Tensor<Float>.zeros([1, 0]), Tensor<Float>.zeros([count, 0]))
    let label: Tensor<Int> = [0]
    #expect(throws: error([1, count], "scores")) {
      try LinearCrossEntropyLoss()(row, linearWeight: rows, target: label)
    }
    #expect(throws: error([1, count], "similarities")) {
      try InfoNCELoss()(row, positive: row, negatives: rows)
    }
    #expect(throws: error([1, count], "similarities")) {
      try ArcFaceLoss()(row, classWeights: rows, target: label)
    }
    let weights = AdaptiveSoftmaxWeights(
      head: Tensor<Float>.zeros([2, 0]), tails: [.init(projection: .zeros([0, 0]), weight: rows)])
    #expect(throws: error([1, count], "scores")) {
      try AdaptiveLogSoftmaxWithLoss(cutoffs: [1])(row, weights: weights, target: label)
    }
    let nothing = try LinearCrossEntropyLoss(reduction: .sum)(
      Tensor<Float>.zeros([0, 0]), linearWeight: rows, target: Tensor<Int>.zeros([0]))
    #expect(nothing.value() == 0)
  }

  /// Vectors without elements, of which a view may have any number.
  @Test func rowsWithoutElements() {
    let (rows, labels): (Shape, Shape) = ([1 << 40, 0], [1 << 40])
    func expectRowError(_ loss: any Adapter, _ shapes: Labelled<Shape>, named name: String) {
      expectError(loss, shapes, named: name, rows, requirement: "there can be \(1 << 28) rows at most")
    }
    expectRowError(PairwiseDistance(), ["input1": rows, "input2": rows], named: "input2")
    expectRowError(
      TripletMarginLoss(), ["anchor": rows, "positive": rows, "negative": rows], named: "positive")
    expectRowError(
      CosineEmbeddingLoss(), ["input1": rows, "input2": rows, "target": labels], named: "input2")
    expectRowError(MultiLabelSoftMarginLoss(), ["input": rows, "target": rows], named: "target")
  }

  @Test func sequences() {
    let one = Tensor<Int>(1)
    let lengths: Labelled<any IntegerTensor> = ["inputLengths": one, "targetLengths": one]
    func expectSequenceError(_ scores: Shape, _ targets: Shape, named name: String, _ shape: Shape) {
      var integers = lengths
      integers["targets"] = Tensor<Int>(0).broadcast(to: targets)
      expectError(CTCLoss(), ["input": scores], integers: integers, named: name, shape)
    }
    let (long, wide): (Shape, Shape) = ([Self.limit + 1, 1], [1, Self.limit + 1])
    expectSequenceError(long, [1], named: "scores", long)
    expectSequenceError([1, 2], wide, named: "targets", wide)
  }

  /// Each of the lengths is that of a view of one label, and their sum does not fit in `Int`.
  @Test func sumOfLengths() {
    let samples = 1 << 8
    #expect(throws: LossError.shapeMismatch(argument: "targets", shape: [Self.limit], expected: [.max])) {
      _ = try CTCLoss(reduction: .sum)(
        Tensor<Float>(0.5).broadcast(to: [1, samples, 2]),
        targets: Tensor<Int>(0).broadcast(to: [Self.limit]), inputLengths: Tensor<Int>.ones([samples]),
        targetLengths: Tensor<Int>(Self.limit).broadcast(to: [samples]))
    }
  }

  private func expectError(
    _ call: Call, _ shape: Shape, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let shapes = Labelled(labels: call.labels, values: call.labels.map { _ in shape })
    expectError(call.loss, shapes, named: call.name, shape, sourceLocation: sourceLocation)
  }

  /// Expects the error of views of one element in these shapes.
  private func expectError(
    _ loss: any Adapter, _ reals: Labelled<Shape>, integers: Labelled<any IntegerTensor> = [:],
    named name: String, _ shape: Shape, requirement: String = Self.requirement,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    func expectError<S: LossScalar>(in _: S.Type) {
      let arguments = Arguments<S>(reals.map { Tensor(0.5).broadcast(to: $1) }, integers: integers)
      let error = LossError.unsupportedShape(argument: name, shape: shape, requirement: requirement)
      #expect(throws: error, sourceLocation: sourceLocation) {
        _ = try loss.evaluation(of: arguments, .none)
      }
    }
    expectError(in: Double.self)
    expectError(in: Float.self)
    expectError(in: Half.self)
    expectError(in: BFloat16.self)
  }
}
