internal import RealMath
public import Tensors

/// How a loss takes a weight for each element.
public enum ElementWeighting: Hashable, Sendable {
  /// The weight has the input's shape; `mean` divides by its sum.
  case weightedMean

  /// The weight has the input's shape; `mean` divides by the number of elements.
  case sameShape

  /// The weight can be broadcast to the input's shape; `mean` divides by the number of elements.
  case broadcast
}

/// One call of an elementwise loss: its arguments, found to be right, and what runs a formula over them.
@usableFromInline
struct ElementwiseCall<S: LossScalar>: LossCall {
  private let input: Tensor<S>
  private let target: Tensor<S>
  private let parameter: Tensor<S>?
  private let weight: Tensor<S>?
  private let upstream: Tensor<S>?
  private let reduction: Reduction
  private let denominator: Double

  /// - Parameter parameter: A third argument of the formula, which is broadcast to the input's shape.
  @usableFromInline
  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  init(
    input: Tensor<S>, inputDomain: ClosedRange<Double>?,
    target: Tensor<S>, targetName: String, targetDomain: ClosedRange<Double>?,
    parameter: (name: String, tensor: Tensor<S>)?,
    weight: Tensor<S>?, weighting: ElementWeighting,
    upstream: Tensor<S>?, reduction: Reduction
  ) throws(LossError) {
    let shape = input.shape
    try Check.shape(of: target, named: targetName, is: shape)
    if input.count > 0 { try Check.size(of: shape, named: targetName) }
    if let weight, weighting != .broadcast { try Check.shape(of: weight, named: "weight", is: shape) }
    self.weight = try Check.broadcast(ifPresent: weight, named: "weight", to: shape)
    self.parameter = try Check.broadcast(
      ifPresent: parameter?.tensor, named: parameter?.name ?? "", to: shape)
    try Check.upstream(upstream, reduction: reduction, unreduced: shape)
    try Check.elements(of: input, named: "input", in: inputDomain)
    try Check.elements(of: target, named: targetName, in: targetDomain)
    self.input = input
    self.target = target
    self.upstream = upstream
    self.reduction = reduction
    denominator = reduction.denominator(
      mean: weighting == .weightedMean ? weight?.sum ?? Double(input.count) : Double(input.count),
      batch: shape.first ?? 1)
  }

  /// A call with nothing but an input, and a value for each element.
  @usableFromInline
  init(input: Tensor<S>) {
    self.input = input
    target = input
    parameter = nil
    weight = nil
    upstream = nil
    reduction = .none
    denominator = 1
  }

  @usableFromInline
  init(input: Tensor<S>, upstream: Tensor<S>?) throws(LossError) {
    try self.init(
      input: input, inputDomain: nil, target: input, targetName: "input", targetDomain: nil, parameter: nil,
      weight: nil,
      weighting: .broadcast, upstream: upstream, reduction: .none)
  }

  /// A call of a loss of three tensors, without weights.
  @usableFromInline
  init(
    input: Tensor<S>, target: Tensor<S>, targetName: String = "target",
    parameter: (name: String, tensor: Tensor<S>), upstream: Tensor<S>?, reduction: Reduction
  ) throws(LossError) {
    try self.init(
      input: input, inputDomain: nil, target: target, targetName: targetName, targetDomain: nil,
      parameter: parameter, weight: nil, weighting: .broadcast, upstream: upstream, reduction: reduction)
  }

  @usableFromInline var inputShape: Shape { input.shape }

  @usableFromInline
  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  func run(_ gradients: GradientDestinations<S>, _ formula: (ElementwiseBlock<S.Computation>) -> Void)
    -> Tensor<S>
  {
    let gradientScale =
      reduction.gradientScale(upstream: upstream, denominator: denominator)
    let elementUpstream = reduction == .none ? upstream : nil
    var values = reduction == .none ? Tensor<S>(uninitialized: input.shape) : nil

    let sum = values.withDestination { values in
      input.withOperand { input in
        target.withOperand { target in
          parameter.withOperand { parameter in
            weight.withOperand { weight in
              elementUpstream.withOperand { upstream in
                let blocks = ElementwiseBlocks(
                  input: input, target: target, parameter: parameter, weight: weight, upstream: upstream,
                  values: values, gradients: gradients,
                  scale: S.Computation(gradientScale))
                return Parallelism.sum(
                  over: self.input.count, chunkSize: Blocks.chunkSize(of: self.input.count),
                  cost: Double(self.input.count)
                ) { chunk in blocks.compute(chunk, formula) }
              }
            }
          }
        }
      }
    }
    return values ?? Reduction.result(sum, over: denominator)
  }
}
