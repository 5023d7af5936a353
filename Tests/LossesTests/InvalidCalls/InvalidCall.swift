import LossRegistry
import Losses
import Testing

/// A call that must throw, and its error.
struct InvalidCall: Sendable {
  var name: String
  var loss: any Adapter
  var arguments: Arguments<Double>
  /// Where it is given, the arguments are right and the upstream is wrong.
  var upstream: Tensor<Double>?
  var reduction = Reduction.none
  var error: LossError
  var message: String

  init(
    _ name: String, _ loss: any Adapter, _ arguments: Arguments<Double>, upstream: Tensor<Double>? = nil,
    reduction: Reduction = .none, _ error: LossError, _ message: String
  ) {
    self.name = name
    self.loss = loss
    self.arguments = arguments
    self.upstream = upstream
    self.reduction = reduction
    self.error = error
    self.message = message
  }

  static let all =
    elementwise + weights + classes + linear + adaptive + activations + distributions + margins + vectors
    + contrastive
    + boxes + regions + sequences + transducers
}

extension InvalidCall: CustomStringConvertible {
  var description: String { name }
}

extension InvalidCall {
  /// A call with a tensor of the wrong shape.
  static func mismatch(
    _ name: String, _ loss: any Adapter, _ arguments: Arguments<Double>, upstream: Tensor<Double>? = nil,
    reduction: Reduction = .none, _ argument: String, _ shape: Shape, expected: Shape
  ) -> InvalidCall {
    InvalidCall(
      "\(name): \(argument) of shape \(shape)", loss, arguments, upstream: upstream, reduction: reduction,
      .shapeMismatch(argument: argument, shape: shape, expected: expected),
      "\(argument) has shape \(shape), but \(expected) is needed")
  }

  /// A call of a loss with a hyperparameter that is out of range.
  ///
  /// - Parameter text: What the message says that it is.
  static func hyperparameter(
    _ name: String, _ loss: any Adapter, _ arguments: Arguments<Double>, _ parameter: String, _ value: Double,
    _ text: String, _ requirement: String
  ) -> InvalidCall {
    InvalidCall(
      "\(name): \(parameter) \(text)", loss, arguments,
      .invalidHyperparameter(name: parameter, value: value, requirement: requirement),
      "\(parameter) is \(text), but it must be \(requirement)")
  }

  /// A call whose first argument has a shape that the loss is not defined for.
  static func unsupported(
    _ name: String, _ loss: any Adapter, _ arguments: Arguments<Double>, _ requirement: String
  ) -> InvalidCall {
    let (label, shape) = (arguments.reals.labels[0], arguments.reals.values[0].shape)
    return InvalidCall(
      "\(name) of shape \(shape)", loss, arguments,
      .unsupportedShape(argument: label, shape: shape, requirement: requirement),
      "\(label) has shape \(shape), but \(requirement)")
  }
}
