public import RealMath
public import Tensors

/// A loss of the probability that softmax gives to the right class: what it takes to write one.
///
/// A conforming type holds the hyperparameters and gives the value as a function of the log-probability of the label,
/// with its derivative. Softmax, class weights, ignored labels, all shapes and everything to call are the library's
/// business:
///
///     import Losses
///     import RealMath
///
///     /// (1 − p) · (−log p): cross entropy that cares less for what is almost right.
///     struct SofterCrossEntropyLoss: ClassLoss {
///       var reduction = Reduction.mean
///
///       // With ℓ = log p: ∂p/∂ℓ = p, so the derivative of (1 − p)·(−ℓ) is p·ℓ − (1 − p).
///       @inline(__always)
///       func terms<S: RealScalar>(logProbability: S, complement: S) -> ClassTerms<S> {
///         let p = 1 - complement
///         return ClassTerms(
///           value: -complement * logProbability, derivative: p * logProbability - complement)
///       }
///     }
///
/// With log p[y] the log-probability of the label y and f the function,
///
/// ```
/// loss = w[y] · f(log p[y]),   ∂loss/∂x[i] = w[y] · f′(log p[y]) · ([i = y] − p[i])
/// ```
///
/// Mark the function `@inline(__always)`, and `@inlinable` where the type is public.
public protocol ClassLoss: Hashable, Codable, Sendable {
  /// How the values of the samples are reduced. `mean` divides by the sum of the weights of the labels that count.
  var reduction: Reduction { get }

  /// The label of samples that are ignored; it may be that of a class. By default −100.
  var ignoreIndex: Int? { get }

  /// The axis of the input that the classes are along, counted from the end if it is negative. By default 1; in an input
  /// of one axis, that one.
  var classAxis: Int { get }

  /// Returns the value for the log-probability of a label, and the derivative with respect to it.
  ///
  /// - Parameters:
  ///   - logProbability: log p, at most 0 but for rounding.
  ///   - complement: 1 − p, accurate also where p is almost 1.
  func terms<S: RealScalar>(logProbability: S, complement: S) -> ClassTerms<S>

  /// Throws if a hyperparameter has a value that the loss is not defined for. By default none has.
  func checkHyperparameters() throws(LossError)

  /// Throws if a hyperparameter has no such value once it is rounded to the type that the loss is computed in. By default it
  /// calls ``checkHyperparameters()``.
  func checkHyperparameters<S: RealScalar>(in type: S.Type) throws(LossError)
}

/// What a loss over classes is for one sample: its value, and the derivative with respect to the label's
/// log-probability.
@frozen
public struct ClassTerms<Scalar: RealScalar> {
  /// The value of the loss.
  public var value: Scalar
  /// The derivative with respect to the label's log-probability.
  public var derivative: Scalar

  /// Creates the terms of a loss for one sample.
  @export(implementation) @inline(__always)
  public init(value: Scalar, derivative: Scalar) {
    self.value = value
    self.derivative = derivative
  }
}

extension ClassLoss {
  @inlinable public var ignoreIndex: Int? { -100 }
  @inlinable public var classAxis: Int { 1 }
  @inlinable public func checkHyperparameters() throws(LossError) {}

  @inlinable
  public func checkHyperparameters<S: RealScalar>(in type: S.Type) throws(LossError) {
    try checkHyperparameters()
  }

  /// Returns the loss of scores and labels.
  ///
  /// - Parameters:
  ///   - input: The scores, of shape [C], [N, C] or [N, C, d…].
  ///   - target: The labels, of shape [], [N] or [N, d…] and any integer type.
  ///   - weight: The weight of each class, of shape [C]; all ones if it is `nil`. `mean` divides by the sum of the
  ///     weights of the labels that are not ignored.
  ///   - sampleWeight: The weight of each sample, in the target's shape; all ones if it is `nil`. `mean` divides by the sum
  ///     of sample weight · class weight of the labels that are not ignored.
  ///   - mask: Which samples count, in the same shape; all if it is `nil`. One that is out, or has weight 0, adds 0 to value
  ///     and gradient, whatever it and its label hold, and `mean` does not count it.
  /// - Throws: `LossError` where a shape does not fit, or a label or a hyperparameter is out of range.
  @inlinable
  public func callAsFunction<Scalar: LossScalar, Label: FixedWidthInteger & TensorScalar>(
    _ input: Tensor<Scalar>, target: Tensor<Label>, weight: Tensor<Scalar>? = nil,
    sampleWeight: Tensor<Scalar>? = nil, mask: Tensor<Bool>? = nil
  ) throws(LossError) -> some Evaluation<Scalar, Tensor<Scalar>, InputGradient<Scalar>> {
    try evaluation(ClassLossFunction(self), input, target, weight, sampleWeight, mask)
  }

  /// Returns the evaluation of a function of this loss at arguments that it has checked.
  @inlinable
  package func evaluation<
    Function: ColumnFunction, Scalar: LossScalar, Label: FixedWidthInteger & TensorScalar
  >(
    _ function: Function, _ input: Tensor<Scalar>, _ target: Tensor<Label>, _ weight: Tensor<Scalar>?,
    _ sampleWeight: Tensor<Scalar>?, _ mask: Tensor<Bool>?
  ) throws(LossError) -> ColumnEvaluation<Function, InputGradient<Scalar>> {
    try checkHyperparameters(in: Scalar.Computation.self)
    return ColumnEvaluation(
      function,
      try ColumnArguments(
        input, target: .labels(target, ignoring: ignoreIndex), weight: weight, sampleWeight: sampleWeight,
        mask: mask, reduction: reduction, options: ClassLossOptions(classAxis: classAxis)))
  }
}

/// The columns of a loss of the label's probability: a kernel for softmax, the terms of the loss, and a kernel for the
/// gradient. So a loss of a user's own has wide vectors where the time goes.
@frozen @usableFromInline
package struct ClassLossFunction<Loss: ClassLoss>: ColumnFunction {
  @usableFromInline let loss: Loss

  @inlinable
  package init(_ loss: Loss) { self.loss = loss }

  @inlinable
  package func compute(_ block: ColumnBlock<Float>) { computeSteps(block) }

  @inlinable
  package func compute(_ block: ColumnBlock<Double>) { computeSteps(block) }

  // With S the sum of the exponentials e: p[i] = e[i] / S, and 1 − p[y] = (S − e[y]) / S.
  @export(implementation)
  func computeSteps<C: RealScalar>(_ block: ColumnBlock<C>) {
    let columns = LabelledColumns(block)
    defer { columns.deallocate() }
    columns.findSoftmax(of: block)
    for column in 0..<block.columns {
      let sum = 1 + columns.sumsMinusOne[column]
      let complement = columns.sumOfOthers(column) / sum
      let terms = loss.terms(
        logProbability: C(-columns.negativeLogProbability(column)), complement: C(complement))
      let weight = columns.weights[column]
      let slope = weight * Double(terms.derivative) * block.scales[column]
      block.values[column] = weight * Double(terms.value)
      columns.factors[column] = C(-slope / sum)
      columns.labelGradients[column] = C(slope * complement)
    }
    block.clearIgnoredValues()
    columns.scaleGradient(of: block)
  }
}
