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
  func run(_ gradients: GradientDestinations<Scalar>, _ kernel: (Part) -> Void) -> Tensor<Scalar>
}

/// Where the gradients by the arguments of a loss go, of those that are asked for.
@usableFromInline
struct GradientDestinations<S: LossScalar> {
  var input: Destination<S>?
  var target: Destination<S>?
  /// The third argument of those losses that have one.
  var parameter: Destination<S>?
}

extension LossCall {
  @usableFromInline
  func value(_ kernel: (Part) -> Void) -> Tensor<Scalar> {
    run(GradientDestinations(), kernel)
  }

  @usableFromInline
  @specialized(where Self == ElementwiseCall<Float>) @specialized(where Self == ElementwiseCall<Double>)
  @specialized(where Self == ElementwiseCall<HalfPrecision>)
  @specialized(where Self == ClassCall<Float>) @specialized(where Self == ClassCall<Double>)
  @specialized(where Self == ClassCall<HalfPrecision>)
  func value(
    into gradient: inout Tensor<Scalar>, _ kernel: (Part) -> Void
  ) throws(LossError) -> Tensor<Scalar> {
    try Check.shape(of: gradient, named: "gradient", is: inputShape)
    return gradient.withDestination { run(GradientDestinations(input: $0), kernel) }
  }

  @usableFromInline
  @specialized(where Self == ElementwiseCall<Float>) @specialized(where Self == ElementwiseCall<Double>)
  @specialized(where Self == ElementwiseCall<HalfPrecision>)
  @specialized(where Self == ClassCall<Float>) @specialized(where Self == ClassCall<Double>)
  @specialized(where Self == ClassCall<HalfPrecision>)
  func valueWithGradient(_ kernel: (Part) -> Void) -> (value: Tensor<Scalar>, gradient: Tensor<Scalar>) {
    var gradient = Tensor<Scalar>(uninitialized: inputShape)
    let value = gradient.withDestination { run(GradientDestinations(input: $0), kernel) }
    return (value, gradient)
  }

  @usableFromInline
  func gradients(_ kernel: (Part) -> Void) -> (input: Tensor<Scalar>, target: Tensor<Scalar>) {
    let results = valueWithGradients(kernel)
    return (results.input, results.target)
  }

  /// The loss, and the gradients by its input and its target.
  @usableFromInline
  @specialized(where Self == VectorCall<Float>) @specialized(where Self == VectorCall<Double>)
  @specialized(where Self == VectorCall<HalfPrecision>)
  @specialized(where Self == ElementwiseCall<Float>) @specialized(where Self == ElementwiseCall<Double>)
  @specialized(where Self == ElementwiseCall<HalfPrecision>)
  @specialized(where Self == ClassCall<Float>) @specialized(where Self == ClassCall<Double>)
  @specialized(where Self == ClassCall<HalfPrecision>)
  func valueWithGradients(
    _ kernel: (Part) -> Void
  ) -> (value: Tensor<Scalar>, input: Tensor<Scalar>, target: Tensor<Scalar>) {
    var input = Tensor<Scalar>(uninitialized: inputShape)
    var target = Tensor<Scalar>(uninitialized: inputShape)
    let value = run(into: &input, &target, kernel)
    return (value, input, target)
  }

  /// The loss; the gradients by its input and its target are written to those given.
  @usableFromInline
  @specialized(where Self == VectorCall<Float>) @specialized(where Self == VectorCall<Double>)
  @specialized(where Self == VectorCall<HalfPrecision>)
  @specialized(where Self == ElementwiseCall<Float>) @specialized(where Self == ElementwiseCall<Double>)
  @specialized(where Self == ElementwiseCall<HalfPrecision>)
  @specialized(where Self == ClassCall<Float>) @specialized(where Self == ClassCall<Double>)
  @specialized(where Self == ClassCall<HalfPrecision>)
  func value(
    into input: inout Tensor<Scalar>, _ target: inout Tensor<Scalar>, names: [String],
    _ kernel: (Part) -> Void
  ) throws(LossError) -> Tensor<Scalar> {
    try Check.shape(of: input, named: names[0], is: inputShape)
    try Check.shape(of: target, named: names[1], is: inputShape)
    return run(into: &input, &target, kernel)
  }

  private func run(
    into input: inout Tensor<Scalar>, _ target: inout Tensor<Scalar>, _ kernel: (Part) -> Void
  ) -> Tensor<Scalar> {
    input.withDestination { input in
      target.withDestination { target in
        run(GradientDestinations(input: input, target: target), kernel)
      }
    }
  }

  /// The loss and the gradients by all three of its arguments, each of the input's shape.
  @usableFromInline
  @specialized(where Self == VectorCall<Float>) @specialized(where Self == VectorCall<Double>)
  @specialized(where Self == VectorCall<HalfPrecision>)
  @specialized(where Self == ElementwiseCall<Float>) @specialized(where Self == ElementwiseCall<Double>)
  @specialized(where Self == ElementwiseCall<HalfPrecision>)
  func valueWithThreeGradients(
    _ kernel: (Part) -> Void
  ) -> (value: Tensor<Scalar>, input: Tensor<Scalar>, target: Tensor<Scalar>, parameter: Tensor<Scalar>) {
    var input = Tensor<Scalar>(uninitialized: inputShape)
    var target = Tensor<Scalar>(uninitialized: inputShape)
    var parameter = Tensor<Scalar>(uninitialized: inputShape)
    let value = run(into: &input, &target, &parameter, kernel)
    return (value, input, target, parameter)
  }

  /// The loss; the gradients by all three of its arguments are written to those given.
  @usableFromInline
  @specialized(where Self == VectorCall<Float>) @specialized(where Self == VectorCall<Double>)
  @specialized(where Self == VectorCall<HalfPrecision>)
  @specialized(where Self == ElementwiseCall<Float>) @specialized(where Self == ElementwiseCall<Double>)
  @specialized(where Self == ElementwiseCall<HalfPrecision>)
  func value(
    into input: inout Tensor<Scalar>, _ target: inout Tensor<Scalar>, _ parameter: inout Tensor<Scalar>,
    names: [String], _ kernel: (Part) -> Void
  ) throws(LossError) -> Tensor<Scalar> {
    try Check.shape(of: input, named: names[0], is: inputShape)
    try Check.shape(of: target, named: names[1], is: inputShape)
    try Check.shape(of: parameter, named: names[2], is: inputShape)
    return run(into: &input, &target, &parameter, kernel)
  }

  private func run(
    into input: inout Tensor<Scalar>, _ target: inout Tensor<Scalar>, _ parameter: inout Tensor<Scalar>,
    _ kernel: (Part) -> Void
  ) -> Tensor<Scalar> {
    input.withDestination { input in
      target.withDestination { target in
        parameter.withDestination { parameter in
          run(GradientDestinations(input: input, target: target, parameter: parameter), kernel)
        }
      }
    }
  }
}
