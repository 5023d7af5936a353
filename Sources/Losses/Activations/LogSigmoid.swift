public import LossEngine
public import RealMath
public import Tensors

/// The logarithm of the logistic function, of each element.
///
/// ```
/// log σ(x) = −log(1 + e⁻ˣ)
/// ```
///
///     let logProbabilities = try LogSigmoid()([-1, 0, 1] as Tensor<Float>)
///     print(logProbabilities)  // [-1.3132617, -0.6931472, -0.3132617]
///
/// **Edge cases**
/// - At ±∞, value and gradient are the limits. NaN gives NaN.
///
/// [PyTorch: LogSigmoid](https://docs.pytorch.org/docs/stable/generated/torch.nn.LogSigmoid.html)
public struct LogSigmoid: ElementwiseActivation {
  public typealias Stage = LogisticStage

  /// Creates the function.
  public init() {}

  /// Returns the function of each element.
  ///
  /// - Parameter input: A tensor of any shape, which is also that of the value.
  /// - Throws: `LossError` where there could not be memory for a result of this shape, as for a view of a few elements
  ///   broadcast to very many.
  @inlinable
  public func callAsFunction<Scalar: LossScalar>(
    _ input: Tensor<Scalar>
  ) throws(LossError) -> some Evaluation<Scalar, Tensor<Scalar>, InputGradient<Scalar>> {
    try evaluation(self, input)
  }

  @export(implementation) @inline(__always)
  public func argument<S: RealScalar>(_ x: S) -> S { x }

  // With e = e^−|x|: log σ(x) = min(x, 0) − log(1 + e), and (log σ)′ = σ′/σ = 1 − σ(x) = σ(−x).
  @export(implementation) @inline(__always)
  public func terms<S: RealScalar>(
    _ x: S, _ stage: StageValues<LogisticStage, S>
  ) -> (value: S, derivative: S) {
    let e = stage.exponential
    return (select(x < 0, x, 0) - stage.log1p, select(x > 0, e, 1) / (1 + e))
  }
}

extension LogSigmoid: ElementwiseFunction {}
