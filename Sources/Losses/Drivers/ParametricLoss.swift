public import RealMath

/// A loss of three numbers at each element: input, target and a parameter.
@usableFromInline
protocol ParametricLoss: Sendable {
  func terms<S: RealScalar>(_ input: S, target: S, parameter: S) -> ElementwiseTerms<S>
}

extension ParametricLoss {
  @inlinable
  func computeParametric<S: RealScalar>(_ block: ElementwiseBlock<S>) {
    block.compute(ParametricFormula(loss: self))
  }
}

@usableFromInline
struct ParametricFormula<Loss: ParametricLoss, Scalar: RealScalar>: ElementwiseFormula {
  @usableFromInline let loss: Loss

  @inlinable
  init(loss: Loss) { self.loss = loss }

  @inlinable @inline(__always)
  func terms(of block: ElementwiseBlock<Scalar>, at index: Int) -> ElementwiseTerms<Scalar> {
    unsafe loss.terms(
      block.input[index], target: block.target[index], parameter: block.parameter![index])
  }
}
