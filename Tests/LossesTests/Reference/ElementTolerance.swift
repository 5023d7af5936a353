import LossRegistry
import Losses

/// The results of an elementwise loss that are well conditioned: a small change of an argument changes them by little
/// relative to themselves. They need no allowance for the largest element of the tensor.
///
/// Missing are sums and differences that may cancel, here or in PyTorch's formula for the same: σ(x) − t, eˣ − t·x,
/// log(1 − x) − log x, margin − x, the value of binary cross entropy with logits, whose smallest values PyTorch loses
/// in Double, and gradients with respect to a target that is broadcast, which are sums.
struct ElementTolerance {
  /// The labels of the well-conditioned gradients, and "value".
  var results: Set<String>

  /// In `Float`, formulas round up to eight times, with the logarithms and exponentials among them.
  var ulpsOfFloat = 8.0

  /// In `Double`, PyTorch's formula, which the expected numbers come from, rounds as often: twice eight.
  static let ulpsOfDouble = 16.0

  func ulps<S: LossScalar>(in _: S.Type) -> Double {
    S.self == Double.self ? Self.ulpsOfDouble : ulpsOfFloat
  }

  /// By the names of the functions.
  static let all: [String: ElementTolerance] = [
    "l1_loss": ElementTolerance(results: ["value", "input", "target"]),
    "mse_loss": ElementTolerance(results: ["value", "input", "target"]),
    "smooth_l1_loss": ElementTolerance(results: ["value", "input", "target"]),
    "huber_loss": ElementTolerance(results: ["value", "input", "target"]),
    "binary_cross_entropy": ElementTolerance(results: ["value", "input"]),
    "binary_cross_entropy_with_logits": ElementTolerance(results: ["target"]),
    // The product y·x of up to 48 is rounded, which its exponential shows as 48 times half an ulp.
    "soft_margin_loss": ElementTolerance(results: ["value", "input", "target"], ulpsOfFloat: 32),
    "hinge_embedding_loss": ElementTolerance(results: ["input", "target"]),
    "margin_ranking_loss": ElementTolerance(results: ["input1", "input2", "target"]),
    "gaussian_nll_loss": ElementTolerance(results: ["input"]),
    "kl_div": ElementTolerance(results: ["input"]),
    "logsigmoid": ElementTolerance(results: ["value", "input"]),
  ]
}
