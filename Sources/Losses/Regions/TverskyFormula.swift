public import LossEngine
internal import RealMath

/// One less the Tversky index of two regions, to the power of γ: what `DiceLoss`, `JaccardLoss` and `TverskyLoss` share.
///
/// ```
/// loss = (1 − (I + smoothing) / D)^γ,   D = max(I + α·F + β·M + smoothing, 10⁻⁷)
/// ```
///
/// I is the sum of what is predicted and true, F of what is predicted but not true, and M of what is missed.
@usableFromInline
struct TverskyFormula: RegionFormula {
  @usableFromInline let alpha: Double
  @usableFromInline let beta: Double
  @usableFromInline let gamma: Double
  @usableFromInline let smoothing: Double

  @usableFromInline
  init(alpha: Double, beta: Double, gamma: Double = 1, smoothing: Double) {
    self.alpha = alpha
    self.beta = beta
    self.gamma = gamma
    self.smoothing = smoothing
  }

  @usableFromInline package static var isJoint: Bool { false }

  @usableFromInline
  package func terms(_ sums: [RegionSums]) -> [RegionTerms] { sums.map(terms) }

  // With E = α·F + β·M, 1 − (I + smoothing)/D = E/D, and
  //
  //   ∂/∂I = −E/D²,   ∂/∂F = α·(I + smoothing)/D²,   ∂/∂M = β·(I + smoothing)/D²
  private func terms(_ sums: RegionSums) -> RegionTerms {
    // A class that is true nowhere costs nothing.
    if sums.target == 0 { return sums.excess.isNaN ? .nan : .nothing }
    if sums.intersection == -.infinity { return .nan }
    let overlap = sums.intersection + smoothing
    let error = weighted(sums.excess, by: alpha) + weighted(sums.lack, by: beta)
    let least = 1e-7
    let (denominator, ratio) = (overlap + error, errorShare(error, overlap: overlap))
    var terms =
      denominator < least
      ? RegionTerms(value: (least - overlap) / least, intersection: -1 / least, excess: 0, lack: 0)
      : RegionTerms(
        value: ratio, intersection: -ratio / denominator,
        excess: alpha * (overlap / denominator / denominator),
        lack: beta * (overlap / denominator / denominator))
    if gamma == 1 {
      // As it is usually computed: 0 where the error is nothing beside the overlap.
      terms.value = 1 - overlap / (denominator < least ? least : denominator)
    } else {
      // At 0, the slope of a power less than 1 would be infinite.
      let slope = terms.value <= 0 ? 0 : gamma * pow(terms.value, gamma - 1)
      // NaN to the power of 0 would be 1.
      let power = terms.value.isNaN ? .nan : pow(terms.value, gamma)
      terms.value = terms.value <= 0 ? (gamma == 0 ? 1 : 0) : power
      terms.intersection *= slope
      terms.excess *= slope
      terms.lack *= slope
    }
    return terms
  }

  /// A weight of 0 leaves out even an infinite sum.
  private func weighted(_ sum: Double, by weight: Double) -> Double { weight == 0 ? 0 : weight * sum }
}
