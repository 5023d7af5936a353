public import LossEngine
public import RealMath
public import Tensors

/// How little two boxes overlap, how far their centres are from each other, and how different their shapes are.
///
/// With the value and the overlap q = I / (U + eps) of ``DistanceIoULoss``, and boxes of width w and height h:
///
/// ```
/// v = (2/π · (arctan(w_target / h_target) − arctan(w / h)))²
/// loss = distance IoU + α·v,   α = v / (1 − q + v + eps)
/// ```
///
///     let loss = try CompleteIoULoss()([[0, 0, 2, 2]] as Tensor<Float>, target: [[1, 0, 3, 1]])
///     print(loss)  // 0.8982446
///
/// The gradient takes the factor α as a constant, as the paper and torchvision do: so it is not the derivative of the
/// value. `mean` divides by the number of pairs.
///
/// **Edge cases**
/// - Where a side belongs to both boxes, each has half of the derivative, of the intersection as of the enclosing box.
///   Boxes that only touch have no intersection to change.
/// - An empty box is allowed. One that is a point has no shape: then v and its gradient are 0. One that is a line has the
///   angle of its direction. (torchvision gives NaN.)
/// - `eps` is the same in all parts. (torchvision takes 1e-7 in those of the distance IoU, whatever its argument is.)
/// - A box whose x₂ is less than its x₁, or y₂ less than y₁, is an error.
/// - A coordinate that is NaN or infinite gives NaN, value and gradient of its pair. No finite one does.
/// - Without boxes, the sum is 0 and the mean NaN.
///
/// Z. Zheng et al., Enhancing geometric factors in model learning and inference for object detection and instance
/// segmentation, IEEE Trans. Cybern. 52 (2022), [doi:10.1109/TCYB.2021.3095305](https://doi.org/10.1109/TCYB.2021.3095305)
///
/// torchvision: `complete_box_iou_loss`, whose default reduction is none.
public struct CompleteIoULoss: Hashable, Codable, Sendable {
  /// What is added to whatever is divided by: at least 0.
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

extension CompleteIoULoss: BoxFormula {
  // The angle between the diagonals of the boxes, which is the difference of the arctangents, comes of the cross and the
  // dot product of both: so nothing cancels for boxes of almost the same shape.
  //
  //   θ = atan2(W·h − w·H, w·W + h·H)   with W and H of the target;   v = (2/π · θ)²
  //   ∂θ/∂w = −h / (w² + h²),   ∂θ/∂h = w / (w² + h²),   and the reverse for the target
  @export(implementation) @inline(__always)
  func terms(_ pair: BoxPair) -> BoxTerms {
    terms(pair, inputShape: BoxShape(pair.input), targetShape: BoxShape(pair.target))
  }

  @export(implementation) @inline(__always)
  func terms(_ pair: BoxPair, inputShape: BoxShape, targetShape: BoxShape) -> BoxTerms {
    var terms = DistanceIoULoss(eps: eps).terms(pair)
    let (w, h) = (inputShape.width, inputShape.height)
    let (targetW, targetH) = (targetShape.width, targetShape.height)
    let angle = Self.angle(targetW * h - w * targetH, w * targetW + h * targetH)
    let v = Self.factor * angle * angle
    let q = pair.intersection / (pair.union + pair.area(eps))
    let alpha = v / (1 - q + v + max(eps, .leastNormalMagnitude))
    terms.value += alpha * v
    // Where a box has no shape, the angle is 0, and so is the slope.
    let slope = 2 * Self.factor * alpha * angle
    let input = slope / max(w * w + h * h, .leastNormalMagnitude)
    let target = slope / max(targetW * targetW + targetH * targetH, .leastNormalMagnitude)
    terms.input = (-input * inputShape.scaledHeight, input * inputShape.scaledWidth)
    terms.target = (target * targetShape.scaledHeight, -target * targetShape.scaledWidth)
    return terms
  }

  @export(implementation) @inline(__always)
  package func computeRows<C: RealScalar>(_ block: RowBlock<C>) {
    var extremes = 0
    block.forEachRow { row in
      let pair = BoxPair(row.first, row.second, eps: eps)
      extremes &+= pair.isExtreme ? 1 : 0
      store(terms(pair), of: pair, to: row)
    }
    if extremes > 0 { computeExtremeRows(block) }
  }

  /// Computes the rows anew of which a box is so small or so large that its shape is lost.
  // Not inlined, since such boxes are rare.
  @usableFromInline
  @inline(never)
  @specialized(where C == Float) @specialized(where C == Double)
  func computeExtremeRows<C: RealScalar>(_ block: RowBlock<C>) {
    block.forEachRow { row in
      let pair = BoxPair(row.first, row.second, eps: eps)
      if !pair.isExtreme { return }
      let shapes = pair.shapes
      store(terms(pair, inputShape: shapes.input, targetShape: shapes.target), of: pair, to: row)
    }
  }

  /// (2/π)²
  @export(implementation) @inline(__always)
  static var factor: Double { 0.405284734569351085775517852838911 }

  /// Returns the angle of a vector whose x is not negative, within 2 ulp; that of the zero vector is 0.
  ///
  /// Its magnitude is arctan z for z = |y| / x, or π/2 − arctan 1/z; with the tangent of π/8 between, arctan z is
  /// z + z³·q(z²), or π/4 + arctan((z − 1) / (z + 1)).
  @export(implementation) @inline(__always)
  package static func angle(_ y: Double, _ x: Double) -> Double {
    let magnitude = y.magnitude
    let isSteep = magnitude > x
    let (small, large) = (select(isSteep, x, magnitude), select(isSteep, magnitude, x))
    let isNearDiagonal = small > 0.41421356237309503 * large
    let numerator = select(isNearDiagonal, small - large, small)
    let denominator = select(isNearDiagonal, small + large, large)
    let z = numerator / max(denominator, .leastNonzeroMagnitude)
    let square = z * z
    let flat = select(isNearDiagonal, .pi / 4, 0) + (z + z * square * arctangentTail(square))
    return select(y < 0, -1, 1) * select(isSteep, .pi / 2 - flat, flat)
  }

  /// (arctan z − z) / z³ as a polynomial in z², for |z| up to the tangent of π/8. Its error makes one of 2⁻⁵⁷ relative to
  /// the arctangent.
  @export(implementation) @inline(__always)
  static func arctangentTail(_ u: Double) -> Double {
    let u2 = u * u
    let u4 = u2 * u2
    let low =
      (-0x1.5555555555555p-2 + 0x1.999999999934cp-3 * u)
      + u2 * (-0x1.2492492436201p-3 + 0x1.c71c71853d7fap-4 * u)
    let middle =
      (-0x1.745d0b28a7e37p-4 + 0x1.3b1263064f6b9p-4 * u)
      + u2 * (-0x1.10fa77b1a6d57p-4 + 0x1.dfe6497e96323p-5 * u)
    let high = (-0x1.a0999c632b6edp-5 + 0x1.4162c02b1dda3p-5 * u) - 0x1.3a31b1c0fd3b7p-6 * u2
    return low + u4 * (middle + u4 * high)
  }
}
