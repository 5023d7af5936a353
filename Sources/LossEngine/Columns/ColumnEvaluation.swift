internal import RealMath
public import Tensors

/// How a loss over classes takes its arguments and is run.
@usableFromInline
package struct ClassLossOptions: Sendable {
  /// Whether `mean` divides by the sum of the weights of the labels that count, or else by the number of columns.
  let isMeanWeighted: Bool
  /// Whether the class axis may be followed by others.
  let allowsFurtherAxes: Bool
  /// Whether every score is read. Otherwise transposing short columns takes longer than the loss.
  let readsAllScores: Bool
  /// About how many nanoseconds an element takes. It decides whether several threads share the work.
  let costPerElement: Double

  @usableFromInline
  package init(
    isMeanWeighted: Bool = true, allowsFurtherAxes: Bool = true, readsAllScores: Bool = true,
    costPerElement: Double = 1
  ) {
    self.isMeanWeighted = isMeanWeighted
    self.allowsFurtherAxes = allowsFurtherAxes
    self.readsAllScores = readsAllScores
    self.costPerElement = costPerElement
  }
}

/// The arguments of a loss over classes or of a function along an axis, found to be right.
@usableFromInline
package struct ColumnArguments<S: LossScalar>: Sendable {
  private let input: Tensor<S>
  private let target: ColumnTarget<S>
  private let weight: Tensor<S>?
  private let axis: ColumnAxis
  private let hasElementValues: Bool
  private let costPerElement: Double
  @usableFromInline let reducer: Reducer

  /// The arguments of a loss over classes.
  @usableFromInline
  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  @specialized(where S == BFloat16)
  package init(
    _ input: Tensor<S>, target: ColumnTarget<S>, weight: Tensor<S>?, reduction: Reduction,
    options: ClassLossOptions = ClassLossOptions()
  ) throws(LossError) {
    let possibleRanks = options.allowsFurtherAxes ? 1...Shape.maximumRank : 0...2
    guard possibleRanks ~= input.rank, options.allowsFurtherAxes || input.shape.last != 0 else {
      throw .unsupportedShape(
        argument: "input", shape: input.shape,
        requirement: options.allowsFurtherAxes
          ? "only [classes], [N, classes] and [N, classes, d…] are possible"
          : "only [classes] and [N, classes] are possible, with at least one class")
    }
    try self.init(
      input, classAxis: input.rank > 1 ? 1 : 0, target: target, weight: weight, reduction: reduction,
      options: options)
  }

  /// The arguments of a function along an axis, with one value for each column.
  @usableFromInline
  package init(_ input: Tensor<S>, reducedAlong axis: Int) throws(LossError) {
    try self.init(
      input, classAxis: Check.axis(axis, of: input.shape), target: .nothing, weight: nil, reduction: .none,
      options: ClassLossOptions())
  }

  /// The arguments of a function along an axis, with one value for each element.
  @usableFromInline
  package init(_ input: Tensor<S>, along axis: Int) throws(LossError) {
    let axis = try Check.axis(axis, of: input.shape)
    try Check.size(of: input.shape, named: "input")
    self.input = input
    target = .nothing
    weight = nil
    self.axis = ColumnAxis(input.rank == 0 ? [1] : input.shape, axis: axis, transposesShortColumns: true)
    hasElementValues = true
    costPerElement = 2
    reducer = try Reducer(.none, shape: input.shape, mean: 1, batch: 1)
  }

  /// - Parameter classAxis: An axis of the input, or 0.
  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  @specialized(where S == BFloat16)
  private init(
    _ input: Tensor<S>, classAxis: Int, target: ColumnTarget<S>, weight: Tensor<S>?, reduction: Reduction,
    options: ClassLossOptions
  ) throws(LossError) {
    try Check.size(of: input.shape, named: "input")
    // A single number counts as one class.
    var sampleShape = input.rank == 0 ? [1] : input.shape
    let axis = ColumnAxis(
      sampleShape, axis: classAxis,
      transposesShortColumns: options.allowsFurtherAxes && options.readsAllScores)
    sampleShape.remove(at: classAxis)
    switch target {
    case .labels(let labels, _):
      try Check.shape(of: labels, is: sampleShape, mayBeSingle: !options.allowsFurtherAxes)
      sampleShape = labels.shape
    case .labelLists(let labels):
      try Check.shape(of: labels, is: input.shape, mayBeSingle: !options.allowsFurtherAxes)
    case .probabilities(let target): try Check.shape(of: target, named: "target", is: input.shape)
    case .nothing: break
    }
    if let weight { try Check.shape(of: weight, named: "weight", is: [axis.classes]) }
    self.input = input
    self.target = target
    // Without columns no weight is read, and there may be no memory for as many as there are classes.
    self.weight = axis.columns > 0 ? weight : nil
    self.axis = axis
    hasElementValues = false
    costPerElement = options.costPerElement
    var mean = input.count == 0 ? 0 : Double(axis.columns)
    switch target {
    case .labels(let labels, let ignoreIndex):
      let sum: Result<Double, LossError> = self.weight.withOperand { weight in
        Result { () throws(LossError) in
          try Check.labels(
            labels, classes: axis.classes, besides: ignoreIndex,
            weight: weight.map { weight in { Double(weight[$0]) } })
        }
      }
      let weightSum = try sum.get()
      if options.isMeanWeighted { mean = weightSum }
    case .labelLists(let labels):
      _ = try Check.labels(labels, classes: axis.classes, besides: ColumnTarget<S>.listEnd)
    case .probabilities, .nothing: break
    }
    reducer = try Reducer(
      reduction, shape: sampleShape, mean: mean, batch: input.rank > 1 ? input.shape[0] : 1)
  }
}

extension ColumnArguments {
  @usableFromInline var shape: Shape { input.shape }

  /// Computes the loss, and the gradients that have a destination.
  ///
  /// - Parameter goesInParts: Whether `compute` can take the classes in parts.
  @usableFromInline
  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  @specialized(where S == BFloat16)
  func run(
    _ gradients: GradientDestinations<S>, upstream: Tensor<S>?, goesInParts: Bool,
    _ compute: (ColumnBlock<S.Computation>) -> Void
  ) -> Tensor<S> {
    reducer.run(gradients, upstream: elementUpstream(upstream, gradients)) {
      run($0, gradients, goesInParts: goesInParts, compute)
    }
  }

  /// Functions with a value for each element always take an upstream for their gradient.
  private func elementUpstream(_ upstream: Tensor<S>?, _ gradients: GradientDestinations<S>) -> Tensor<S>? {
    guard hasElementValues, gradients.first != nil else { return upstream }
    return upstream ?? Tensor(1).broadcast(to: input.shape)
  }

  // Not inlined, since the reducer calls it in several places.
  @inline(never)
  private func run(
    _ scaling: Reducer.Scaling<S>, _ gradients: GradientDestinations<S>, goesInParts: Bool,
    _ compute: (ColumnBlock<S.Computation>) -> Void
  ) -> Double {
    let (labels, ignoreIndex, probabilities): ((any ClassLabels)?, Int?, Tensor<S>?) =
      switch target {
      case .labels(let labels, let ignoreIndex): (labels, ignoreIndex, nil)
      case .labelLists(let labels): (labels, ColumnTarget<S>.listEnd, nil)
      case .probabilities(let probabilities): (nil, nil, probabilities)
      case .nothing: (nil, nil, nil)
      }
    let labelsPerColumn = if case .labelLists = target { axis.classes } else { 1 }
    return input.withOperand { input in
      probabilities.withOperand { probabilities in
        weight.withOperand { weight in
          var runner = ColumnRunner(
            axis: axis, input: input, probabilities: probabilities, labels: labels,
            labelsPerColumn: labelsPerColumn, ignoreIndex: ignoreIndex,
            weight: weight.map { ColumnWeight(operand: $0) }, hasElementValues: hasElementValues,
            scaling: scaling, gradients: gradients)
          runner.isInParts = goesInParts && runner.memoryOfPanel > Self.largestPanel
          return (runner.isInParts ? nil : self.weight).withElements { elements in
            runner.weight?.elements = elements
            // Without classes there may be any number of columns, and values only if each column has one.
            let panels = hasElementValues && self.input.count == 0 ? 0 : axis.panelCount
            return Parallelism.sum(
              over: panels, chunkSize: axis.panelsPerChunk,
              cost: costPerElement * Double(self.input.count)
            ) { [runner] chunk in runner.run(chunk, compute) }
          }
        }
      }
    }
  }

  /// The most bytes of a panel and the weights that are copied at once.
  private static var largestPanel: Int { 4 << 20 }
}

/// A loss over classes, or a function along an axis, at given arguments.
@usableFromInline
package struct ColumnEvaluation<Function: ColumnFunction, Gradients: GradientSet>: EngineEvaluation {
  @usableFromInline package typealias Scalar = Gradients.Scalar
  @usableFromInline package typealias Gradient = Tensor<Gradients.Scalar>

  @usableFromInline let function: Function
  @usableFromInline let arguments: ColumnArguments<Scalar>

  @inlinable
  package init(_ function: Function, _ arguments: ColumnArguments<Scalar>) {
    self.function = function
    self.arguments = arguments
  }

  @inlinable package var gradientShape: Shape { arguments.shape }
  @inlinable package var reducer: Reducer { arguments.reducer }

  @inlinable
  package func run(_ gradients: GradientDestinations<Scalar>, upstream: Tensor<Scalar>?) -> Tensor<Scalar> {
    arguments.run(gradients, upstream: upstream, goesInParts: Function.goesInParts) {
      function.computeEither($0)
    }
  }
}
