public import RealMath

/// A function of each element that rests on an exponential or a logarithm, which is evaluated first: up to twice as fast
/// as the same formula in one piece.
///
///     /// x · σ(x)
///     struct SiLU: StagedElementwiseActivation {
///       typealias Stage = ExponentialStage
///
///       @inline(__always)
///       func argument<S: RealScalar>(_ x: S) -> S { -x.magnitude }
///
///       // With e = e^−|x|: σ(x) = select(x < 0, e, 1) / (1 + e), and (x·σ)′ = σ + x·σ·(1 − σ).
///       @inline(__always)
///       func terms<S: RealScalar>(_ x: S, _ stage: (S, S)) -> (value: S, derivative: S) {
///         let s = select(x < 0, stage.0, 1) / (1 + stage.0)
///         return (x * s, s + x * s * (1 - s))
///       }
///     }
///
/// Mark both functions `@inline(__always)`, and `@inlinable` where the type is public.
public protocol StagedElementwiseActivation: ElementwiseActivation {
  /// The function that the activation rests on.
  associatedtype Stage: ElementwiseStage

  /// What it is taken of.
  func argument<S: RealScalar>(_ x: S) -> S

  /// The value at x, and the derivative, from the values of the stage.
  func terms<S: RealScalar>(_ x: S, _ stage: (S, S)) -> (value: S, derivative: S)
}

extension StagedElementwiseActivation {
  @inlinable @inline(__always)
  public func terms<S: RealScalar>(_ x: S) -> (value: S, derivative: S) {
    terms(x, Stage.values(at: argument(x)))
  }

  @inlinable
  public func _compute<S: RealScalar>(_ block: ElementwiseBlock<S>) {
    block.compute(StagedActivationFormula(activation: self))
  }
}

extension StagedElementwiseActivation {
  @inlinable @inline(__always)
  public static func _addKernels(to list: inout some _KernelList) {
    list.add(ElementwiseKernel<StagedActivationFormula<Self, Float>>.self)
    list.add(ElementwiseKernel<StagedActivationFormula<Self, Double>>.self)
  }
}

/// A function of the input alone with a stage, at an index that the block has.
@usableFromInline
struct StagedActivationFormula<Activation: StagedElementwiseActivation, Scalar: RealScalar>:
  ElementwiseFormula
{
  @usableFromInline typealias Stage = Activation.Stage

  @usableFromInline let activation: Activation

  @inlinable
  init(activation: Activation) { self.activation = activation }

  @inlinable @inline(__always)
  func argument(of block: ElementwiseBlock<Scalar>, at index: Int) -> Scalar {
    unsafe activation.argument(block.input[index])
  }

  @inlinable @inline(__always)
  func terms(
    of block: ElementwiseBlock<Scalar>, at index: Int, _ stage: (Scalar, Scalar)
  ) -> ElementwiseTerms<Scalar> {
    let terms = unsafe activation.terms(block.input[index], stage)
    return ElementwiseTerms(value: terms.value, inputDerivative: terms.derivative, targetDerivative: 0)
  }
}
