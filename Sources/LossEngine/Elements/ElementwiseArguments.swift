internal import RealMath
public import Tensors

/// The arguments of an elementwise loss, found to be right.
@usableFromInline
package struct ElementwiseArguments<S: LossScalar>: Sendable {
  private let input: Tensor<S>
  private let target: Tensor<S>
  private let third: Tensor<S>?
  private let weight: Tensor<S>?
  private let mask: Mask?
  @usableFromInline package let reducer: Reducer

  /// - Parameters:
  ///   - third: A third argument of the formula, which is broadcast to the input's shape.
  ///   - weighting: Which weights are taken, and what they do to the mean.
  @usableFromInline
  @inline(never)
  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  @specialized(where S == BFloat16)
  package init(
    input: Tensor<S>, in inputDomain: ClosedRange<Double>? = nil,
    target: Tensor<S>, named targetName: String = "target", in targetDomain: ClosedRange<Double>? = nil,
    third: (name: String, tensor: Tensor<S>)? = nil,
    weight: Tensor<S>? = nil, weighting: ElementWeighting = .weightedMean, mask: Tensor<Bool>? = nil,
    reduction: Reduction
  ) throws(LossError) {
    let shape = input.shape
    try Check.shape(of: target, named: targetName, is: shape)
    if input.count > 0 { try Check.size(of: shape, named: targetName) }
    if let weight, weighting != .broadcast { try Check.shape(of: weight, named: "weight", is: shape) }
    let weight = try Check.broadcast(ifPresent: weight, named: "weight", to: shape)
    self.third = try Check.broadcast(ifPresent: third?.tensor, named: third?.name ?? "", to: shape)
    let mask = try Check.mask(mask, is: shape)
    try Check.elements(of: input, named: "input", in: inputDomain, where: mask)
    try Check.elements(of: target, named: targetName, in: targetDomain, where: mask)
    self.input = input
    self.target = target
    self.mask = mask
    var weights = MeanWeights(weighting == .weightedMean ? weight : nil, where: mask)
    let mean =
      reduction != .mean
      ? 0
      : try weights.denominator { weights in
        mask.map { TypedSampleWeights(weight: weights.weight, mask: $0, count: input.count).sum }
          ?? weights.weight?.sum ?? Double(input.count)
      }
    self.weight = weights.weight ?? weight
    reducer = try Reducer(
      reduction, shape: shape, mean: mean, batch: shape.first ?? 1, weightExponent: weights.exponent,
      countsNothing: reduction == .mean && mean == 0 && weights.areZero)
  }

  @usableFromInline package var shape: Shape { input.shape }

  /// Computes the loss, and the gradients that have a destination.
  @usableFromInline
  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  @specialized(where S == BFloat16)
  package func run(
    _ gradients: GradientDestinations<S>, upstream: Tensor<S>?,
    _ compute: (ElementwiseBlock<S.Computation>) -> Void
  ) -> Tensor<S> {
    run(gradients, upstream: upstream, at: 0..<input.count, compute)
  }

  /// Computes the part of the loss at `window`, and the gradients there.
  private func run(
    _ gradients: GradientDestinations<S>, upstream: Tensor<S>?, at window: Range<Int>,
    _ compute: (ElementwiseBlock<S.Computation>) -> Void
  ) -> Tensor<S> {
    reducer.run(gradients, upstream: upstream) { scaling in
      input.withOperand { input in
        target.withOperand { target in
          third.withOperand { third in
            weight.withOperand { weight in
              let runner = ElementwiseRunner(
                input: input, target: target, third: third, weight: weight, upstream: scaling.upstream,
                values: scaling.values, gradients: gradients, scale: scaling.scale, mask: mask)
              return Parallelism.sum(
                over: window.count, chunkSize: Blocks.chunkSize(of: self.input.count),
                cost: Double(window.count)
              ) { chunk in
                let start = window.lowerBound
                return runner.run(start + chunk.lowerBound..<start + chunk.upperBound, compute)
              }
            }
          }
        }
      }
    }
  }

  /// Computes the gradients with respect to input, target and third argument, if that has one.
  ///
  /// - Parameters:
  ///   - targetShape: The shape from which the target has been broadcast.
  ///   - thirdShape: The one from which the third argument has been.
  @usableFromInline
  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  @specialized(where S == BFloat16)
  package func gradients(
    target targetShape: Shape, third thirdShape: Shape? = nil, upstream: Tensor<S>?,
    _ compute: (ElementwiseBlock<S.Computation>) -> Void
  ) -> [Tensor<S>] {
    var inputGradient = Tensor<S>(uninitialized: shape)
    var target = BroadcastGradient<S>(targetShape, from: shape)
    var third = thirdShape.map { BroadcastGradient<S>($0, from: shape) }
    let isSummed = target.isSummed || third?.isSummed ?? false
    inputGradient.withDestination { inputGradient in
      Blocks.forEach(in: 0..<input.count, size: isSummed ? BroadcastGradient<S>.windowSize : input.count) {
        window in
        target.withDestination(at: window) { targetGradient in
          func run(_ thirdGradient: Destination<S>?) {
            let gradients = GradientDestinations(inputGradient, targetGradient, thirdGradient)
            _ = self.run(gradients.withoutValue, upstream: upstream, at: window, compute)
          }
          third?.withDestination(at: window, run) ?? run(nil)
        }
      }
    }
    return [inputGradient, target.gradient] + (third.map { [$0.gradient] } ?? [])
  }
}
