public import RealMath
public import Tensors

/// A loss that treats each element of input and target by itself: what it takes to write one.
///
/// A conforming type holds the hyperparameters and gives the value and the derivatives at one element. Shapes,
/// strides, reductions, upstream gradients and threads are the driver's, and so is everything to call. The functions it
/// is made of are in the module `RealMath`:
///
///     import Losses
///     import RealMath
///
///     /// (log(1 + x) − log(1 + t))²
///     struct SquaredLogLoss: ElementwiseLoss {
///       var reduction = Reduction.mean
///
///       @inline(__always)
///       func terms<S: RealScalar>(_ x: S, target t: S) -> ElementwiseTerms<S> {
///         let difference = log1p(x) - log1p(t)
///         return ElementwiseTerms(
///           value: difference * difference,
///           inputDerivative: 2 * difference / (1 + x),
///           targetDerivative: -2 * difference / (1 + t))
///       }
///     }
public protocol ElementwiseLoss: Hashable, Codable, Sendable {
  /// What is made of the values of the elements.
  var reduction: Reduction { get }

  /// The value at one element, and its derivatives.
  ///
  /// To be fast it has no branches or calls that cannot be inlined: a choice is `select(condition, a, b)`. Mark it
  /// `@inline(__always)`, for the loops around it to vectorise, and `@inlinable` where the type is public.
  func terms<S: RealScalar>(_ input: S, target: S) -> ElementwiseTerms<S>

  /// Throws if a hyperparameter has a value that the loss is not defined for. By default none has.
  func checkHyperparameters() throws(LossError)

  /// The numbers an element of the input may be, if not all. By default all.
  var inputDomain: ClosedRange<Double>? { get }

  /// The numbers an element of the target may be, if not all. By default all.
  var targetDomain: ClosedRange<Double>? { get }

  /// Computes some elements: how, is the driver's business.
  func _compute<S: RealScalar>(_ block: ElementwiseBlock<S>)
}

extension ElementwiseLoss {
  @inlinable public func checkHyperparameters() throws(LossError) {}
  @inlinable public var inputDomain: ClosedRange<Double>? { nil }
  @inlinable public var targetDomain: ClosedRange<Double>? { nil }
}

extension ElementwiseLoss {
  /// The loss.
  ///
  /// - Parameters:
  ///   - input: The predictions, of any shape.
  ///   - target: What they should be, of the same shape.
  /// - Returns: A tensor of the input's shape where nothing is reduced, else of rank 0.
  /// - Throws: `LossError` where shapes differ, or an element or hyperparameter is out of range.
  @inlinable
  public func callAsFunction<S: LossScalar>(
    _ input: Tensor<S>, target: Tensor<S>
  ) throws(LossError) -> Tensor<S> {
    try call(input, target: target).value(_compute)
  }

  /// The gradient of the loss by its input.
  ///
  /// `upstream` is the gradient of what is computed from the loss by the loss, in the loss's shape. By
  /// default all ones.
  @inlinable
  public func backward<S: LossScalar>(
    _ input: Tensor<S>, target: Tensor<S>, upstream: Tensor<S>? = nil
  ) throws(LossError) -> Tensor<S> {
    try valueWithGradient(input, target: target, upstream: upstream).gradient
  }

  /// The loss and its gradient by the input, in one pass over memory.
  @inlinable
  public func valueWithGradient<S: LossScalar>(
    _ input: Tensor<S>, target: Tensor<S>, upstream: Tensor<S>? = nil
  ) throws(LossError) -> (value: Tensor<S>, gradient: Tensor<S>) {
    try call(input, target: target, upstream: upstream).valueWithGradient(_compute)
  }

  /// The loss; its gradient by the input is written to `gradient`, which has the input's shape.
  @inlinable
  public func valueWithGradient<S: LossScalar>(
    _ input: Tensor<S>, target: Tensor<S>, upstream: Tensor<S>? = nil, into gradient: inout Tensor<S>
  ) throws(LossError) -> Tensor<S> {
    try call(input, target: target, upstream: upstream).value(into: &gradient, _compute)
  }

  /// The gradients of the loss by input and target.
  @inlinable
  public func gradients<S: LossScalar>(
    _ input: Tensor<S>, target: Tensor<S>, upstream: Tensor<S>? = nil
  ) throws(LossError) -> (input: Tensor<S>, target: Tensor<S>) {
    try call(input, target: target, upstream: upstream).gradients(_compute)
  }

  /// The call with these arguments, if they are right.
  @inlinable
  func call<S: LossScalar>(
    _ input: Tensor<S>, target: Tensor<S>, weight: Tensor<S>? = nil, weighting: ElementWeighting = .broadcast,
    parameter: (name: String, tensor: Tensor<S>)? = nil, upstream: Tensor<S>? = nil
  ) throws(LossError) -> ElementwiseCall<S> {
    try checkHyperparameters()
    return try ElementwiseCall(
      input: input, inputDomain: inputDomain, target: target, targetName: "target",
      targetDomain: targetDomain, parameter: parameter, weight: weight, weighting: weighting,
      upstream: upstream,
      reduction: reduction)
  }

  @inlinable
  public func _compute<S: RealScalar>(_ block: ElementwiseBlock<S>) { block.compute(LossFormula(loss: self)) }
}

extension ElementwiseLoss {
  /// Compiles the kernels of the loss, where this is called.
  @inlinable @inline(__always)
  public static func _addKernels(to list: inout some _KernelList) {
    list.add(ElementwiseKernel<LossFormula<Self, Float>>.self)
    list.add(ElementwiseKernel<LossFormula<Self, Double>>.self)
  }
}

/// A loss of input and target, at an index that the block has.
@usableFromInline
struct LossFormula<Loss: ElementwiseLoss, Scalar: RealScalar>: ElementwiseFormula {
  @usableFromInline typealias Stage = NoStage

  @usableFromInline let loss: Loss

  @inlinable
  init(loss: Loss) { self.loss = loss }

  @inlinable @inline(__always)
  func terms(
    of block: ElementwiseBlock<Scalar>, at index: Int, _ stage: (Scalar, Scalar)
  ) -> ElementwiseTerms<Scalar> {
    unsafe loss.terms(block.input[index], target: block.target[index])
  }
}
