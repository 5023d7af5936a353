public import RealMath
public import Tensors

/// A loss that treats each element of input and target by itself: what it takes to write one.
///
/// A conforming type holds the hyperparameters and gives the value and the derivatives at one element. Shapes,
/// strides, reductions, upstream gradients and threads are the library's business, and so is everything to call. The
/// functions that formulas are made of are in the module `RealMath`:
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
///
/// A formula with an exponential or a logarithm is up to twice as fast if that is evaluated first, as a stage:
///
///     /// Minus the logarithm of the density of a logistic distribution at the error d = x − t.
///     struct LogisticErrorLoss: ElementwiseLoss {
///       typealias Stage = LogisticStage
///
///       var reduction = Reduction.mean
///
///       @inline(__always)
///       func argument<S: RealScalar>(_ x: S, target t: S) -> S { x - t }
///
///       // With e = e^−|d|, the derivative of |d| + 2·log(1 + e) is sign d · (1 − e) / (1 + e).
///       @inline(__always)
///       func terms<S: RealScalar>(
///         _ x: S, target t: S, _ stage: StageValues<LogisticStage, S>
///       ) -> ElementwiseTerms<S> {
///         let (d, e) = (x - t, stage.exponential)
///         let slope = select(d < 0, e - 1, 1 - e) / (1 + e)
///         return ElementwiseTerms(
///           value: d.magnitude + 2 * stage.log1p, inputDerivative: slope, targetDerivative: -slope)
///       }
///     }
///
/// To be fast, a formula has no branches and calls nothing that cannot be inlined: a choice is `select(condition, a, b)`.
/// Mark its functions `@inline(__always)`, so that the loops around them vectorise, and `@inlinable` where the type is
/// public.
public protocol ElementwiseLoss: Hashable, Codable, Sendable {
  /// The function that the formula needs, evaluated first. By default there is none.
  associatedtype Stage: ElementwiseStage = NoStage

  /// How the values of the elements are reduced.
  var reduction: Reduction { get }

  /// Returns what the stage's function is evaluated at.
  func argument<S: RealScalar>(_ input: S, target: S) -> S

  /// Returns the value at one element and its derivatives, from the values of the stage.
  func terms<S: RealScalar>(_ input: S, target: S, _ stage: StageValues<Stage, S>) -> ElementwiseTerms<S>

  /// Returns the value at one element and its derivatives: all there is to write where there is no stage.
  func terms<S: RealScalar>(_ input: S, target: S) -> ElementwiseTerms<S>

  /// Throws if a hyperparameter has a value that the loss is not defined for. By default none has.
  func checkHyperparameters() throws(LossError)

  /// Throws if a hyperparameter has no such value once it is rounded to the type that the loss is computed in. By default it
  /// calls ``checkHyperparameters()``.
  func checkHyperparameters<S: RealScalar>(in type: S.Type) throws(LossError)

  /// The numbers that an element of the input may be. By default, which is `nil`, all.
  var inputDomain: ClosedRange<Double>? { get }

  /// The numbers that an element of the target may be. By default, which is `nil`, all.
  var targetDomain: ClosedRange<Double>? { get }

  /// How the loss takes a weight for each element. By default ``ElementWeighting/weightedMean``.
  var weighting: ElementWeighting { get }
}

/// How a loss takes a weight for each element.
public enum ElementWeighting: Hashable, Sendable {
  /// The weight has the input's shape; `mean` divides by its sum.
  case weightedMean

  /// The weight has the input's shape; `mean` divides by the number of elements.
  case sameShape

  /// The weight is broadcast to the input's shape; `mean` divides by the number of elements.
  case broadcast
}

extension ElementwiseLoss {
  @inlinable public func checkHyperparameters() throws(LossError) {}

  @inlinable
  public func checkHyperparameters<S: RealScalar>(in type: S.Type) throws(LossError) {
    try checkHyperparameters()
  }

  @inlinable public var inputDomain: ClosedRange<Double>? { nil }
  @inlinable public var targetDomain: ClosedRange<Double>? { nil }
  @inlinable public var weighting: ElementWeighting { .weightedMean }

  @export(implementation) @inline(__always)
  public func terms<S: RealScalar>(_ input: S, target: S) -> ElementwiseTerms<S> {
    terms(input, target: target, Stage.values(at: argument(input, target: target)))
  }
}

extension ElementwiseLoss where Stage == NoStage {
  @export(implementation) @inline(__always)
  public func argument<S: RealScalar>(_ input: S, target: S) -> S { 0 }

  /// Returns the value at one element and its derivatives, which need no stage.
  @export(implementation) @inline(__always)
  public func terms<S: RealScalar>(
    _ input: S, target: S, _ stage: StageValues<NoStage, S>
  ) -> ElementwiseTerms<S> {
    terms(input, target: target)
  }
}

extension ElementwiseLoss {
  /// Returns the loss at an input and a target.
  ///
  /// - Parameters:
  ///   - input: The predictions, of any shape.
  ///   - target: What they should be, in the same shape.
  ///   - weight: What each element's value is multiplied by, as ``weighting`` says; all ones if it is `nil`.
  ///   - mask: Which elements count, in the input's shape; all if it is `nil`. One that is out adds 0 to value and gradient,
  ///     whatever it and its target hold, and `mean` does not count it.
  /// - Throws: `LossError` where a shape does not fit, or an element or a hyperparameter is out of range.
  @inlinable
  public func callAsFunction<Scalar: LossScalar>(
    _ input: Tensor<Scalar>, target: Tensor<Scalar>, weight: Tensor<Scalar>? = nil,
    mask: Tensor<Bool>? = nil
  ) throws(LossError) -> some Evaluation<Scalar, Tensor<Scalar>, InputTargetGradient<Scalar>> {
    try evaluation(LossFormula(self), input, target, weight, mask)
  }

  /// Returns the evaluation of a function of this loss at arguments that it has checked.
  @inlinable
  package func evaluation<Function: ElementwiseFunction, Scalar: LossScalar>(
    _ function: Function, _ input: Tensor<Scalar>, _ target: Tensor<Scalar>, _ weight: Tensor<Scalar>?,
    _ mask: Tensor<Bool>?
  ) throws(LossError) -> ElementwiseEvaluation<Function, Tensor<Scalar>, InputTargetGradient<Scalar>> {
    try checkHyperparameters(in: Scalar.Computation.self)
    return ElementwiseEvaluation(
      function,
      try ElementwiseArguments(
        input: input, in: inputDomain, target: target, in: targetDomain, weight: weight, weighting: weighting,
        mask: mask, reduction: reduction))
  }
}
