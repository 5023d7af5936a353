import Losses
import Testing

/// A call that must be refused, and how.
struct Refusal: Sendable {
  var name: String
  var form: any Form
  var arguments: Arguments<Double>
  /// Where it is what is wrong, the verbs that take one are all there are to try.
  var upstream: Tensor<Double>?
  var reduction = Reduction.none
  var error: LossError
  var message: String

  init(
    _ name: String, _ form: any Form, _ arguments: Arguments<Double>, upstream: Tensor<Double>? = nil,
    reduction: Reduction = .none, _ error: LossError, _ message: String
  ) {
    self.name = name
    self.form = form
    self.arguments = arguments
    self.upstream = upstream
    self.reduction = reduction
    self.error = error
    self.message = message
  }

  static let all =
    elementwise + classes + activations + distributions + margins + vectors + sequences
}

extension Refusal: CustomTestStringConvertible {
  var testDescription: String { name }
}

/// An error in full, which compares as text since NaN is not equal to itself.
func dumped(_ error: LossError) -> String {
  var text = ""
  dump(error, to: &text)
  return text
}
