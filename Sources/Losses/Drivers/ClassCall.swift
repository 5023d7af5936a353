internal import RealMath
internal import Tensors

/// One call of a loss over classes: its arguments, found to be right, and what runs a kernel over them.
struct ClassCall<S: LossScalar> {
  typealias C = S.Computation

  private enum Target {
    case labels(ClassIndices, ignoreIndex: Int?)
    case probabilities(Tensor<S>)
  }

  private let input: Tensor<S>
  private let target: Target
  private let weight: Tensor<S>?
  private let upstream: Tensor<S>?
  private let reduction: Reduction
  private let axis: ClassAxis
  private let sampleShape: Shape
  private let denominator: Double

  /// A call with labels.
  init<Label: FixedWidthInteger & TensorScalar>(
    input: Tensor<S>, labels: Tensor<Label>, ignoreIndex: Int?, weight: Tensor<S>?, upstream: Tensor<S>?,
    reduction: Reduction
  ) throws(LossError) {
    try self.init(
      input: input, target: .labels(ClassIndices(labels), ignoreIndex: ignoreIndex),
      targetShape: labels.shape,
      weight: weight, upstream: upstream, reduction: reduction)
  }

  /// A call with a probability for each class.
  init(
    input: Tensor<S>, probabilities: Tensor<S>, weight: Tensor<S>?, upstream: Tensor<S>?, reduction: Reduction
  ) throws(LossError) {
    try self.init(
      input: input, target: .probabilities(probabilities), targetShape: probabilities.shape, weight: weight,
      upstream: upstream, reduction: reduction)
  }

  @specialized(where S == Float) @specialized(where S == Double)
  private init(
    input: Tensor<S>, target: Target, targetShape: Shape, weight: Tensor<S>?, upstream: Tensor<S>?,
    reduction: Reduction
  ) throws(LossError) {
    guard input.rank > 0 else {
      throw .unsupportedRank(argument: "input", shape: input.shape, requirement: "it needs a class axis")
    }
    let classAxis = input.rank == 1 ? 0 : 1
    axis = ClassAxis(input.shape, axis: classAxis)
    var sampleShape = input.shape
    sampleShape.remove(at: classAxis)
    self.sampleShape = sampleShape
    let hasLabels = if case .labels = target { true } else { false }
    try Check.shape(targetShape, named: "target", is: hasLabels ? sampleShape : input.shape)
    if let weight { try Check.shape(of: weight, named: "weight", is: [axis.classes]) }
    try Check.upstream(upstream, reduction: reduction, unreduced: sampleShape)
    self.input = input
    self.target = target
    self.weight = weight
    self.upstream = upstream
    self.reduction = reduction
    let batch = input.rank > 1 ? input.shape[0] : 1
    switch target {
    case .labels(let labels, let ignoreIndex):
      let sum = try Self.weightSum(
        labels, sampleShape, classes: axis.classes, ignoreIndex: ignoreIndex, weight: weight)
      denominator = reduction.denominator(mean: sum, batch: batch)
    case .probabilities:
      denominator = reduction.denominator(
        mean: input.count == 0 ? 0 : Double(axis.columns), batch: batch)
    }
  }

  /// Checks the labels, and returns the sum of the weights of those that are not ignored.
  private static func weightSum(
    _ labels: ClassIndices, _ shape: Shape, classes: Int, ignoreIndex: Int?, weight: Tensor<S>?
  ) throws(LossError) -> Double {
    let sum = weight.withNumbers { weight in
      Parallelism.sum(
        over: labels.count, chunkSize: Blocks.chunkSize, cost: Double(labels.count)
      ) { chunk in
        let scratch = Scratch<Int>(slots: 1, slotSize: Blocks.size(in: chunk))
        defer { scratch.deallocate() }
        let block = scratch.numbers(0)
        return Blocks.sum(over: chunk) { range in
          labels.copy(range, to: block)
          var sum = 0.0
          for index in 0..<range.count {
            let label = block[index]
            if label == ignoreIndex { continue }
            // A label that is no class makes the sum not a number, and is looked for then.
            guard label >= 0, label < classes else { return .nan }
            sum += Double(weight?[label] ?? 1)
          }
          return sum
        }
      }
    }
    guard sum.isNaN else { return sum }
    for position in 0..<labels.count {
      let label = labels[position]
      guard label == ignoreIndex || 0..<classes ~= label else {
        throw .labelOutOfRange(
          argument: "target", position: shape.index(ofElement: position), label: labels.text(position),
          classCount: classes, ignoreIndex: ignoreIndex)
      }
    }
    return sum
  }
}

extension ClassCall {
  typealias Kernel = (ClassPanel<C>) -> Void

  @specialized(where S == Float) @specialized(where S == Double)
  func value(_ kernel: Kernel) -> Tensor<S> {
    run(inputGradient: nil, targetGradient: nil, kernel)
  }

  @specialized(where S == Float) @specialized(where S == Double)
  func value(into gradient: inout Tensor<S>, _ kernel: Kernel) throws(LossError) -> Tensor<S> {
    try Check.shape(of: gradient, named: "gradient", is: input.shape)
    return gradient.withDestination { gradient in
      run(inputGradient: gradient, targetGradient: nil, kernel)
    }
  }

  func valueWithGradient(_ kernel: Kernel) throws(LossError) -> (value: Tensor<S>, gradient: Tensor<S>) {
    var gradient = Tensor<S>(uninitialized: input.shape)
    let value = try value(into: &gradient, kernel)
    return (value, gradient)
  }

  @specialized(where S == Float) @specialized(where S == Double)
  func gradients(_ kernel: Kernel) -> (input: Tensor<S>, target: Tensor<S>) {
    var inputGradient = Tensor<S>(uninitialized: input.shape)
    var targetGradient = Tensor<S>(uninitialized: input.shape)
    inputGradient.withDestination { inputGradient in
      targetGradient.withDestination { targetGradient in
        _ = run(inputGradient: inputGradient, targetGradient: targetGradient, kernel)
      }
    }
    return (inputGradient, targetGradient)
  }

  /// Computes the loss, and the gradients that there is a destination for.
  @inline(__always)
  private func run(
    inputGradient: Destination<S>?, targetGradient: Destination<S>?, _ kernel: Kernel
  ) -> Tensor<S> {
    let (labels, probabilities): (ClassIndices?, Tensor<S>?) =
      switch target {
      case .labels(let labels, _): (labels, nil)
      case .probabilities(let probabilities): (nil, probabilities)
      }
    let ignoreIndex: Int? = if case .labels(_, let ignoreIndex) = target { ignoreIndex } else { nil }
    let gradientScale = reduction == .none ? 1 : (upstream.map { Double($0.item) } ?? 1) / denominator
    let columnUpstream = reduction == .none ? upstream : nil
    var values = reduction == .none ? Tensor<S>(uninitialized: sampleShape) : nil

    let sum = values.withDestination { values in
      input.withOperand { input in
        probabilities.withOperand { probabilities in
          columnUpstream.withOperand { upstream in
            weight.withNumbers { weight in
              let panels = ClassPanels(
                axis: axis, input: input, probabilities: probabilities, labels: labels,
                ignoreIndex: ignoreIndex,
                weight: weight, upstream: upstream, scale: gradientScale, values: values,
                inputGradient: inputGradient, targetGradient: targetGradient)
              return Parallelism.sum(
                over: axis.panelCount, chunkSize: axis.panelsPerChunk, cost: 2 * Double(self.input.count)
              ) { chunk in panels.compute(chunk, kernel) }
            }
          }
        }
      }
    }
    return values ?? Tensor(S(sum / denominator))
  }
}
