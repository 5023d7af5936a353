public import RealMath

/// An elementwise loss that rests on an exponential or a logarithm, which is evaluated first: up to twice as fast as
/// the same formula in one piece.
///
///     /// log cosh(x − t)
///     struct LogCoshLoss: StagedElementwiseLoss {
///       var reduction = Reduction.mean
///
///       typealias Stage = LogisticStage
///
///       @inline(__always)
///       func argument<S: RealScalar>(_ x: S, target t: S) -> S { 2 * (x - t) }
///
///       // With e = e^(−2|d|): log cosh d = |d| + log(1 + e) − log 2, and its derivative is tanh d.
///       @inline(__always)
///       func terms<S: RealScalar>(_ x: S, target t: S, _ stage: (S, S)) -> ElementwiseTerms<S> {
///         let (e, logarithm) = stage
///         let d = x - t
///         let tanh = select(d < 0, e - 1, 1 - e) / (1 + e)
///         return ElementwiseTerms(
///           value: d.magnitude + (logarithm - S(0.6931471805599453)),
///           inputDerivative: tanh, targetDerivative: -tanh)
///       }
///     }
///
/// Mark both functions `@inline(__always)`, and `@inlinable` where the type is public.
public protocol StagedElementwiseLoss: ElementwiseLoss {
  /// The function that the loss rests on.
  associatedtype Stage: ElementwiseStage

  /// What it is taken of.
  func argument<S: RealScalar>(_ input: S, target: S) -> S

  /// The value at one element, and its derivatives, from those of the stage.
  func terms<S: RealScalar>(_ input: S, target: S, _ stage: (S, S)) -> ElementwiseTerms<S>
}

extension StagedElementwiseLoss {
  @inlinable @inline(__always)
  public func terms<S: RealScalar>(_ input: S, target: S) -> ElementwiseTerms<S> {
    terms(input, target: target, Stage.values(at: argument(input, target: target)))
  }

  @inlinable
  public func _compute<S: RealScalar>(_ block: ElementwiseBlock<S>) {
    block.compute(StagedLossFormula(loss: self))
  }
}

extension StagedElementwiseLoss {
  @inlinable @inline(__always)
  public static func _addKernels(to list: inout some _KernelList) { addStagedKernels(to: &list) }

  @inlinable @inline(__always)
  static func addStagedKernels(to list: inout some _KernelList) {
    list.add(ElementwiseKernel<StagedLossFormula<Self, Float>>.self)
    list.add(ElementwiseKernel<StagedLossFormula<Self, Double>>.self)
  }
}

/// A loss of input and target with a stage, at an index that the block has.
@usableFromInline
struct StagedLossFormula<Loss: StagedElementwiseLoss, Scalar: RealScalar>: ElementwiseFormula {
  @usableFromInline typealias Stage = Loss.Stage

  @usableFromInline let loss: Loss

  @inlinable
  init(loss: Loss) { self.loss = loss }

  @inlinable @inline(__always)
  func argument(of block: ElementwiseBlock<Scalar>, at index: Int) -> Scalar {
    unsafe loss.argument(block.input[index], target: block.target[index])
  }

  @inlinable @inline(__always)
  func terms(
    of block: ElementwiseBlock<Scalar>, at index: Int, _ stage: (Scalar, Scalar)
  ) -> ElementwiseTerms<Scalar> {
    unsafe loss.terms(block.input[index], target: block.target[index], stage)
  }
}
