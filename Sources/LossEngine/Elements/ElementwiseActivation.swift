public import RealMath
public import Tensors

/// A function of each element by itself: what it takes to write one.
///
/// A function with an exponential or a logarithm is up to twice as fast if that is evaluated first, as a stage:
///
///     /// x · σ(x)
///     struct SiLU: ElementwiseActivation {
///       typealias Stage = ExponentialStage
///
///       @inline(__always)
///       func argument<S: RealScalar>(_ x: S) -> S { -x.magnitude }
///
///       // With e = e^−|x|: σ(x) = select(x < 0, e, 1) / (1 + e), and (x·σ)′ = σ + x·σ·(1 − σ).
///       @inline(__always)
///       func terms<S: RealScalar>(
///         _ x: S, _ stage: StageValues<ExponentialStage, S>
///       ) -> (value: S, derivative: S) {
///         let e = stage.exponential
///         let s = select(x < 0, e, 1) / (1 + e)
///         return (x * s, s + x * s * (1 - s))
///       }
///     }
///
/// Mark the functions `@inline(__always)`, and `@inlinable` where the type is public.
public protocol ElementwiseActivation: Hashable, Codable, Sendable {
  /// The function that the formula needs, evaluated first. By default there is none.
  associatedtype Stage: ElementwiseStage = NoStage

  /// Returns what the stage's function is evaluated at.
  func argument<S: RealScalar>(_ x: S) -> S

  /// Returns the value at x and the derivative, from the values of the stage.
  func terms<S: RealScalar>(_ x: S, _ stage: StageValues<Stage, S>) -> (value: S, derivative: S)

  /// Returns the value at x and the derivative: all there is to write where there is no stage.
  func terms<S: RealScalar>(_ x: S) -> (value: S, derivative: S)
}

extension ElementwiseActivation {
  @export(implementation) @inline(__always)
  public func terms<S: RealScalar>(_ x: S) -> (value: S, derivative: S) {
    terms(x, Stage.values(at: argument(x)))
  }
}

extension ElementwiseActivation where Stage == NoStage {
  @export(implementation) @inline(__always)
  public func argument<S: RealScalar>(_ x: S) -> S { 0 }

  /// Returns the value at x and the derivative, which need no stage.
  @export(implementation) @inline(__always)
  public func terms<S: RealScalar>(_ x: S, _ stage: StageValues<NoStage, S>) -> (value: S, derivative: S) {
    terms(x)
  }
}

extension ElementwiseActivation {
  /// Returns the function of each element.
  ///
  /// - Parameter input: A tensor of any shape, which is also that of the value.
  /// - Throws: `LossError` where there could not be memory for a result of this shape, as for the view of a few elements
  ///   broadcast to very many.
  @inlinable
  public func callAsFunction<Scalar: LossScalar>(
    _ input: Tensor<Scalar>
  ) throws(LossError) -> some Evaluation<Scalar, Tensor<Scalar>, InputGradient<Scalar>> {
    try evaluation(ActivationFormula(self), input)
  }

  /// Returns the evaluation of a function of this activation.
  @inlinable
  package func evaluation<Function: ElementwiseFunction, Scalar: LossScalar>(
    _ function: Function, _ input: Tensor<Scalar>
  ) throws(LossError) -> ElementwiseEvaluation<Function, Tensor<Scalar>, InputGradient<Scalar>> {
    ElementwiseEvaluation(
      function, try ElementwiseArguments(input: input, target: input, named: "input", reduction: .none))
  }
}
