public import RealMath
public import Tensors

/// A function of each element by itself: what it takes to write one.
public protocol ElementwiseActivation: Hashable, Codable, Sendable {
  /// The value at x, and the derivative.
  func terms<S: RealScalar>(_ x: S) -> (value: S, derivative: S)

  /// Evaluates the function over a block. There is an implementation for each kind of activation.
  func _compute<S: RealScalar>(_ block: ElementwiseBlock<S>)
}

extension ElementwiseActivation {
  /// The function of each element.
  ///
  /// - Precondition: the result's size in bytes fits in `Int`, as any but that of a view does.
  @inlinable
  public func callAsFunction<S: LossScalar>(_ input: Tensor<S>) -> Tensor<S> {
    ElementwiseCall(input: input).value(_compute)
  }

  /// The gradient by the input of what is computed from the result, whose gradient by the result is `upstream`.
  ///
  /// - Throws: `LossError` where the shapes of input and upstream differ.
  @inlinable
  public func backward<S: LossScalar>(
    _ input: Tensor<S>, upstream: Tensor<S>? = nil
  ) throws(LossError) -> Tensor<S> {
    try valueWithGradient(input, upstream: upstream).gradient
  }

  /// The function of each element, and the gradient by the input.
  @inlinable
  public func valueWithGradient<S: LossScalar>(
    _ input: Tensor<S>, upstream: Tensor<S>? = nil
  ) throws(LossError) -> (value: Tensor<S>, gradient: Tensor<S>) {
    try ElementwiseCall(input: input, upstream: upstream).valueWithGradient(_compute)
  }

  /// The function of each element; the gradient by the input is written to `gradient`, which has its shape.
  @inlinable
  public func valueWithGradient<S: LossScalar>(
    _ input: Tensor<S>, upstream: Tensor<S>? = nil, into gradient: inout Tensor<S>
  ) throws(LossError) -> Tensor<S> {
    try ElementwiseCall(input: input, upstream: upstream).value(into: &gradient, _compute)
  }

  @inlinable
  public func _compute<S: RealScalar>(_ block: ElementwiseBlock<S>) {
    block.compute(ActivationFormula(activation: self))
  }
}

/// A function of the input alone, at an index that the block has.
@usableFromInline
struct ActivationFormula<Activation: ElementwiseActivation, Scalar: RealScalar>: ElementwiseFormula {
  @usableFromInline typealias Stage = NoStage

  @usableFromInline let activation: Activation

  @inlinable
  init(activation: Activation) { self.activation = activation }

  @inlinable @inline(__always)
  func terms(
    of block: ElementwiseBlock<Scalar>, at index: Int, _ stage: (Scalar, Scalar)
  ) -> ElementwiseTerms<Scalar> {
    let terms = unsafe activation.terms(block.input[index])
    return ElementwiseTerms(value: terms.value, inputDerivative: terms.derivative, targetDerivative: 0)
  }
}
