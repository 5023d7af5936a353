internal import RealMath
public import Tensors

/// The arguments of a loss over classes whose scores are x · Wᵀ + b, found to be right.
///
/// A row of the input has a column of scores for each of the *positions*, the axes of the linear weight between classes
/// and features; most weights have none, and a row has one column.
@usableFromInline
package struct LinearArguments<S: LossScalar>: RecordableArguments {
  private let input: Tensor<S>
  /// As [positions…, classes, features].
  private let linearWeight: Tensor<S>
  /// As [positions…, classes].
  private let linearBias: Tensor<S>?
  private let target: ColumnTarget<S>
  /// Probabilities as [rows…, positions…, classes].
  private let probabilities: Tensor<S>?
  private let weight: Tensor<S>?
  package let samples: (any SampleWeights)?
  private let memoryLimit: Int
  private let lengths: LinearLengths
  /// Those of input, linear weight and bias, and of probabilities as they are kept.
  let partShapes: [Shape?]
  package var reducer: Reducer
  package let labelWeightSum: Double
  package var records = ColumnRecords<S.Computation>()

  /// - Parameters:
  ///   - weightedPart: What the weights of the classes multiply, where the target is labels.
  ///   - memoryLimit: How many bytes a run may use besides arguments and results.
  ///   - slice: The classes that the layer gives the scores of, if these are not all.
  @usableFromInline
  @inline(never)
  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  @specialized(where S == BFloat16)
  package init(
    _ input: Tensor<S>, linearWeight: Tensor<S>, linearBias: Tensor<S>?, target: ColumnTarget<S>,
    weight: Tensor<S>?, sampleWeight: Tensor<S>?, mask: Tensor<Bool>?, reduction: Reduction,
    weightedPart: WeightedPart = .allByLabel, memoryLimit: Int, slice: ClassSlice? = nil
  ) throws(LossError) {
    let shapes = try LinearShapes(
      input: input.shape, linearWeight: linearWeight.shape, linearBias: linearBias?.shape, slice)
    let (sampleShape, lengths) = (shapes.samples, shapes.lengths)
    switch target {
    case .labels(let labels, _): try Check.shape(of: labels, is: sampleShape, mayBeSingle: false)
    case .probabilities(let target):
      try Check.shape(ofProbabilities: target.shape, scores: shapes.scores, samples: sampleShape)
    case .labelLists, .nothing: preconditionFailure("a linear layer has labels or probabilities")
    }
    if let weight { try Check.shape(of: weight, named: "weight", is: [lengths.classes]) }
    // Without columns no weight and no bias is read, and there may be no memory for as many as there are classes.
    let isEmpty = sampleShape.elementCount == 0
    var weights = MeanWeights(
      isEmpty ? nil : weight,
      samples: try Check.sampleWeights(sampleWeight, mask: mask, shape: sampleShape))

    self.lengths = lengths
    self.input = input
    self.linearWeight = linearWeight.movingAxis(0, to: linearWeight.rank - 2)
    self.target = target
    probabilities =
      if case .probabilities(let target) = target {
        target.movingAxis(shapes.rows.count, to: target.rank - 1)
      } else { nil }
    partShapes = [input.shape, linearWeight.shape, linearBias?.shape, probabilities?.shape]
    self.linearBias = isEmpty ? nil : linearBias.map { $0.movingAxis(0, to: $0.rank - 1) }
    self.memoryLimit = memoryLimit
    // Parts of a mean are divided by what all of them count for.
    let isWholeMean = reduction == .mean && slice == nil
    let mean = try Self.meanDenominator(
      target, lengths, slice, &weights, mayScale: isWholeMean && weightedPart != .notAll)
    var countsNothing = false
    if case .labels(let labels, let ignoreIndex) = target, isWholeMean {
      countsNothing = weights.countNothing(at: labels, besides: ignoreIndex, weightedPart, sum: mean)
    }
    self.weight = weights.weight
    samples = weights.samples
    labelWeightSum = mean
    reducer = try Reducer(
      reduction, shape: sampleShape, mean: mean, batch: input.rank > 1 ? input.shape[0] : 1,
      weightExponent: weights.exponent, countsNothing: countsNothing)
  }

  /// Checks the labels, and returns the sum of the weights of the columns that count.
  ///
  /// - Parameter mayScale: Whether the weights may be multiplied by a power of two.
  private static func meanDenominator(
    _ target: ColumnTarget<S>, _ lengths: LinearLengths, _ slice: ClassSlice?,
    _ weights: inout MeanWeights<S>, mayScale: Bool
  ) throws(LossError) -> Double {
    guard case .labels(let labels, let ignoreIndex) = target else {
      return lengths.classes == 0 ? 0 : weights.denominator(ofSamples: lengths.columns, mayScale: mayScale)
    }
    return try weights.denominator(
      of: labels, classes: lengths.classes, slice: slice, besides: ignoreIndex, mayScale: mayScale)
  }
}

extension LinearArguments {
  package var classWeightSum: Double { weight?.sum ?? Double(lengths.classes) }

  /// Computes the loss, and the gradients if they have destinations.
  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  @specialized(where S == BFloat16)
  func run(
    _ gradients: LinearDestinations<S>?, upstream: Tensor<S>?,
    _ compute: (ColumnBlock<S.Computation>) -> Void
  ) -> Tensor<S> {
    let (labels, ignoreIndex): ((any ClassLabels)?, Int?) =
      if case .labels(let labels, let ignoreIndex) = target { (labels, ignoreIndex) } else { (nil, nil) }
    return reducer.run(GradientDestinations(), upstream: upstream) { scaling in
      input.withOperand { input in
        linearWeight.withOperand { linearWeight in
          linearBias.withElements { linearBias in
            probabilities.withOperand { probabilities in
              weight.withElements { weight in
                LinearRunner(
                  lengths: lengths, memoryLimit: memoryLimit, input: .argument(input),
                  linearWeight: linearWeight,
                  linearBias: linearBias, labels: labels, ignoreIndex: ignoreIndex,
                  probabilities: probabilities, weight: weight, samples: samples, scaling: scaling,
                  gradients: gradients, records: records
                ).run(compute)
              }
            }
          }
        }
      }
    }
  }
}

extension Tensor {
  /// Returns a view with one axis at another place among the others.
  func movingAxis(_ axis: Int, to place: Int) -> Tensor {
    var axes = AxisList(shape.indices)
    axes.insert(axes.remove(at: axis), at: place)
    return permuted(axes)
  }
}

extension Shape {
  func followed(by other: Shape) -> Shape { Shape(Array(self) + Array(other)) }
}
