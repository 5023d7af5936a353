public import LossEngine
public import RealMath
public import Tensors

/// Cross entropy of the softmax of scores, and ε times the probability of a wrong answer.
///
/// ```
/// p = softmax x,   loss = w[y] · (−log p[y] + ε · (1 − p[y]))
/// ```
///
///     let logits: Tensor<Float> = [[2, 1, 0], [0, 1, 3]]
///     let loss = try Poly1CrossEntropyLoss()(logits, target: [0, 1] as Tensor<Int>)
///     print(loss)  // 2.50929
///
/// −log p is Σ (1 − p)ʲ/j. The loss gives the first of these terms another weight, 1 + ε: more where ε is positive, and
/// none with ε = −1.
///
/// **Edge cases**
/// - With ε = 0, the loss is ``CrossEntropyLoss``.
/// - The value and the gradient of an ignored sample are 0, whatever it holds. Where all are ignored, the sum is 0, the
///   mean NaN and the gradient 0.
/// - NaN gives NaN, value and gradient of its sample. So does a score of +∞. A right class with the score −∞ costs ∞.
/// - An ε that is NaN or infinite, also when it is rounded to the type of the computation, is an error.
///
/// Z. Leng et al., PolyLoss: A polynomial expansion perspective of classification loss functions, ICLR 2022,
/// [arXiv:2204.12511](https://arxiv.org/abs/2204.12511).
public struct Poly1CrossEntropyLoss: ClassLoss {
  /// The weight ε of the probability of a wrong answer.
  public var epsilon: Double
  /// The label of samples that are ignored; it may be that of a class.
  public var ignoreIndex: Int?
  /// How the values of the samples are reduced.
  public var reduction: Reduction
  /// The axis of the input that the classes are along. A negative one counts from the end: −1 is the last, as in the
  /// scores [B, T, C] of a language model. The labels have the other axes. In an input of one axis, 1 means that one.
  public var classAxis: Int

  /// Creates the loss with the given hyperparameters.
  public init(epsilon: Double = 2, ignoreIndex: Int? = -100, reduction: Reduction = .mean, classAxis: Int = 1)
  {
    self.epsilon = epsilon
    self.ignoreIndex = ignoreIndex
    self.reduction = reduction
    self.classAxis = classAxis
  }

  public func checkHyperparameters<S: RealScalar>(in type: S.Type) throws(LossError) {
    try Check.hyperparameter("epsilon", epsilon, .finite, in: type)
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
  /// - Throws: `LossError` where a shape does not fit, a label or the class axis is out of range, or ε is not finite.
  @inlinable
  public func callAsFunction<Scalar: LossScalar, Label: FixedWidthInteger & TensorScalar>(
    _ input: Tensor<Scalar>, target: Tensor<Label>, weight: Tensor<Scalar>? = nil,
    sampleWeight: Tensor<Scalar>? = nil, mask: Tensor<Bool>? = nil
  ) throws(LossError) -> some Evaluation<Scalar, Tensor<Scalar>, InputGradient<Scalar>> {
    try evaluation(self, input, target, weight, sampleWeight, mask)
  }

  // With l = log p, whose p has the derivative p: ∂/∂l = −(1 + ε·p). With ε = −1 that is −(1 − p), which cancels where p is
  // almost 1, unless it is made of the complement q. So does the value, in which −l = q + (−q − log(1 − q)).
  @export(implementation) @inline(__always)
  public func terms<S: RealScalar>(logProbability l: S, complement: S) -> ClassTerms<S> {
    let epsilon = S(epsilon)
    let cancels = (1 + epsilon).magnitude < 0.5 && complement < 0.25
    let value =
      cancels ? (1 + epsilon) * complement + minusLog1p(-complement) : epsilon * complement - l
    let slope = complement < 0.5 ? (1 + epsilon) - epsilon * complement : 1 + epsilon * exp(l)
    return ClassTerms(value: value, derivative: -slope)
  }
}

extension Poly1CrossEntropyLoss: ColumnFunction {
  @usableFromInline
  package func compute(_ block: ColumnBlock<Float>) { ClassLossFunction(self).compute(block) }

  @usableFromInline
  package func compute(_ block: ColumnBlock<Double>) { ClassLossFunction(self).compute(block) }
}
