internal import RealMath
public import Tensors

/// One call of a loss over classes: its arguments, found to be right, and what runs a kernel over them.
@usableFromInline
struct ClassCall<S: LossScalar>: LossCall {
  @usableFromInline typealias C = S.Computation

  private let input: Tensor<S>
  private let target: ClassTarget<S>
  private let weight: Tensor<S>?
  private let upstream: Tensor<S>?
  private let reduction: Reduction
  private let axis: ClassAxis
  private let sampleShape: Shape
  private let denominator: Double
  private let rules: ClassRules

  @usableFromInline
  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  init(
    input: Tensor<S>, target: ClassTarget<S>, weight: Tensor<S>?, upstream: Tensor<S>?, reduction: Reduction,
    rules: ClassRules
  ) throws(LossError) {
    let possible = rules.allowsFurtherAxes ? 1...Shape.maximumRank : 0...2
    guard possible ~= input.rank, rules.allowsFurtherAxes || input.shape.last != 0 else {
      throw .unsupportedShape(
        argument: "input", shape: input.shape,
        requirement: rules.allowsFurtherAxes
          ? "only [classes], [N, classes] and [N, classes, d…] are possible"
          : "only [classes] and [N, classes] are possible, with at least one class")
    }
    try self.init(
      input: input, axis: input.rank > 1 ? 1 : 0, target: target, weight: weight, upstream: upstream,
      reduction: reduction, rules: rules)
  }

  /// - Parameter classAxis: An axis of the input, or 0.
  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  init(
    input: Tensor<S>, axis classAxis: Int, target: ClassTarget<S>, weight: Tensor<S>? = nil,
    upstream: Tensor<S>?, reduction: Reduction, rules: ClassRules = ClassRules()
  ) throws(LossError) {
    try Check.size(of: input.shape, named: "input")
    // A single number counts as one class.
    var sampleShape = input.rank == 0 ? [1] : input.shape
    axis = ClassAxis(sampleShape, axis: classAxis)
    sampleShape.remove(at: classAxis)
    switch target {
    case .labels(let labels, _):
      try Check.shape(of: labels, is: sampleShape, rules)
      sampleShape = labels.shape
    case .labelLists(let labels): try Check.shape(of: labels, is: input.shape, rules)
    case .probabilities(let target): try Check.shape(of: target, named: "target", is: input.shape)
    case .nothing: break
    }
    self.sampleShape = sampleShape
    if let weight { try Check.shape(of: weight, named: "weight", is: [axis.classes]) }
    try Check.upstream(upstream, reduction: reduction, unreduced: sampleShape)
    self.input = input
    self.target = target
    self.weight = weight
    self.upstream = upstream
    self.reduction = reduction
    self.rules = rules
    var mean = input.count == 0 ? 0 : Double(axis.columns)
    switch target {
    case .labels(let labels, let ignoreIndex):
      let classes = axis.classes
      let sum: Result<Double, LossError> = weight.withNumbers { weight in
        Result { () throws(LossError) in
          try Check.labels(
            labels, classes: classes, besides: ignoreIndex,
            weight: weight.map { weight in { Double(weight[$0]) } })
        }
      }
      let weightSum = try sum.get()
      if rules.isMeanWeighted { mean = weightSum }
    case .labelLists(let labels):
      _ = try Check.labels(labels, classes: axis.classes, besides: ClassTarget<S>.listEnd)
    case .probabilities, .nothing: break
    }
    denominator = reduction.denominator(mean: mean, batch: input.rank > 1 ? input.shape[0] : 1)
  }
}

extension ClassCall {
  @usableFromInline var inputShape: Shape { input.shape }

  @usableFromInline
  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  func run(_ gradients: GradientDestinations<S>, _ kernel: (ClassPanel<C>) -> Void) -> Tensor<S> {
    let (labels, ignoreIndex, probabilities): ((any ClassLabels)?, Int?, Tensor<S>?) =
      switch target {
      case .labels(let labels, let ignoreIndex): (labels, ignoreIndex, nil)
      case .labelLists(let labels): (labels, ClassTarget<S>.listEnd, nil)
      case .probabilities(let probabilities): (nil, nil, probabilities)
      case .nothing: (nil, nil, nil)
      }
    let labelsPerColumn = if case .labelLists = target { axis.classes } else { 1 }
    let gradientScale = reduction.gradientScale(upstream: upstream, denominator: denominator)
    let columnUpstream = reduction == .none ? upstream : nil
    var values = reduction == .none ? Tensor<S>(uninitialized: sampleShape) : nil

    let sum = values.withDestination { values in
      input.withOperand { input in
        probabilities.withOperand { probabilities in
          columnUpstream.withOperand { upstream in
            weight.withNumbers { weight in
              let panels = ClassPanels(
                axis: axis, input: input, probabilities: probabilities, labels: labels,
                labelsPerColumn: labelsPerColumn,
                ignoreIndex: ignoreIndex,
                weight: weight, upstream: upstream, scale: gradientScale, values: values,
                gradients: gradients)
              return Parallelism.sum(
                over: axis.panelCount, chunkSize: axis.panelsPerChunk,
                cost: rules.costPerElement * Double(self.input.count)
              ) { chunk in panels.compute(chunk, kernel) }
            }
          }
        }
      }
    }
    return values ?? Reduction.result(sum, over: denominator)
  }
}
