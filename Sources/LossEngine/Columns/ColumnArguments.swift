internal import RealMath
public import Tensors

/// How a loss over classes takes its arguments and is run.
@usableFromInline
package struct ClassLossOptions: Sendable {
  /// The axis of the classes, which counts from the end if it is negative. In an input of one axis, 1 means that one.
  let classAxis: Int
  /// Whether `mean` divides by the sum of the weights of the labels that count, or else by the number of columns.
  let isMeanWeighted: Bool
  /// What the weights of the classes multiply.
  let weightedPart: WeightedPart
  /// Whether the class axis may be followed by others.
  let allowsFurtherAxes: Bool
  /// Whether short lines are copied to make long ones. That is of no use where few scores are read, or where the loss works
  /// column by column.
  let copiesShortLines: Bool
  /// Whether nothing of the input is read but the scores of the labels.
  let readsLabelsOnly: Bool
  /// About how many nanoseconds an element takes. It decides whether several threads share the work.
  let costPerElement: Double
  /// The classes that the call has the scores of, if these are not all.
  let slice: ClassSlice?

  @usableFromInline
  package init(
    classAxis: Int = 1, isMeanWeighted: Bool = true, weightedPart: WeightedPart = .allByLabel,
    allowsFurtherAxes: Bool = true, copiesShortLines: Bool = true, readsLabelsOnly: Bool = false,
    costPerElement: Double = 1, slice: ClassSlice? = nil
  ) {
    self.classAxis = classAxis
    self.isMeanWeighted = isMeanWeighted
    self.weightedPart = weightedPart
    self.allowsFurtherAxes = allowsFurtherAxes
    self.copiesShortLines = copiesShortLines
    self.readsLabelsOnly = readsLabelsOnly
    self.costPerElement = costPerElement
    self.slice = slice
  }
}

/// What the weights of the classes multiply in the value of a sample with a label.
@usableFromInline
package enum WeightedPart: Sendable {
  /// All of it, by the weight of the label: a mean of labels of weight 0 is one of nothing.
  case allByLabel
  /// All of it, by the weights of several classes: a mean is the same where all weights are multiplied by one number.
  case allByClasses
  /// Not all of it.
  case notAll
}

/// The arguments of a loss over classes or of a function along an axis, found to be right.
@usableFromInline
package struct ColumnArguments<S: LossScalar>: RecordableArguments {
  let input: Tensor<S>
  let target: ColumnTarget<S>
  let weight: Tensor<S>?
  package let samples: (any SampleWeights)?
  let axis: ColumnAxis
  let hasElementValues: Bool
  let readsLabelsOnly: Bool
  @usableFromInline package var reducer: Reducer
  package private(set) var labelWeightSum = 0.0
  package var records = ColumnRecords<S.Computation>()

  /// The arguments of a loss over classes.
  @usableFromInline
  @inline(never)
  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  @specialized(where S == BFloat16)
  package init(
    _ input: Tensor<S>, target: ColumnTarget<S>, weight: Tensor<S>?, sampleWeight: Tensor<S>?,
    mask: Tensor<Bool>?, reduction: Reduction, options: ClassLossOptions = ClassLossOptions()
  ) throws(LossError) {
    let possibleRanks = options.allowsFurtherAxes ? 1...Shape.maximumRank : 0...2
    guard possibleRanks ~= input.rank, options.allowsFurtherAxes || input.shape.last != 0 else {
      throw .unsupportedShape(
        argument: "input", shape: input.shape,
        requirement: options.allowsFurtherAxes
          ? "only [classes], [N, classes] and [N, classes, d…] are possible"
          : "only [classes] and [N, classes] are possible, with at least one class")
    }
    let isOnlyAxis = input.rank < 2 && options.classAxis == 1
    try self.init(
      input, classAxis: isOnlyAxis ? 0 : Check.axis(options.classAxis, named: "classAxis", of: input.shape),
      target: target,
      weight: weight, sampleWeight: sampleWeight, mask: mask, reduction: reduction, options: options)
  }

  /// The arguments of a function along an axis, with one value for each column.
  @usableFromInline
  package init(_ input: Tensor<S>, reducedAlong axis: Int) throws(LossError) {
    try self.init(
      input, classAxis: Check.axis(axis, of: input.shape), target: .nothing, weight: nil, sampleWeight: nil,
      mask: nil, reduction: .none, options: ClassLossOptions())
  }

  /// The arguments of a function along an axis, with one value for each element.
  @usableFromInline
  package init(_ input: Tensor<S>, along axis: Int) throws(LossError) {
    let axis = try Check.axis(axis, of: input.shape)
    try Check.size(of: input.shape, named: "input")
    self.input = input
    target = .nothing
    weight = nil
    samples = nil
    self.axis = ColumnAxis(
      input.rank == 0 ? [1] : input.shape, axis: axis, copiesShortLines: true, costPerElement: 2)
    hasElementValues = true
    readsLabelsOnly = false
    reducer = try Reducer(.none, shape: input.shape, mean: 1, batch: 1)
  }

  /// - Parameter classAxis: An axis of the input, or 0.
  @inline(never)
  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  @specialized(where S == BFloat16)
  private init(
    _ input: Tensor<S>, classAxis: Int, target: ColumnTarget<S>, weight: Tensor<S>?,
    sampleWeight: Tensor<S>?, mask: Tensor<Bool>?, reduction: Reduction, options: ClassLossOptions
  ) throws(LossError) {
    try Check.size(of: input.shape, named: "input")
    // A single number counts as one class.
    var sampleShape = input.rank == 0 ? [1] : input.shape
    let axis = ColumnAxis(
      sampleShape, axis: classAxis, copiesShortLines: options.copiesShortLines,
      costPerElement: options.costPerElement)
    try options.slice?.check(sampleShape, named: "input", axis: classAxis)
    sampleShape.remove(at: classAxis)
    let batch = input.rank > 1 ? sampleShape[0] : 1
    sampleShape = try Self.shape(
      ofSamplesOf: target, input.shape, sampleShape, classAxis: classAxis, options)
    if let weight {
      try Check.shape(
        weight.shape, named: "weight", is: [axis.classes],
        hint: weight.shape == sampleShape
          ? "it is one number for each class; did you mean sampleWeight?"
          : weight.shape.hint(named: "weight", toBe: [axis.classes]))
    }
    var weights = MeanWeights(
      weight, samples: try Check.sampleWeights(sampleWeight, mask: mask, shape: sampleShape))
    self.input = input
    self.target = target
    self.axis = axis
    hasElementValues = false
    readsLabelsOnly = options.readsLabelsOnly
    // Parts of a mean are divided by what all of them count for.
    let isWholeMean = reduction == .mean && options.slice == nil
    var mean = 0.0
    var (isMeanOfLabels, countsNothing) = (false, false)
    switch target {
    case .labels(let labels, let ignoreIndex):
      isMeanOfLabels = options.isMeanWeighted
      // Without columns no weight is read, and there may be no memory for as many as there are classes.
      labelWeightSum = try weights.denominator(
        of: labels, classes: axis.classes, slice: options.slice, besides: ignoreIndex,
        mayScale: isMeanOfLabels && isWholeMean && options.weightedPart != .notAll && axis.columns > 0)
      mean = labelWeightSum
      if isMeanOfLabels, isWholeMean, axis.columns > 0 {
        countsNothing = weights.countNothing(
          at: labels, besides: ignoreIndex, options.weightedPart, sum: mean)
      }
    case .labelLists(let labels):
      _ = try Check.labels(
        labels, perSample: axis.classes, classes: axis.classes, besides: ColumnTarget<S>.listEnd,
        samples: weights.samples)
    case .probabilities, .nothing: break
    }
    if !isMeanOfLabels, reduction == .mean, input.count > 0 {
      mean = weights.denominator(ofSamples: axis.columns, mayScale: isWholeMean)
    }
    self.weight = weights.weight
    samples = weights.samples
    reducer = try Reducer(
      reduction, shape: sampleShape, mean: mean, batch: batch, weightExponent: weights.exponent,
      countsNothing: countsNothing)
  }

  /// Checks the shape of the target, and returns that of the samples.
  private static func shape(
    ofSamplesOf target: ColumnTarget<S>, _ inputShape: Shape, _ sampleShape: Shape, classAxis: Int,
    _ options: ClassLossOptions
  ) throws(LossError) -> Shape {
    switch target {
    case .labels(let labels, _):
      try Check.shape(
        of: labels, is: sampleShape, mayBeSingle: !options.allowsFurtherAxes,
        hint: hint(forLabelsOf: labels.shape, inputShape, classAxis: classAxis, options))
      return labels.shape
    case .labelLists(let labels):
      try Check.shape(of: labels, is: inputShape, mayBeSingle: !options.allowsFurtherAxes)
    case .probabilities(let target):
      try Check.shape(ofProbabilities: target.shape, scores: inputShape, samples: sampleShape)
    case .nothing: break
    }
    return sampleShape
  }

  /// Returns what was probably meant by labels that do not fit.
  private static func hint(
    forLabelsOf shape: Shape, _ inputShape: Shape, classAxis: Int, _ options: ClassLossOptions
  ) -> String? {
    if shape == inputShape { return "labels have no class axis, but one number for each sample" }
    func fits(_ axis: Int) -> Bool {
      var sampleShape = inputShape
      sampleShape.remove(at: axis)
      return shape == sampleShape
    }
    guard let axis = inputShape.indices.last(where: fits) else { return nil }
    if !options.allowsFurtherAxes { return "did you mean input.transposed()?" }
    return "the classes are along axis \(classAxis); "
      + "did you mean classAxis: \(axis == inputShape.count - 1 ? -1 : axis)?"
  }
}
