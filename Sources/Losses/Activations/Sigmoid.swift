public import LossEngine
public import RealMath
public import Tensors

/// The logistic function of each element.
///
/// ```
/// σ(x) = 1 / (1 + e⁻ˣ)
/// ```
///
///     let probabilities = try Sigmoid()([-1, 0, 1] as Tensor<Float>)
///     print(probabilities)  // [0.26894143,        0.5,  0.7310586]
///
/// **Edge cases**
/// - At ±∞, value and gradient are the limits. NaN gives NaN.
///
/// [PyTorch: Sigmoid](https://docs.pytorch.org/docs/stable/generated/torch.nn.Sigmoid.html)
public struct Sigmoid: ElementwiseActivation {
  public typealias Stage = ExponentialStage

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
  public func argument<S: RealScalar>(_ x: S) -> S { -x.magnitude }

  // With e = e^−|x| and q = e / (1 + e) = σ(−|x|): σ′ = σ(x)·(1 − σ(x)) = (1 − q)·q, which keeps small factors exact.
  @export(implementation) @inline(__always)
  public func terms<S: RealScalar>(
    _ x: S, _ stage: StageValues<ExponentialStage, S>
  ) -> (value: S, derivative: S) {
    let q = stage.exponential / (1 + stage.exponential)
    return (x > 0 ? 1 - q : q, (1 - q) * q)
  }
}

extension Sigmoid: ElementwiseFunction {}
