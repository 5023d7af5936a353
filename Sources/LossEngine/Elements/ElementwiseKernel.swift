public import RealMath

/// A formula with the block that it is evaluated for.
@frozen @usableFromInline
package struct ElementwiseKernel<Formula: ElementwiseFormula, S: RealScalar>: Kernel {
  @usableFromInline let formula: Formula
  @usableFromInline let block: ElementwiseBlock<S>

  @export(implementation) @inline(__always)
  init(formula: Formula, block: ElementwiseBlock<S>) {
    self.formula = formula
    self.block = block
  }

  // A formula without a stage does little more than move memory.
  @export(implementation) @inline(__always)
  package static var gainsFromAVX512: Bool { Formula.Stage.self != NoStage.self }

  /// Computes the results that there is memory for. A result that is not stored costs nothing, since the formula is
  /// inlined here.
  @export(implementation) @inline(__always)
  package func run() {
    let (count, scales, value) = (block.count, block.scales, block.value)
    if !block.addsValue {
      // −0.0 is the additive identity.
      for index in 0..<count { value[index] = -0.0 }
    }
    Formula.Stage.prepare(FormulaArguments(formula: formula, block: block), count: count, block.stages)
    var targetGradient = Formula.derivativeCount > 1 ? block.targetGradient : nil
    if Formula.fusesGradients, let inputGradient = block.inputGradient, let gradient = targetGradient {
      for index in 0..<count {
        let terms = terms(at: index)
        value[index] += terms.value
        inputGradient[index] = terms.inputDerivative * scales[index]
        gradient[index] = terms.targetDerivative * scales[index]
      }
      targetGradient = nil
    } else if let inputGradient = block.inputGradient {
      for index in 0..<count {
        let terms = terms(at: index)
        value[index] += terms.value
        inputGradient[index] = terms.inputDerivative * scales[index]
      }
    } else {
      for index in 0..<count { value[index] += terms(at: index).value }
    }
    // The long part of a formula with a stage is in memory by now, so that a loop of its own costs little.
    if let targetGradient {
      for index in 0..<count { targetGradient[index] = terms(at: index).targetDerivative * scales[index] }
    }
    if Formula.derivativeCount > 2, let thirdGradient = block.thirdGradient {
      for index in 0..<count { thirdGradient[index] = terms(at: index).thirdDerivative * scales[index] }
    }
  }

  @export(implementation) @inline(__always)
  func terms(at index: Int) -> ElementwiseTerms<S> {
    formula.terms(
      block.input[index], block.target[index], block.third[index],
      Formula.Stage.values(block.stages, at: index))
  }
}

/// What the stage of a formula is evaluated at.
@frozen @usableFromInline
struct FormulaArguments<Formula: ElementwiseFormula, Scalar: RealScalar>: StageArguments {
  @usableFromInline let formula: Formula
  @usableFromInline let block: ElementwiseBlock<Scalar>

  @export(implementation) @inline(__always)
  init(formula: Formula, block: ElementwiseBlock<Scalar>) {
    self.formula = formula
    self.block = block
  }

  @export(implementation) @inline(__always)
  subscript(index: Int) -> Scalar {
    formula.argument(block.input[index], block.target[index], block.third[index])
  }
}
