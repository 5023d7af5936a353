import LossRegistry
import Losses
import Testing

/// Tensors with no elements, with one, and with as many axes as there can be.
struct ShapeTests {
  static let reductions: [Reduction] = [.none, .sum, .mean, .batchMean, .sumDivided(by: 2)]

  struct Sample: Sendable, CustomStringConvertible {
    var loss: any Adapter
    var isWeighted = false
    var description: String { "\(loss)\(isWeighted ? ", weighted" : "")" }
  }

  static let elementwise: [Sample] = {
    let losses: [any Adapter] = [
      L1Loss(), MSELoss(), SmoothL1Loss(), HuberLoss(), BCELoss(), BCEWithLogitsLoss(), SoftMarginLoss(),
      HingeEmbeddingLoss(), PoissonNLLLoss(), KLDivLoss(),
    ]
    return losses.flatMap { [Sample(loss: $0), Sample(loss: $0, isWeighted: true)] }
  }()

  static let labelled: [Sample] = {
    let losses: [any Adapter] = [
      NLLLoss(), CrossEntropyLoss(), CrossEntropyLoss(labelSmoothing: 0.5), SofterCrossEntropyLoss(),
    ]
    return losses.flatMap { [Sample(loss: $0), Sample(loss: $0, isWeighted: true)] }
  }()

  static let smoothings = [0, 0.5]

  @Test(arguments: elementwise, [[0], [0, 3], [2, 0], [2, 0, 3], [0, 1, 1, 1, 1, 1, 1, 1]] as [Shape])
  func noElements(_ sample: Sample, _ shape: Shape) throws {
    let empty = Tensor<Double>.zeros(shape)
    let arguments = Arguments(input: empty, target: empty, weight: sample.isWeighted ? empty : nil)
    try expectNothing(sample.loss, arguments, values: shape)
  }

  @Test(arguments: labelled, [[0, 4], [0, 4, 2], [2, 4, 0], [0, 0], [3, 4, 2, 0]] as [Shape])
  func noSamples(_ sample: Sample, _ shape: Shape) throws {
    let sampleShape = shape.dropping(axis: 1)
    let arguments = Arguments(
      input: Tensor<Double>.zeros(shape), labels: Tensor<Int>.zeros(sampleShape),
      weight: sample.isWeighted ? .ones([shape[1]]) : nil)
    try expectNothing(sample.loss, arguments, values: sampleShape)
  }

  @Test(arguments: smoothings, [[0, 4], [0, 4, 2], [2, 4, 0], [2, 0], [2, 0, 3], [0]] as [Shape])
  func noProbabilities(_ smoothing: Double, _ shape: Shape) throws {
    let sampleShape = shape.dropping(axis: shape.count == 1 ? 0 : 1)
    try expectNothing(
      CrossEntropyLoss(labelSmoothing: smoothing),
      Arguments(input: Tensor<Double>.zeros(shape), target: .zeros(shape)), values: sampleShape)
  }

  /// The sum is 0, the mean 0/0, and the gradient has no elements.
  private func expectNothing(
    _ loss: any Adapter, _ arguments: Arguments<Double>, values shape: Shape
  ) throws {
    try expectNothing(loss, of: arguments, values: shape)
    try expectNothing(loss, of: Arguments<Half>(arguments), values: shape)
    try expectNothing(loss, of: Arguments<BFloat16>(arguments), values: shape)
  }

  private func expectNothing<S: LossScalar>(
    _ loss: any Adapter, of arguments: Arguments<S>, values shape: Shape
  ) throws {
    for reduction in Self.reductions {
      let (value, gradient) = try loss.evaluation(of: arguments, reduction).valueWithGradient(upstream: nil)
      #expect(gradient["input"]! == arguments.input, "\(reduction)")
      switch reduction {
      case .none: #expect(value == .zeros(shape))
      case .mean: #expect(value.shape == [] && value.item.isNaN)
      case .batchMean where arguments.input.shape[0] == 0 && arguments.input.rank > 1:
        #expect(value.shape == [] && value.item.isNaN)
      case .batchMean where arguments.input.shape == [0] && shape == [0]: #expect(value.item.isNaN)
      default: #expect(value == Tensor(0), "\(reduction)")
      }
    }
  }

  static let vectorLosses: [Sample] = [
    Sample(loss: MultiMarginLoss()), Sample(loss: MultiLabelMarginLoss()),
    Sample(loss: MultiLabelSoftMarginLoss()), Sample(loss: TripletMarginLoss()),
    Sample(loss: CosineEmbeddingLoss()),
  ]

  @Test(arguments: vectorLosses, [Reduction.none, .sum, .mean])
  func noVectors(_ sample: Sample, _ reduction: Reduction) throws {
    let empty = Tensor<Double>.zeros([0, 3])
    let arguments =
      switch sample.loss {
      case is MultiMarginLoss: Arguments(input: empty, labels: Tensor<Int>.zeros([0]), weight: [1, 2, 3])
      case is MultiLabelMarginLoss: Arguments(input: empty, labels: Tensor<Int>.zeros([0, 3]))
      case is MultiLabelSoftMarginLoss: Arguments(input: empty, target: empty)
      case is TripletMarginLoss: Arguments(["anchor": empty, "positive": empty, "negative": empty])
      default: Arguments(["input1": empty, "input2": empty, "target": .zeros([0])])
      }
    let (value, gradient) = try sample.loss.evaluation(of: arguments, reduction)
      .valueWithGradient(upstream: nil)
    switch reduction {
    case .none: #expect(value.shape == [0])
    case .sum: #expect(value == Tensor(0))
    default: #expect(value.shape == [] && value.item.isNaN)
    }
    #expect(gradient.values.allSatisfy { $0.shape == [0, 3] })
  }

  @Test(arguments: [[0], [0, 3], [2, 0], [2, 0, 3]] as [Shape])
  func activationsOfNothing(_ shape: Shape) throws {
    try expectNothing(Tensor<Float>.zeros(shape))
    try expectNothing(Tensor<Half>.zeros(shape))
    try expectNothing(Tensor<BFloat16>.zeros(shape))
  }

  private func expectNothing<S: LossScalar>(_ empty: Tensor<S>) throws {
    #expect(try Sigmoid()(empty).value() == empty)
    #expect(try LogSigmoid()(empty).backward() == empty)
    for axis in empty.shape.indices {
      #expect(try Softmax(axis: axis)(empty).value() == empty)
      #expect(try Softmax(axis: axis)(empty).backward(upstream: empty) == empty)
      #expect(try LogSoftmax(axis: axis)(empty).value() == empty)
      #expect(try LogSoftmax(axis: axis)(empty).backward() == empty)
    }
  }

  @Test(arguments: elementwise)
  func numbersAlone(_ sample: Sample) throws {
    for shape in [[], [1], [1, 1, 1], [1, 1, 1, 1, 1, 1, 1, 1]] as [Shape] {
      let one = { (number: Double) in Tensor(repeating: number, shape: shape) }
      // Between two targets of ±1, a hinge embedding has no slope.
      let target = sample.loss is HingeEmbeddingLoss ? 1 : 0.75
      let arguments = Arguments(
        input: one(0.25), target: one(target), weight: sample.isWeighted ? one(1) : nil)
      let value = try sample.loss.evaluation(of: arguments, .none).value()
      #expect(value.shape == shape)
      for reduction in [Reduction.sum, .mean, .batchMean] {
        let reduced = try sample.loss.evaluation(of: arguments, reduction).value()
        #expect(reduced == Tensor(value.item), "\(reduction)")
      }
      let gradients = try sample.loss.evaluation(of: arguments, .mean).gradients(upstream: Tensor(3))
      #expect(gradients.values.allSatisfy { $0.shape == shape })
      // A hinge embedding is constant in its target.
      #expect(gradients["input"]!.item != 0)
      if !(sample.loss is HingeEmbeddingLoss) { #expect(gradients["target"]!.item != 0) }
    }
  }

  @Test func activationsOfANumber() throws {
    let number = Tensor<Double>(3)
    for axis in [0, -1] {
      #expect(try Softmax(axis: axis)(number).value() == Tensor(1))
      #expect(try LogSoftmax(axis: axis)(number).value() == Tensor(0))
      #expect(try Softmax(axis: axis)(number).backward(upstream: Tensor(5)) == Tensor(0))
      #expect(try LogSoftmax(axis: axis)(number).backward(upstream: Tensor(5)) == Tensor(0))
    }
    #expect(try Sigmoid()(Tensor<Float>(0)).value() == Tensor(0.5))
  }

  static let eightAxes: Shape = [2, 3, 1, 2, 1, 2, 1, 2]

  @Test(arguments: [
    LossUnderTest(
      "NLL", NLLLoss(ignoreIndex: 0), .labelled(eightAxes, isWeighted: true, ignoreIndex: 0)),
    LossUnderTest(
      "CrossEntropy", CrossEntropyLoss(labelSmoothing: 0.2), .labelled(eightAxes, isWeighted: true)),
    LossUnderTest(
      "of probabilities", CrossEntropyLoss(labelSmoothing: 0.2),
      .ofProbabilities(eightAxes, isWeighted: true)),
    LossUnderTest(
      "L1", L1Loss(),
      Arguments(
        input: .random(in: 0..<1, eightAxes, seed: 1), target: .random(in: 0..<1, eightAxes, seed: 2),
        weight: .random(in: 0..<1, eightAxes, seed: 3))),
  ])
  func asManyAxesAsPossible(_ sample: LossUnderTest) throws {
    try expectClose(sample.value(.none), sample.expected, ulps: 32)
    for arrangement in Arrangement.allCases where arrangement.keepsElements && arrangement != .stepped {
      var views = sample
      views.arguments = sample.arguments.arranged(arrangement)
      try expectSameBits(views.gradients(.none), sample.gradients(.none), "\(arrangement)")
    }
  }
}
