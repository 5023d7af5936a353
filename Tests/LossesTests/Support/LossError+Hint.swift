import Losses

extension LossError {
  /// What was probably meant.
  var hint: String? {
    if case .shapeMismatch(_, _, _, let hint) = self { hint } else { nil }
  }
}
