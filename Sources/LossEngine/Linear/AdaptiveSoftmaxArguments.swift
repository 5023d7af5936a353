public import Tensors

/// The arguments of a loss of an adaptive softmax, found to be right.
@usableFromInline
package struct AdaptiveSoftmaxArguments<S: LossScalar>: Sendable {
  private let input: Tensor<S>
  private let weights: AdaptiveSoftmaxWeights<S>
  private let layout: AdaptiveSoftmaxLayout
  private let labels: any ClassLabels
  private let samples: (any SampleWeights)?
  let reducer: Reducer

  /// - Precondition: The cutoffs are right.
  @usableFromInline
  package init(
    _ input: Tensor<S>, weights: AdaptiveSoftmaxWeights<S>, cutoffs: [Int], labels: any ClassLabels,
    sampleWeight: Tensor<S>?, mask: Tensor<Bool>?, reduction: Reduction
  ) throws(LossError) {
    self.weights = weights
    layout = try weights.layout(cutoffs: cutoffs, input: input.shape)
    let sampleShape = Shape(input.shape.dropLast())
    try Check.shape(
      of: labels, is: sampleShape, mayBeSingle: false,
      hint: labels.shape == input.shape ? "labels have no class axis, but one number for each sample" : nil)
    var sampleWeights = MeanWeights<S>(
      samples: try Check.sampleWeights(sampleWeight, mask: mask, shape: sampleShape))
    let mean = try sampleWeights.denominator(
      of: labels, classes: layout.classes, slice: nil, besides: nil, mayScale: reduction == .mean)
    samples = sampleWeights.samples
    reducer = try Reducer(
      reduction, shape: sampleShape, mean: mean, batch: input.rank > 1 ? input.shape[0] : 1,
      weightExponent: sampleWeights.exponent)
    self.input = input
    self.labels = labels
  }

  var partShapes: [Shape?] { [input.shape] + weights.parts.map { $0?.shape } }

  /// Computes the loss, and the gradients if they have destinations.
  func run(
    _ gradients: AdaptiveSoftmaxDestinations<S>?, upstream: Tensor<S>?,
    _ compute: (ColumnBlock<S.Computation>) -> Void
  ) -> Tensor<S> {
    reducer.run(GradientDestinations(), upstream: upstream) { runRows(gradients, $0, compute) }
  }

  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  @specialized(where S == BFloat16)
  private func runRows(
    _ gradients: AdaptiveSoftmaxDestinations<S>?, _ scaling: Reducer.Scaling<S>,
    _ compute: (ColumnBlock<S.Computation>) -> Void
  ) -> Double {
    let rows = reducer.valueCount
    return input.withOperand { input in
      AdaptiveSoftmaxRunner(
        layout: layout, rows: rows, features: self.input.shape.last!, input: .argument(input),
        weights: weights, labels: labels[0..<rows], samples: samples, sampleWeights: samples?[0..<rows],
        scaling: scaling, gradients: gradients
      ).run(compute)
    }
  }
}
