import Losses
import Testing

/// Tensors with no elements, with one, and with as many axes as there can be.
struct ShapeTests {
  static let reductions: [Reduction] = [.none, .sum, .mean, .batchMean, .sumDivided(by: 2)]

  struct Sample: Sendable, CustomTestStringConvertible {
    var name: String
    var form: any Form
    var testDescription: String { name }
  }

  static let elementwise = [
    Sample(name: "L1", form: WeightedForm { L1Loss(reduction: $0) }),
    Sample(name: "MSE", form: WeightedForm { MSELoss(reduction: $0) }),
    Sample(name: "SmoothL1", form: ElementwiseForm { SmoothL1Loss(reduction: $0) }),
    Sample(name: "Huber", form: WeightedForm { HuberLoss(reduction: $0) }),
    Sample(name: "BCE", form: WeightedForm { BCELoss(reduction: $0) }),
    Sample(name: "BCEWithLogits", form: PositiveWeightForm()),
  ]

  static let labelled = [
    Sample(name: "NLL", form: LabelForm { NLLLoss(reduction: $0) }),
    Sample(name: "CrossEntropy", form: LabelForm { CrossEntropyLoss(reduction: $0) }),
    Sample(
      name: "CrossEntropy smoothed", form: LabelForm { CrossEntropyLoss(labelSmoothing: 0.5, reduction: $0) }),
  ]

  static let soft = [
    Sample(name: "of probabilities", form: ProbabilityForm { CrossEntropyLoss(reduction: $0) }),
    Sample(
      name: "of probabilities, smoothed",
      form: ProbabilityForm { CrossEntropyLoss(labelSmoothing: 0.5, reduction: $0) }),
  ]

  @Test(arguments: elementwise, [[0], [0, 3], [2, 0], [2, 0, 3], [0, 1, 1, 1, 1, 1, 1, 1]] as [Shape])
  func noElements(_ sample: Sample, _ shape: Shape) throws {
    let empty = Tensor<Double>.zeros(shape)
    let weights = sample.name == "SmoothL1" ? [nil] : [nil, empty]
    for weight in weights {
      try expectNothing(sample, Arguments(input: empty, target: empty, weight: weight), values: shape)
    }
  }

  @Test(arguments: labelled, [[0, 4], [0, 4, 2], [2, 4, 0], [0, 0], [3, 4, 2, 0]] as [Shape])
  func noSamples(_ sample: Sample, _ shape: Shape) throws {
    let sampleShape = shape.dropping(axis: 1)
    let weight = Tensor<Double>.ones([shape[1]])
    for weight in [nil, weight] {
      try expectNothing(
        sample, Arguments(input: .zeros(shape), labels: .zeros(sampleShape), weight: weight),
        values: sampleShape)
    }
  }

  @Test(arguments: soft, [[0, 4], [0, 4, 2], [2, 4, 0], [2, 0], [2, 0, 3], [0]] as [Shape])
  func noProbabilities(_ sample: Sample, _ shape: Shape) throws {
    let sampleShape = shape.dropping(axis: shape.count == 1 ? 0 : 1)
    try expectNothing(sample, Arguments(input: .zeros(shape), target: .zeros(shape)), values: sampleShape)
  }

  @Test(arguments: [[0], [0, 3], [2, 0], [2, 0, 3]] as [Shape])
  func activationsOfNothing(_ shape: Shape) throws {
    try expectNothing(Tensor<Float>.zeros(shape))
    try expectNothing(Tensor<Half>.zeros(shape))
  }

  private func expectNothing<S: LossScalar>(_ empty: Tensor<S>) throws {
    #expect(Sigmoid()(empty) == empty)
    #expect(try LogSigmoid().backward(empty) == empty)
    for axis in empty.shape.indices {
      #expect(try Softmax(axis: axis)(empty) == empty)
      #expect(try Softmax(axis: axis).backward(empty, upstream: empty) == empty)
      #expect(try LogSoftmax(axis: axis)(empty) == empty)
      #expect(try LogSoftmax(axis: axis).backward(empty) == empty)
    }
  }

  /// The sum is 0, the mean 0/0, and the gradient has no elements.
  private func expectNothing(_ sample: Sample, _ arguments: Arguments<Double>, values shape: Shape) throws {
    try expectNothing(sample, of: arguments, values: shape)
    try expectNothing(sample, of: Arguments<Half>(arguments), values: shape)
  }

  private func expectNothing<S: LossScalar>(
    _ sample: Sample, of arguments: Arguments<S>, values shape: Shape
  ) throws {
    for reduction in Self.reductions {
      let (value, gradient) = try sample.form.valueWithGradient(arguments, reduction, upstream: nil)
      #expect(gradient == arguments.input, "\(reduction)")
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

  @Test(arguments: elementwise)
  func numbersAlone(_ sample: Sample) throws {
    for shape in [[], [1], [1, 1, 1], [1, 1, 1, 1, 1, 1, 1, 1]] as [Shape] {
      let one = { (number: Double) in Tensor(repeating: number, shape: shape) }
      let arguments = Arguments(
        input: one(0.25), target: one(0.75), weight: sample.name == "SmoothL1" ? nil : one(1))
      let value = try sample.form.value(arguments, .none)
      #expect(value.shape == shape)
      for reduction in [Reduction.sum, .mean, .batchMean] {
        let reduced = try sample.form.value(arguments, reduction)
        #expect(reduced == Tensor(value.item), "\(reduction)")
      }
      let gradients = try sample.form.allGradients(arguments, .mean, upstream: Tensor(3))
      #expect(gradients.allSatisfy { $0.shape == shape && $0.item != 0 })
    }
  }

  @Test func oneClassIsCertain() throws {
    let input: Tensor<Double> = [[3], [-2]]
    for smoothing in [0, 0.5] {
      let loss = CrossEntropyLoss(labelSmoothing: smoothing, reduction: .none)
      let labelled = try loss.valueWithGradient(input, target: [0, 0] as Tensor<Int>)
      #expect(labelled.value == [0, 0])
      #expect(labelled.gradient == [[0], [0]])
      let soft = try loss.valueWithGradient(input, target: [[1], [1]] as Tensor<Double>)
      #expect(soft.value == [0, 0])
      #expect(soft.gradient == [[0], [0]])
    }
    #expect(try Softmax(axis: 1)(input) == [[1], [1]])
    #expect(try LogSoftmax(axis: 1)(input) == [[0], [0]])
  }

  @Test func activationsOfANumber() throws {
    let number = Tensor<Double>(3)
    for axis in [0, -1] {
      #expect(try Softmax(axis: axis)(number) == Tensor(1))
      #expect(try LogSoftmax(axis: axis)(number) == Tensor(0))
      #expect(try Softmax(axis: axis).backward(number, upstream: Tensor(5)) == Tensor(0))
      #expect(try LogSoftmax(axis: axis).backward(number, upstream: Tensor(5)) == Tensor(0))
    }
    #expect(Sigmoid()(Tensor<Float>(0)) == Tensor(0.5))
  }

  static let eightAxes: Shape = [2, 3, 1, 2, 1, 2, 1, 2]

  @Test(arguments: [
    Subject("NLL", .nll, eightAxes, isWeighted: true, ignoreIndex: 0),
    Subject("CrossEntropy", .labels, eightAxes, isWeighted: true, smoothing: 0.2),
    Subject("of probabilities", .probabilities, eightAxes, isWeighted: true, smoothing: 0.2),
    Subject(
      "L1", WeightedForm { L1Loss(reduction: $0) },
      Arguments(
        input: .random(in: 0..<1, eightAxes, seed: 1), target: .random(in: 0..<1, eightAxes, seed: 2),
        weight: .random(in: 0..<1, eightAxes, seed: 3)),
      isMeanWeighted: true, formula: { x, t, _ in abs(x - t) }),
  ])
  func asManyAxesAsPossible(_ subject: Subject) throws {
    try expectClose(subject.value(.none), subject.expected, ulps: 32)
    for arrangement in Arrangement.allCases where arrangement.keepsElements && arrangement != .stepped {
      let arguments = subject.arguments.arranged(arrangement)
      let gradient = try subject.form.backward(arguments, .none, upstream: subject.upstream(.none))
      try expectSameBits(gradient, subject.gradients(.none)[0], "\(arrangement)")
    }
  }
}
