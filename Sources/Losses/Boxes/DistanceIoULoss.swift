public import LossEngine
public import Tensors

/// How little two boxes overlap, and how far their centres are from each other.
///
/// With the areas I of the intersection and U of the union, the distance ρ of the centres, and the diagonal c of the
/// smallest box around both:
///
/// ```
/// loss = 1 − I / (U + eps) + ρ² / (c² + eps)
/// ```
///
///     let loss = try DistanceIoULoss()([[0, 0, 2, 2]] as Tensor<Float>, target: [[1, 0, 3, 2]])
///     print(loss)  // 0.74358976
///
/// The loss lies in 0…2. `mean` divides by the number of pairs. ``CompleteIoULoss`` compares the shapes of the boxes too.
///
/// **Edge cases**
/// - Where a side belongs to both boxes, each has half of the derivative, of the intersection as of the enclosing box.
///   Boxes that only touch have no intersection to change.
/// - An empty box is allowed. Of two that are the same point, the loss is 1 and the gradient 0.
/// - A box whose x₂ is less than its x₁, or y₂ less than y₁, is an error.
/// - A coordinate that is NaN or infinite gives NaN, value and gradient of its pair. No finite one does.
/// - Without boxes, the sum is 0 and the mean NaN.
///
/// Z. Zheng et al., Distance-IoU loss: faster and better learning for bounding box regression, AAAI 2020,
/// [doi:10.1609/aaai.v34i07.6999](https://doi.org/10.1609/aaai.v34i07.6999)
///
/// torchvision: `distance_box_iou_loss`, whose default reduction is none.
public struct DistanceIoULoss: Hashable, Codable, Sendable {
  /// What is added to the area and to the square that are divided by: at least 0.
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

extension DistanceIoULoss: BoxFormula {
  // With p = 1 / (U + eps), q = I·p, k = 1 / (c² + eps) and t = ρ²·k, loss = 1 − q + t, and because U = A + B − I for the
  // areas A and B of the boxes:
  //
  //   ∂/∂I = −p − q·p,   ∂/∂A = ∂/∂B = q·p,   ∂/∂c² = −t·k,   ∂/∂ρ² = k
  @export(implementation) @inline(__always)
  func terms(_ pair: BoxPair) -> BoxTerms {
    let eps = pair.area(eps)
    let p = 1 / (pair.union + eps)
    let q = pair.intersection * p
    let (width, height) = pair.enclosing
    let (x, y) = pair.offset
    let k = 1 / (width * width + height * height + eps)
    let t = (x * x + y * y) * k
    var terms = BoxTerms(
      value: 1 - q + t, intersection: -p - q * p, area: q * p,
      enclosing: (-2 * t * k * width, -2 * t * k * height))
    terms.offset = (2 * k * x, 2 * k * y)
    return terms
  }
}
