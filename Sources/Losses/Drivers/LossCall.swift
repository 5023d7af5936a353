public import Tensors

/// One call of a loss, with arguments that have been found to be right. A driver says how to run it; what the verbs of
/// a loss make of that is the same for all.
@usableFromInline
protocol LossCall<Scalar> {
  associatedtype Scalar: LossScalar
  /// What is run over parts of the arguments.
  associatedtype Part

  var inputShape: Shape { get }

  /// Computes the loss, and the gradients that there is a destination for.
  func run(
    inputGradient: Destination<Scalar>?, targetGradient: Destination<Scalar>?, _ kernel: (Part) -> Void
  ) -> Tensor<Scalar>
}

extension LossCall {
  @usableFromInline
  func value(_ kernel: (Part) -> Void) -> Tensor<Scalar> {
    run(inputGradient: nil, targetGradient: nil, kernel)
  }

  @usableFromInline
  @specialized(where Self == ElementwiseCall<Float>) @specialized(where Self == ElementwiseCall<Double>)
  @specialized(where Self == ClassCall<Float>) @specialized(where Self == ClassCall<Double>)
  func value(
    into gradient: inout Tensor<Scalar>, _ kernel: (Part) -> Void
  ) throws(LossError) -> Tensor<Scalar> {
    try Check.shape(of: gradient, named: "gradient", is: inputShape)
    return gradient.withDestination { run(inputGradient: $0, targetGradient: nil, kernel) }
  }

  @usableFromInline
  @specialized(where Self == ElementwiseCall<Float>) @specialized(where Self == ElementwiseCall<Double>)
  @specialized(where Self == ClassCall<Float>) @specialized(where Self == ClassCall<Double>)
  func valueWithGradient(_ kernel: (Part) -> Void) -> (value: Tensor<Scalar>, gradient: Tensor<Scalar>) {
    var gradient = Tensor<Scalar>(uninitialized: inputShape)
    let value = gradient.withDestination { run(inputGradient: $0, targetGradient: nil, kernel) }
    return (value, gradient)
  }

  @usableFromInline
  func gradients(_ kernel: (Part) -> Void) -> (input: Tensor<Scalar>, target: Tensor<Scalar>) {
    var inputGradient = Tensor<Scalar>(uninitialized: inputShape)
    var targetGradient = Tensor<Scalar>(uninitialized: inputShape)
    inputGradient.withDestination { inputGradient in
      targetGradient.withDestination { targetGradient in
        _ = run(inputGradient: inputGradient, targetGradient: targetGradient, kernel)
      }
    }
    return (inputGradient, targetGradient)
  }
}
