package import Losses

/// An evaluation whose type is hidden: gradients are tensors by the labels of the arguments, so that one suite can
/// call the verbs of every loss.
///
/// Where `upstream` is `nil`, the verb without that parameter is called.
package struct ErasedEvaluation<Scalar: LossScalar>: Sendable {
  package typealias Gradients = Labelled<Tensor<Scalar>>

  private let base: any ErasedVerbs<Scalar>

  /// - Parameter absent: The labels of optional arguments that are not there, and have no gradient.
  package init<Base: Evaluation>(_ base: Base, without absent: Set<String> = [])
  where
    Base.Scalar == Scalar, Base.Gradient: GradientTensors<Scalar>, Base.Gradients: GradientTensors<Scalar>
  {
    self.base = Erasure(
      base: base, labels: Base.Gradient.labels.filter { !absent.contains($0) },
      allLabels: Base.Gradients.labels.filter { !absent.contains($0) })
  }

  /// - Parameter labels: The labels of the arguments with a gradient, where a call may have any number of them.
  package init<Base: Evaluation>(_ base: Base, labels: [String])
  where
    Base.Scalar == Scalar, Base.Gradient: GradientTensors<Scalar>, Base.Gradients: GradientTensors<Scalar>
  {
    self.base = Erasure(base: base, labels: labels, allLabels: labels)
  }

  /// The labels of the arguments whose gradients come with the value.
  package var labels: [String] { base.labels }

  /// The names by which errors call the buffers for these gradients.
  package var bufferNames: [String] { base.hasParts ? labels.map { "gradient.\($0)" } : ["gradient"] }

  package var description: String { base.text }

  package var denominator: Double { base.denominator }

  package func value() -> Tensor<Scalar> { base.value() }

  package func backward(upstream: Tensor<Scalar>?) throws(LossError) -> Gradients {
    Labelled(labels: labels, values: try base.backward(upstream))
  }

  package func valueWithGradient(
    upstream: Tensor<Scalar>?
  ) throws(LossError) -> (value: Tensor<Scalar>, gradient: Gradients) {
    let (value, tensors) = try base.valueWithGradient(upstream)
    return (value, Labelled(labels: labels, values: tensors))
  }

  package func valueWithGradient(
    into buffers: inout Gradients, upstream: Tensor<Scalar>?
  ) throws(LossError) -> Tensor<Scalar> {
    try base.valueWithGradient(into: &buffers.values, upstream)
  }

  package func valueWithGradient(
    addingTo buffers: inout Gradients, upstream: Tensor<Scalar>?
  ) throws(LossError) -> Tensor<Scalar> {
    try base.valueWithGradient(addingTo: &buffers.values, upstream)
  }

  /// The gradients with respect to every differentiable argument.
  package func gradients(upstream: Tensor<Scalar>?) throws(LossError) -> Gradients {
    Labelled(labels: base.allLabels, values: try base.gradients(upstream))
  }

  /// Buffers of the right shapes, filled with one number.
  package func buffers(repeating number: Scalar, for arguments: Arguments<Scalar>) -> Gradients {
    Labelled(labels: labels, values: labels.map { Tensor(repeating: number, shape: arguments[$0].shape) })
  }
}

/// The verbs of an evaluation with gradients as lists of tensors.
private protocol ErasedVerbs<Scalar>: Sendable {
  associatedtype Scalar: LossScalar

  var labels: [String] { get }
  var allLabels: [String] { get }
  var hasParts: Bool { get }
  var text: String { get }
  var denominator: Double { get }

  func value() -> Tensor<Scalar>
  func backward(_ upstream: Tensor<Scalar>?) throws(LossError) -> [Tensor<Scalar>]
  func valueWithGradient(
    _ upstream: Tensor<Scalar>?
  ) throws(LossError) -> (value: Tensor<Scalar>, gradient: [Tensor<Scalar>])
  func valueWithGradient(
    into buffers: inout [Tensor<Scalar>], _ upstream: Tensor<Scalar>?
  ) throws(LossError) -> Tensor<Scalar>
  func valueWithGradient(
    addingTo buffers: inout [Tensor<Scalar>], _ upstream: Tensor<Scalar>?
  ) throws(LossError) -> Tensor<Scalar>
  func gradients(_ upstream: Tensor<Scalar>?) throws(LossError) -> [Tensor<Scalar>]
}

private struct Erasure<Base: Evaluation>: ErasedVerbs
where Base.Gradient: GradientTensors<Base.Scalar>, Base.Gradients: GradientTensors<Base.Scalar> {
  typealias Scalar = Base.Scalar

  let base: Base
  let labels: [String]
  let allLabels: [String]

  var hasParts: Bool { Base.Gradient.self != Tensor<Scalar>.self }
  var text: String { base.description }
  var denominator: Double { base.denominator }

  func value() -> Tensor<Scalar> { base.value() }

  func backward(_ upstream: Tensor<Scalar>?) throws(LossError) -> [Tensor<Scalar>] {
    guard let upstream else { return base.backward().tensors }
    return try base.backward(upstream: upstream).tensors
  }

  func valueWithGradient(
    _ upstream: Tensor<Scalar>?
  ) throws(LossError) -> (value: Tensor<Scalar>, gradient: [Tensor<Scalar>]) {
    guard let upstream else {
      let (value, gradient) = base.valueWithGradient()
      return (value, gradient.tensors)
    }
    let (value, gradient) = try base.valueWithGradient(upstream: upstream)
    return (value, gradient.tensors)
  }

  func valueWithGradient(
    into buffers: inout [Tensor<Scalar>], _ upstream: Tensor<Scalar>?
  ) throws(LossError) -> Tensor<Scalar> {
    var gradient = Base.Gradient(taking: &buffers, labels: labels)
    defer { buffers = gradient.tensors }
    guard let upstream else { return try base.valueWithGradient(into: &gradient) }
    return try base.valueWithGradient(into: &gradient, upstream: upstream)
  }

  func valueWithGradient(
    addingTo buffers: inout [Tensor<Scalar>], _ upstream: Tensor<Scalar>?
  ) throws(LossError) -> Tensor<Scalar> {
    var gradient = Base.Gradient(taking: &buffers, labels: labels)
    defer { buffers = gradient.tensors }
    guard let upstream else { return try base.valueWithGradient(addingTo: &gradient) }
    return try base.valueWithGradient(addingTo: &gradient, upstream: upstream)
  }

  func gradients(_ upstream: Tensor<Scalar>?) throws(LossError) -> [Tensor<Scalar>] {
    guard let upstream else { return base.gradients().tensors }
    return try base.gradients(upstream: upstream).tensors
  }
}
