public import LossEngine
public import RealMath
public import Tensors

/// A loss between cross entropy, q → 0, and the probability of a wrong answer, q = 1: it tolerates wrong labels.
///
/// ```
/// p = softmax x,   loss = w[y] · (1 − p[y]^q) / q
/// ```
///
///     let logits: Tensor<Float> = [[2, 1, 0], [0, 1, 3]]
///     let loss = try GeneralizedCrossEntropyLoss()(logits, target: [0, 1] as Tensor<Int>)
///     print(loss)  // 0.84644914
///
/// The larger q, the less a sample counts whose label seems impossible: its gradient is p[y]^q times that of cross
/// entropy.
///
/// **Edge cases**
/// - With q = 0, the loss is the limit, ``CrossEntropyLoss``. A q outside 0...1 is an error.
/// - The value and the gradient of an ignored sample are 0, whatever it holds. Where all are ignored, the sum is 0, the
///   mean NaN and the gradient 0.
/// - NaN gives NaN, value and gradient of its sample. So does a score of +∞. A right class with the score −∞ costs 1/q.
///
/// Z. Zhang, M. R. Sabuncu, Generalized cross entropy loss for training deep neural networks with noisy labels, NeurIPS
/// 2018, [arXiv:1805.07836](https://arxiv.org/abs/1805.07836).
public struct GeneralizedCrossEntropyLoss: ClassLoss {
  /// The exponent q.
  public var q: Double
  /// The label of samples that are ignored; it may be that of a class.
  public var ignoreIndex: Int?
  /// How the values of the samples are reduced.
  public var reduction: Reduction
  /// The axis of the input that the classes are along. A negative one counts from the end: −1 is the last, as in the
  /// scores [B, T, C] of a language model. The labels have the other axes. In an input of one axis, 1 means that one.
  public var classAxis: Int

  /// Creates the loss with the given hyperparameters.
  public init(q: Double = 0.5, ignoreIndex: Int? = -100, reduction: Reduction = .mean, classAxis: Int = 1) {
    self.q = q
    self.ignoreIndex = ignoreIndex
    self.reduction = reduction
    self.classAxis = classAxis
  }

  public func checkHyperparameters() throws(LossError) {
    try Check.hyperparameter("q", q, .unit)
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
  /// - Throws: `LossError` where a shape does not fit, or a label, q or the class axis is out of range.
  @inlinable
  public func callAsFunction<Scalar: LossScalar, Label: FixedWidthInteger & TensorScalar>(
    _ input: Tensor<Scalar>, target: Tensor<Label>, weight: Tensor<Scalar>? = nil,
    sampleWeight: Tensor<Scalar>? = nil, mask: Tensor<Bool>? = nil
  ) throws(LossError) -> some Evaluation<Scalar, Tensor<Scalar>, InputGradient<Scalar>> {
    try evaluation(self, input, target, weight, sampleWeight, mask)
  }

  // With l = log p, the loss is (1 − e^(q·l))/q and its derivative −e^(q·l). Where q·l is tiny, the former is −l.
  @export(implementation) @inline(__always)
  public func terms<S: RealScalar>(logProbability l: S, complement: S) -> ClassTerms<S> {
    let q = S(q)
    let exponent = q == 0 ? 0 : q * l
    let isTiny = exponent.magnitude < S.ulpOfOne
    return ClassTerms(value: isTiny ? -l : -expm1(exponent) / q, derivative: -exp(exponent))
  }
}

extension GeneralizedCrossEntropyLoss: ColumnFunction {
  @usableFromInline
  package func compute(_ block: ColumnBlock<Float>) { ClassLossFunction(self).compute(block) }

  @usableFromInline
  package func compute(_ block: ColumnBlock<Double>) { ClassLossFunction(self).compute(block) }
}
