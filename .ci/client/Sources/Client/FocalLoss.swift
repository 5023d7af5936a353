import Losses
import RealMath

/// The focal loss of Lin et al. (2017), <https://arxiv.org/abs/1708.02002>: cross entropy that counts a sample less the
/// more certain its prediction is.
///
/// With p, the probability of the label's class, and its weight w:
///
///     loss = −w · (1 − p)^γ · log p
struct FocalLoss: ClassLoss {
  /// The exponent γ. With 0, the loss is cross entropy.
  var gamma = 2.0
  var ignoreIndex: Int? = -100
  var reduction = Reduction.mean

  func checkHyperparameters() throws(LossError) {
    guard gamma >= 0 && gamma.isFinite else {
      throw .invalidHyperparameter(name: "gamma", value: gamma, requirement: "at least zero and finite")
    }
  }

  // With q = 1 − p and ℓ = log p:  ∂(−q^γ ℓ)/∂ℓ = −q^γ + γ p q^(γ−1) ℓ = q^γ (γ p ℓ / q − 1), and ℓ / q → −1 as q → 0.
  @inline(__always)
  func terms<S: RealScalar>(logProbability: S, complement: S) -> ClassTerms<S> {
    let gamma = S(self.gamma)
    let isCertain = complement == 0
    let power = select(isCertain, gamma == 0 ? 1 : 0, exp(gamma * log(complement)))
    let entropy = select(complement == 1, 0, (1 - complement) * logProbability)
    let ratio = select(isCertain, -1, entropy / complement)
    return ClassTerms(value: -power * logProbability, derivative: power * (gamma * ratio - 1))
  }
}
