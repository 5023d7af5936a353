public import RealMath

/// What an elementwise loss is at one element: its value, and its derivative with respect to each argument.
@frozen
public struct ElementwiseTerms<Scalar: RealScalar> {
  /// The value of the loss.
  public var value: Scalar
  /// The derivative with respect to the input.
  public var inputDerivative: Scalar
  /// The derivative with respect to the target.
  public var targetDerivative: Scalar
  /// The derivative with respect to the third argument, where a loss has one.
  @usableFromInline package var thirdDerivative: Scalar

  /// Creates the terms of a loss at one element.
  @export(implementation) @inline(__always)
  public init(value: Scalar, inputDerivative: Scalar, targetDerivative: Scalar) {
    self.init(
      value: value, inputDerivative: inputDerivative, targetDerivative: targetDerivative, thirdDerivative: 0)
  }

  /// Creates the terms of a loss of three arguments.
  @export(implementation) @inline(__always)
  package init(value: Scalar, inputDerivative: Scalar, targetDerivative: Scalar, thirdDerivative: Scalar) {
    self.value = value
    self.inputDerivative = inputDerivative
    self.targetDerivative = targetDerivative
    self.thirdDerivative = thirdDerivative
  }
}
