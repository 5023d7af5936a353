public import LossEngine
public import RealMath
public import Tensors

/// How little two boxes overlap, and how much of the smallest box around both they leave empty.
///
/// With the areas I of the intersection, U of the union and C of the enclosing box:
///
/// ```
/// loss = 1 − I / (U + eps) + (C − U) / (C + eps)
/// ```
///
///     let loss = try GeneralizedIoULoss()([[0, 0, 2, 2]] as Tensor<Float>, target: [[1, 0, 3, 2]])
///     print(loss)  // 0.6666667
///
/// The loss lies in 0…2. Boxes that do not overlap attract each other, because the enclosing box shrinks. `mean` divides by
/// the number of pairs. Take ``DistanceIoULoss`` where boxes inside each other should come to share their centres.
///
/// **Edge cases**
/// - Where a side belongs to both boxes, each has half of the derivative, of the intersection as of the enclosing box.
///   Boxes that only touch have no intersection to change.
/// - An empty box is allowed. Where both boxes lie on one line or point, so that even the enclosing box is empty, the loss
///   is 1 and the gradient 0. (torchvision's gradient is up to 1 / eps there.)
/// - A box whose x₂ is less than its x₁, or y₂ less than y₁, is an error.
/// - A coordinate that is NaN or infinite gives NaN, value and gradient of its pair. No finite one does.
/// - Without boxes, the sum is 0 and the mean NaN.
///
/// H. Rezatofighi et al., Generalized intersection over union: a metric and a loss for bounding box regression, CVPR 2019,
/// [doi:10.1109/CVPR.2019.00075](https://doi.org/10.1109/CVPR.2019.00075)
///
/// torchvision: `generalized_box_iou_loss`, whose default reduction is none.
public struct GeneralizedIoULoss: Hashable, Codable, Sendable {
  /// What is added to the areas that are divided by: at least 0.
  public var eps: Double
  /// How the values of the pairs are reduced.
  public var reduction: Reduction

  /// Creates the loss with the given hyperparameters.
  public init(eps: Double = 1e-7, reduction: Reduction = .mean) {
    self.eps = eps
    self.reduction = reduction
  }

  /// Returns the loss of pairs of boxes.
  ///
  /// - Parameters:
  ///   - input: The predicted boxes, x₁, y₁, x₂, y₂ along the last axis, of shape [N…, 4] or [4].
  ///   - target: The true boxes, in the same shape.
  ///   - sampleWeight: The weight of each pair, in the input's shape without its last axis; all ones if it is `nil`. `mean`
  ///     divides by the sum of the weights.
  ///   - mask: Which pairs count, in the same shape; all if it is `nil`. One that is out, or has weight 0, adds 0 to value
  ///     and gradient, whatever it holds, and `mean` does not count it.
  /// - Returns: An evaluation, whose value lacks the last axis before it is reduced.
  /// - Throws: `LossError` where a shape does not fit, a box ends before it begins, or `eps` is out of range.
  @inlinable
  public func callAsFunction<Scalar: LossScalar>(
    _ input: Tensor<Scalar>, target: Tensor<Scalar>, sampleWeight: Tensor<Scalar>? = nil,
    mask: Tensor<Bool>? = nil
  ) throws(LossError) -> some Evaluation<Scalar, Tensor<Scalar>, InputTargetGradient<Scalar>> {
    try evaluation(input, target, sampleWeight, mask)
  }
}

extension GeneralizedIoULoss: BoxFormula {
  // With p = 1 / (U + eps), q = I·p, r = 1 / (C + eps) and g = (C − U)·r, loss = 1 − q + g, and because
  // U = A + B − I for the areas A and B of the boxes:
  //
  //   ∂/∂I = −p − q·p + r,   ∂/∂A = ∂/∂B = q·p − r,   ∂/∂C = r·(1 − g)
  //
  // For boxes far apart, 1 − g loses the digits that its other form, (U + eps)·r, has; and its product with r alone may
  // underflow.
  //
  // Where a side of the enclosing box is 0, the last term is 0/0: taken as 0 it is constant.
  @export(implementation) @inline(__always)
  func terms(_ pair: BoxPair) -> BoxTerms {
    let eps = pair.area(eps)
    let p = 1 / (pair.union + eps)
    let q = pair.intersection * p
    let area = pair.enclosingArea
    let r = min(pair.enclosing.width, pair.enclosing.height) == 0 ? 0 : 1 / (area + eps)
    let g = (area - pair.union) * r
    let (width, height) = pair.enclosing
    let (near, far) = (r * (1 - g), (pair.union + eps) * r)
    return BoxTerms(
      value: 1 - q + g, intersection: r - p - q * p, area: q * p - r,
      enclosing: (
        select(g > 0.5, r * height * far, near * height), select(g > 0.5, r * width * far, near * width)
      ))
  }
}
