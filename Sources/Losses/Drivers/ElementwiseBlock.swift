public import RealMath

/// What an elementwise loss is at one element: its value, and its derivative by each argument.
@frozen
public struct ElementwiseTerms<S: RealScalar> {
  /// The value of the loss.
  public var value: S
  /// The derivative by the input.
  public var inputDerivative: S
  /// The derivative by the target.
  public var targetDerivative: S
  /// The derivative by the third argument, where a loss has one.
  @usableFromInline var parameterDerivative: S

  /// Creates the terms of a loss at one element.
  @inlinable @inline(__always)
  public init(value: S, inputDerivative: S, targetDerivative: S) {
    self.init(
      value: value, inputDerivative: inputDerivative, targetDerivative: targetDerivative,
      parameterDerivative: 0)
  }

  @inlinable @inline(__always)
  init(value: S, inputDerivative: S, targetDerivative: S, parameterDerivative: S) {
    self.value = value
    self.inputDerivative = inputDerivative
    self.targetDerivative = targetDerivative
    self.parameterDerivative = parameterDerivative
  }
}

/// Some elements of the arguments of an elementwise loss, and memory for the results.
///
/// Its driver answers for the memory: each pointer reaches `count` elements, `parameter` is there if the call
/// has one, and what is written to overlaps with nothing else.
@safe
public struct ElementwiseBlock<S: RealScalar> {
  @usableFromInline let count: Int
  @usableFromInline let input: UnsafePointer<S>
  @usableFromInline let target: UnsafePointer<S>
  @usableFromInline let parameter: UnsafePointer<S>?
  @usableFromInline let value: UnsafeMutablePointer<S>
  /// Whether the values are added to what is there.
  @usableFromInline let addsValue: Bool
  @usableFromInline let inputGradient: UnsafeMutablePointer<S>?
  @usableFromInline let targetGradient: UnsafeMutablePointer<S>?
  @usableFromInline let parameterGradient: UnsafeMutablePointer<S>?
  /// Memory for the results of stages.
  @usableFromInline let stages: _StageMemory<S>

  /// What the derivatives of each element are multiplied by.
  @usableFromInline let scales: UnsafePointer<S>

  init(
    count: Int, input: UnsafePointer<S>, target: UnsafePointer<S>, parameter: UnsafePointer<S>?,
    value: UnsafeMutablePointer<S>, addsValue: Bool, inputGradient: UnsafeMutablePointer<S>?,
    targetGradient: UnsafeMutablePointer<S>?, parameterGradient: UnsafeMutablePointer<S>?,
    stages: _StageMemory<S>, scales: UnsafePointer<S>
  ) {
    self.count = count
    unsafe self.input = input
    unsafe self.target = target
    unsafe self.parameter = parameter
    unsafe self.value = value
    self.addsValue = addsValue
    unsafe self.inputGradient = inputGradient
    unsafe self.targetGradient = targetGradient
    unsafe self.parameterGradient = parameterGradient
    self.stages = stages
    unsafe self.scales = scales
  }

  /// Computes the results that there is memory for.
  @inlinable @inline(__always)
  func compute<Formula: ElementwiseFormula>(_ formula: Formula) where Formula.Scalar == S {
    ElementwiseKernel(block: self, formula: formula)(elements: count)
  }
}

/// A formula, and the block that it is to be computed for.
@usableFromInline
struct ElementwiseKernel<Formula: ElementwiseFormula>: _Kernel {
  @usableFromInline typealias Scalar = Formula.Scalar

  @usableFromInline let block: ElementwiseBlock<Scalar>
  @usableFromInline let formula: Formula

  @inlinable @inline(__always)
  init(block: ElementwiseBlock<Scalar>, formula: Formula) {
    self.block = block
    self.formula = formula
  }

  /// Computes the results that there is memory for. What is not stored costs nothing, since the formula is inlined
  /// here.
  @inlinable @inline(__always)
  func run() {
    let (count, scales, value) = unsafe (block.count, block.scales, block.value)
    if !block.addsValue {
      // What leaves each addend as it is, the sign of a zero included.
      for index in 0..<count { unsafe value[index] = -0.0 }
    }
    Formula.Stage._prepare(FormulaArguments(formula: formula, block: block), count: count, block.stages)
    if let inputGradient = unsafe block.inputGradient, let targetGradient = unsafe block.targetGradient {
      for index in 0..<count {
        let terms = terms(at: index)
        unsafe value[index] += terms.value
        unsafe inputGradient[index] = terms.inputDerivative * scales[index]
        unsafe targetGradient[index] = terms.targetDerivative * scales[index]
      }
    } else if let inputGradient = unsafe block.inputGradient {
      for index in 0..<count {
        let terms = terms(at: index)
        unsafe value[index] += terms.value
        unsafe inputGradient[index] = terms.inputDerivative * scales[index]
      }
    } else {
      for index in 0..<count { unsafe value[index] += terms(at: index).value }
    }
    if let parameterGradient = unsafe block.parameterGradient {
      for index in 0..<count {
        unsafe parameterGradient[index] = terms(at: index).parameterDerivative * scales[index]
      }
    }
  }

  @inlinable @inline(__always)
  func terms(at index: Int) -> ElementwiseTerms<Scalar> {
    formula.terms(of: block, at: index, Formula.Stage._values(block.stages, at: index))
  }
}

/// What is computed at each element of a block. All of it is marked `@inline(__always)`, or the loops around it do not
/// vectorise.
@usableFromInline
protocol ElementwiseFormula<Scalar> {
  associatedtype Scalar: RealScalar
  /// What is evaluated before the terms.
  associatedtype Stage: ElementwiseStage

  /// What the stage's function is taken of.
  func argument(of block: ElementwiseBlock<Scalar>, at index: Int) -> Scalar

  func terms(
    of block: ElementwiseBlock<Scalar>, at index: Int, _ stage: (Scalar, Scalar)
  ) -> ElementwiseTerms<Scalar>
}

extension ElementwiseFormula where Stage == NoStage {
  @inlinable @inline(__always)
  func argument(of block: ElementwiseBlock<Scalar>, at index: Int) -> Scalar { 0 }
}

/// The arguments of a formula's stage.
@usableFromInline
struct FormulaArguments<Formula: ElementwiseFormula>: _StageArguments {
  @usableFromInline let formula: Formula
  @usableFromInline let block: ElementwiseBlock<Formula.Scalar>

  @inlinable @inline(__always)
  init(formula: Formula, block: ElementwiseBlock<Formula.Scalar>) {
    self.formula = formula
    self.block = block
  }

  @inlinable @inline(__always)
  subscript(index: Int) -> Formula.Scalar { formula.argument(of: block, at: index) }
}
