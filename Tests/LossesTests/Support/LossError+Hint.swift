import Losses

extension LossError {
  /// What was probably meant.
  var hint: String? {
    if case .shapeMismatch(_, _, _, let hint) = self { hint } else { nil }
  }

  /// The same error without a hint: the facts, which follow from the call.
  var withoutHint: LossError {
    guard case .shapeMismatch(let argument, let shape, let expected, _) = self else { return self }
    return .shapeMismatch(argument: argument, shape: shape, expected: expected)
  }
}
