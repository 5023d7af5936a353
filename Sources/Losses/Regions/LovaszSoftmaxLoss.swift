public import LossEngine
public import Tensors

/// A surrogate of one less the mean intersection over union, from the probabilities of the classes.
///
/// With the softmax p of the scores over axis 1, the errors m of a class, 1 − p where it is true and p elsewhere, are sorted
/// in descending order. The k-th is multiplied by Δₖ, what the Jaccard loss of the class grows by if the elements up to k are
/// mistaken instead of those before it:
///
/// ```
/// loss = mean over the classes of Σ mₖ·Δₖ
/// ```
///
///     let loss = try LovaszSoftmaxLoss()([[[2, 0], [0, 2]]] as Tensor<Float>, target: [[0, 1]] as Tensor<Int>)
///     print(loss)  // 0.11920297
///
/// Sorting the errors of P positions takes O(P log P) steps, of which several threads take those of several classes or
/// images. `mean` divides by the number of images with `perImage`, and else by 1.
///
/// **Edge cases**
/// - A class that is true nowhere is left out of the mean of the classes. Where none is true, the value is 0.
/// - At an error of 0, the gradient with respect to the probability is 0.
/// - Elements whose target is `ignoreIndex` count for nothing, whatever the scores hold.
/// - Of equal errors, the first in memory order counts as the larger one.
/// - NaN in a score that counts gives NaN, value and gradient of what it is sorted with.
/// - Without positions, the value is 0.
/// - A single class is certain: its probability is 1, and the gradient 0. One channel of scores of the foreground is for
///   ``LovaszHingeLoss``.
///
/// M. Berman et al., The Lovász-Softmax loss: a tractable surrogate for the optimization of the intersection-over-union
/// measure in neural networks, CVPR 2018, [doi:10.1109/CVPR.2018.00464](https://doi.org/10.1109/CVPR.2018.00464)
///
/// Segmentation Models PyTorch 0.6: `LovaszLoss` in its mode `multiclass`; Kornia: `lovasz_softmax_loss`.
public struct LovaszSoftmaxLoss: Hashable, Codable, Sendable {
  /// Whether each image, along axis 0, has regions of its own, or else the batch as a whole.
  public var perImage: Bool
  /// The label of elements that count for nothing.
  public var ignoreIndex: Int?
  /// How the values are reduced.
  public var reduction: Reduction

  /// Creates the loss with the given hyperparameters.
  public init(perImage: Bool = false, ignoreIndex: Int? = nil, reduction: Reduction = .mean) {
    self.perImage = perImage
    self.ignoreIndex = ignoreIndex
    self.reduction = reduction
  }

  /// Returns the loss of scores and labels.
  ///
  /// - Parameters:
  ///   - input: The scores, of shape [N, C, d…].
  ///   - target: The class of each position, of shape [N, d…].
  ///   - sampleWeight: How many positions each one counts as, in the target's shape. By default, 1.
  ///   - mask: Which positions count, in the same shape. By default, all do.
  /// - Returns: An evaluation, whose value has the shape [N] with `perImage`, or [], before it is reduced.
  /// - Throws: `LossError` where a shape does not fit, a weight is negative, or a label is out of range.
  /// - Complexity: O(P log P) for P elements. Besides arguments and results, memory for the sorted errors of all elements.
  @inlinable
  public func callAsFunction<Scalar: LossScalar, Label: FixedWidthInteger & TensorScalar>(
    _ input: Tensor<Scalar>, target: Tensor<Label>, sampleWeight: Tensor<Scalar>? = nil,
    mask: Tensor<Bool>? = nil
  ) throws(LossError) -> some Evaluation<Scalar, Tensor<Scalar>, InputGradient<Scalar>> {
    LovaszEvaluation(
      try LovaszArguments(
        input, target: TypedLabels(target, ignoreIndex: ignoreIndex), errors: .softmax, perImage: perImage,
        ignoreIndex: ignoreIndex, sampleWeight: sampleWeight, mask: mask, reduction: reduction))
  }
}
