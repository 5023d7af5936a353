public import RealMath

/// A loss of three numbers at each element: input, target and a parameter.
@usableFromInline
protocol ParametricLoss: Sendable {
  /// What is evaluated before the terms.
  associatedtype Stage: ElementwiseStage

  /// What it is taken of.
  func argument<S: RealScalar>(_ input: S, target: S, parameter: S) -> S

  func terms<S: RealScalar>(_ input: S, target: S, parameter: S, _ stage: (S, S)) -> ElementwiseTerms<S>
}

extension ParametricLoss {
  @inlinable
  func computeParametric<S: RealScalar>(_ block: ElementwiseBlock<S>) {
    block.compute(ParametricFormula(loss: self))
  }

  @inlinable @inline(__always)
  static func addParametricKernels(to list: inout some _KernelList) {
    list.add(ElementwiseKernel<ParametricFormula<Self, Float>>.self)
    list.add(ElementwiseKernel<ParametricFormula<Self, Double>>.self)
  }
}

extension ParametricLoss where Stage == NoStage {
  @inlinable @inline(__always)
  func argument<S: RealScalar>(_ input: S, target: S, parameter: S) -> S { 0 }
}

/// A loss of three tensors, at an index that the block has. Calls of these losses always have a parameter.
@usableFromInline
struct ParametricFormula<Loss: ParametricLoss, Scalar: RealScalar>: ElementwiseFormula {
  @usableFromInline typealias Stage = Loss.Stage

  @usableFromInline let loss: Loss

  @inlinable
  init(loss: Loss) { self.loss = loss }

  @inlinable @inline(__always)
  func argument(of block: ElementwiseBlock<Scalar>, at index: Int) -> Scalar {
    unsafe loss.argument(
      block.input[index], target: block.target[index], parameter: block.parameter![index])
  }

  @inlinable @inline(__always)
  func terms(
    of block: ElementwiseBlock<Scalar>, at index: Int, _ stage: (Scalar, Scalar)
  ) -> ElementwiseTerms<Scalar> {
    unsafe loss.terms(
      block.input[index], target: block.target[index], parameter: block.parameter![index], stage)
  }
}
