import Losses

/// The verbs of a loss with all arguments in place but the upstream, which is `nil` where it is left out.
struct ReferenceVerbs<S: ReferenceScalar> {
  typealias Gradients = [String: Tensor<S>]

  /// The arguments whose gradients `backward` and `valueWithGradient` give, and their shapes.
  let shapes: [String: Shape]
  let value: () throws -> Tensor<S>
  let backward: (_ upstream: Tensor<S>?) throws -> Gradients
  let valueWithGradient: (_ upstream: Tensor<S>?) throws -> (value: Tensor<S>, gradients: Gradients)
  let valueIntoGradient: (_ upstream: Tensor<S>?, _ gradients: inout Gradients) throws -> Tensor<S>
  /// The gradients of all arguments, where that is a verb of its own.
  let gradients: ((_ upstream: Tensor<S>?) throws -> Gradients)?
}

extension ReferenceVerbs {
  /// The verbs of a loss whose `backward` is the gradient by the input, whatever PyTorch calls that.
  init(
    input: Tensor<S>,
    named name: String = "input",
    value: @escaping () throws -> Tensor<S>,
    backward: @escaping (Tensor<S>?) throws -> Tensor<S>,
    valueWithGradient: @escaping (Tensor<S>?) throws -> (value: Tensor<S>, gradient: Tensor<S>),
    valueIntoGradient: @escaping (Tensor<S>?, inout Tensor<S>) throws -> Tensor<S>,
    gradients: ((Tensor<S>?) throws -> (input: Tensor<S>, target: Tensor<S>))? = nil
  ) {
    shapes = [name: input.shape]
    self.value = value
    self.backward = { [name: try backward($0)] }
    self.valueWithGradient = {
      let result = try valueWithGradient($0)
      return (result.value, [name: result.gradient])
    }
    self.valueIntoGradient = { try valueIntoGradient($0, &$1[name]!) }
    self.gradients = gradients.map { gradients in
      {
        let result = try gradients($0)
        return [name: result.input, "target": result.target]
      }
    }
  }
}
