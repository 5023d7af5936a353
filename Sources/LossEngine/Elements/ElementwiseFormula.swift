public import RealMath

/// What computes the blocks of an elementwise loss, in `Float` and `Double`: its formula, or a choice among formulas that
/// the hyperparameters make.
@usableFromInline
package protocol ElementwiseFunction: Sendable {
  func compute(_ block: ElementwiseBlock<Float>)
  func compute(_ block: ElementwiseBlock<Double>)
}

extension ElementwiseFunction {
  /// Computes a block of either type.
  @export(implementation) @inline(__always)
  package func computeEither<S: RealScalar>(_ block: ElementwiseBlock<S>) {
    dispatch(
      block, on: S.self, inFloat: { compute($0 as ElementwiseBlock<Float>) },
      inDouble: { compute($0 as ElementwiseBlock<Double>) })
  }
}

/// A loss of up to three numbers at each element. The second and the third are the input again where a loss has none.
///
/// Its functions are `@export(implementation) @inline(__always)`, or the loops around them do not vectorise.
@usableFromInline
package protocol ElementwiseFormula: ElementwiseFunction {
  /// What is evaluated before the terms.
  associatedtype Stage: ElementwiseStage = NoStage

  /// The number of arguments, from the input on, that the loss has a derivative with respect to. By default, two.
  static var derivativeCount: Int { get }

  /// Whether two gradients are computed in one loop. By default they are, unless a stage has done the long part; a long
  /// formula without one would be repeated once more.
  static var fusesGradients: Bool { get }

  /// Returns what the stage's function is evaluated at.
  func argument<S: RealScalar>(_ input: S, _ target: S, _ third: S) -> S

  func terms<S: RealScalar>(
    _ input: S, _ target: S, _ third: S, _ stage: StageValues<Stage, S>
  ) -> ElementwiseTerms<S>
}

extension ElementwiseFormula {
  @export(implementation) @inline(__always)
  package static var derivativeCount: Int { 2 }

  @export(implementation) @inline(__always)
  package static var fusesGradients: Bool { Stage.self == NoStage.self }

  @export(implementation)
  package func compute(_ block: ElementwiseBlock<Float>) { run(block) }

  @export(implementation)
  package func compute(_ block: ElementwiseBlock<Double>) { run(block) }

  /// Runs the kernel of the formula.
  @export(implementation) @inline(__always)
  package func run<S: RealScalar>(_ block: ElementwiseBlock<S>) {
    ElementwiseKernel(formula: self, block: block)(elements: block.count)
  }

  /// Adds the kernels of the formula to a list.
  @export(implementation) @inline(__always)
  package static func addKernels(to list: inout some KernelList) {
    list.add(ElementwiseKernel<Self, Float>.self)
    list.add(ElementwiseKernel<Self, Double>.self)
  }
}

extension ElementwiseFormula where Stage == NoStage {
  @export(implementation) @inline(__always)
  package func argument<S: RealScalar>(_ input: S, _ target: S, _ third: S) -> S { 0 }
}

/// The formula of a loss of input and target.
@frozen @usableFromInline
package struct LossFormula<Loss: ElementwiseLoss>: ElementwiseFormula {
  @usableFromInline package typealias Stage = Loss.Stage

  @usableFromInline let loss: Loss

  @export(implementation) @inline(__always)
  package init(_ loss: Loss) { self.loss = loss }

  @export(implementation) @inline(__always)
  package func argument<S: RealScalar>(_ input: S, _ target: S, _ third: S) -> S {
    loss.argument(input, target: target)
  }

  @export(implementation) @inline(__always)
  package func terms<S: RealScalar>(
    _ input: S, _ target: S, _ third: S, _ stage: StageValues<Stage, S>
  ) -> ElementwiseTerms<S> {
    loss.terms(input, target: target, stage)
  }
}

/// The formula of an activation.
@frozen @usableFromInline
package struct ActivationFormula<Activation: ElementwiseActivation>: ElementwiseFormula {
  @usableFromInline package typealias Stage = Activation.Stage

  @usableFromInline let activation: Activation

  @export(implementation) @inline(__always)
  package static var derivativeCount: Int { 1 }

  @export(implementation) @inline(__always)
  package init(_ activation: Activation) { self.activation = activation }

  @export(implementation) @inline(__always)
  package func argument<S: RealScalar>(_ input: S, _ target: S, _ third: S) -> S {
    activation.argument(input)
  }

  @export(implementation) @inline(__always)
  package func terms<S: RealScalar>(
    _ input: S, _ target: S, _ third: S, _ stage: StageValues<Stage, S>
  ) -> ElementwiseTerms<S> {
    let terms = activation.terms(input, stage)
    return ElementwiseTerms(value: terms.value, inputDerivative: terms.derivative, targetDerivative: 0)
  }
}

// A loss or an activation of the library computes by itself what its formula would. So its functions are compiled for it
// in the library, for clients that do not specialise the formula.

extension ElementwiseLoss where Self: ElementwiseFunction {
  @export(implementation)
  package func compute(_ block: ElementwiseBlock<Float>) { LossFormula(self).run(block) }

  @export(implementation)
  package func compute(_ block: ElementwiseBlock<Double>) { LossFormula(self).run(block) }
}

extension ElementwiseActivation where Self: ElementwiseFunction {
  @export(implementation)
  package func compute(_ block: ElementwiseBlock<Float>) { ActivationFormula(self).run(block) }

  @export(implementation)
  package func compute(_ block: ElementwiseBlock<Double>) { ActivationFormula(self).run(block) }
}
