internal import RealMath
public import Tensors

/// What a loss of regions is asked for.
@usableFromInline
package struct RegionOptions: Sendable {
  let mode: RegionMode
  let fromLogits: Bool
  let isPerSample: Bool
  let ignoreIndex: Int?

  @usableFromInline
  package init(mode: RegionMode, fromLogits: Bool, isPerSample: Bool, ignoreIndex: Int?) {
    self.mode = mode
    self.fromLogits = fromLogits
    self.isPerSample = isPerSample
    self.ignoreIndex = ignoreIndex
  }
}

/// What is true at each position.
@usableFromInline
package enum RegionTarget<S: LossScalar>: Sendable {
  /// Integers: classes, or 0 and 1 for each element of the input.
  case labels(any ClassLabels)
  /// A number from 0 to 1 for each element of the input.
  case masks(Tensor<S>)

  var shape: Shape {
    switch self {
    case .labels(let labels): labels.shape
    case .masks(let masks): masks.shape
    }
  }

  var hasMasks: Bool {
    switch self {
    case .labels: false
    case .masks: true
    }
  }
}

/// The arguments of a loss of regions, found to be right.
@usableFromInline
package struct RegionArguments<S: LossScalar>: Sendable {
  private let input: Tensor<S>
  private let target: RegionTarget<S>
  private let options: RegionOptions
  private let layout: RegionLayout
  /// Whether all classes together have one value.
  private let isJoint: Bool
  private let weights: (any SampleWeights)?
  @usableFromInline let reducer: Reducer

  @usableFromInline
  @inline(never)
  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  @specialized(where S == BFloat16)
  package init(
    _ input: Tensor<S>, target: RegionTarget<S>, options: RegionOptions, isJoint: Bool,
    sampleWeight: Tensor<S>?, mask: Tensor<Bool>?, reduction: Reduction
  ) throws(LossError) {
    layout = try RegionLayout(
      input.shape, target: target.shape, hasMasks: target.hasMasks, mode: options.mode)
    weights = try Check.regionWeights(sampleWeight, mask: mask, layout: layout)
    let isOfClasses = layout.classes > 1 && !layout.hasClassLabels
    let elements =
      isOfClasses
      ? try Check.sampleWeights(
        sampleWeight?.insertingAxis(at: 1).broadcast(to: input.shape),
        mask: mask?.insertingAxis(at: 1).broadcast(to: input.shape), shape: input.shape)
      : weights
    switch target {
    case .labels(let labels):
      _ = try Check.labels(
        labels, classes: layout.hasClassLabels ? layout.classes : 2, besides: options.ignoreIndex,
        samples: elements)
    case .masks(let masks):
      try Check.masks(masks, besides: options.ignoreIndex.map { Double($0) }, elements)
    }
    self.input = input
    self.target = target
    self.options = options
    self.isJoint = isJoint
    let groupShape: Shape = options.isPerSample ? [layout.samples] : []
    let valueShape = isJoint ? groupShape : Shape(Array(groupShape) + [layout.classes])
    reducer = try Reducer(
      reduction, shape: valueShape, mean: Double(max(valueShape.elementCount, 1)),
      batch: options.isPerSample ? max(layout.samples, 1) : 1)
  }

  @usableFromInline var shape: Shape { input.shape }

  /// Computes the loss, and the gradient if it has a destination.
  @usableFromInline
  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  @specialized(where S == BFloat16)
  func run(
    _ gradients: GradientDestinations<S>, upstream: Tensor<S>?, _ terms: ([RegionSums]) -> [RegionTerms]
  ) -> Tensor<S> {
    reducer.run(gradients, upstream: upstream) { scaling in
      // There may be classes without number, and nothing of them.
      if input.count == 0 { return reducer.storeZeros(scaling) }
      return withRunner { runner in
        var (value, index) = (CompensatedSum(), 0)
        Blocks.forEach(in: 0..<layout.samples, size: runner.samplesAtATime) { samples in
          var slopes: [RegionSlopes] = []
          for group in runner.sums(of: samples) {
            for (position, term) in terms(group).enumerated() {
              if position == 0 || !isJoint {
                value.add(term.value)
                scaling.values?.store(term.value, at: index)
                index += 1
              }
              slopes.append(
                RegionSlopes(
                  term, scale: scaling.scale(at: index - 1), mayScaleWeights: weights != nil,
                  S.Computation.self))
            }
          }
          if let gradient = gradients.first { runner.write(slopes, of: samples, to: gradient) }
        }
        return value.value
      }
    }
  }

  private func withRunner(_ body: (RegionRunner<S>) -> Double) -> Double {
    let (labels, masks): ((any ClassLabels)?, Tensor<S>?) =
      switch target {
      case .labels(let labels): (labels, nil)
      case .masks(let masks): (nil, masks)
      }
    return input.withOperand { input in
      masks.withOperand { masks in
        body(
          RegionRunner(
            layout: layout, options: options, input: input, labels: labels, masks: masks, weights: weights))
      }
    }
  }
}

extension Check {
  /// Returns what the positions of regions count for. The overlap of regions of negative size is nothing.
  static func regionWeights<S: LossScalar>(
    _ weight: Tensor<S>?, mask: Tensor<Bool>?, layout: RegionLayout
  ) throws(LossError) -> (any SampleWeights)? {
    let weights = try sampleWeights(weight, mask: mask, shape: layout.positionShape)
    if let weight {
      try elements(
        of: weight, named: "sampleWeight", in: 0...Double.infinity, allowingNaN: true,
        where: mask.map(Mask.init))
    }
    return weights
  }

  /// Throws unless all elements that count lie in 0...1, or are to be ignored.
  static func masks<S: LossScalar>(
    _ masks: Tensor<S>, besides ignored: Double?, _ samples: (any SampleWeights)?
  ) throws(LossError) {
    if samples == nil, ignored.map({ 0...1 ~= $0 }) ?? true {
      return try elements(of: masks, named: "target", in: 0...1)
    }
    let tensor = samples == nil ? masks.withoutRepetitions : masks
    let ignoredElement = ignored.map { S.Computation($0) }
    let wrong = tensor.indexOfFirst { start, elements, count in
      let weights = samples?[start..<start + count]
      return (0..<count).first {
        !(0...1 ~= elements[$0]) && elements[$0] != ignoredElement && weights?[$0] != 0
      }
    }
    guard let index = wrong else { return }
    throw .valueOutOfRange(
      argument: "target", position: index, value: Double(tensor[index]), requirement: "in 0...1")
  }
}
