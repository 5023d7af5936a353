package import Losses

/// The tensors that a loss is called with, by the labels of its parameters.
///
/// The first parameter of a loss has no label, and is `input` here, or the name that its page gives it, such as
/// `anchor`. A target of labels is among the integers.
package struct Arguments<Scalar: LossScalar>: Sendable {
  package var reals: Labelled<Tensor<Scalar>>
  package var integers: Labelled<any IntegerTensor>
  package var mask: Tensor<Bool>?

  package init(_ reals: Labelled<Tensor<Scalar>>, integers: Labelled<any IntegerTensor> = [:]) {
    (self.reals, self.integers) = (reals, integers)
  }

  package init(
    input: Tensor<Scalar>, target: Tensor<Scalar>? = nil, labels: (any IntegerTensor)? = nil,
    weight: Tensor<Scalar>? = nil, positiveWeight: Tensor<Scalar>? = nil
  ) {
    self.init(["input": input])
    reals["target"] = target
    reals["weight"] = weight
    reals["positiveWeight"] = positiveWeight
    integers["target"] = labels
  }

  /// The same numbers, rounded to another type.
  package init<Other>(_ other: Arguments<Other>) {
    self.init(other.reals.map { Tensor<Scalar>($1) }, integers: other.integers)
    mask = other.mask
  }
}

extension Arguments {
  /// The tensor with this label, which the loss cannot do without.
  package subscript(label: String) -> Tensor<Scalar> {
    get {
      guard let tensor = reals[label] else { preconditionFailure("there is no argument \(label)") }
      return tensor
    }
    set { reals[label] = newValue }
  }

  package var input: Tensor<Scalar> {
    get { self["input"] }
    set { self["input"] = newValue }
  }
  package var target: Tensor<Scalar> {
    get { self["target"] }
    set { self["target"] = newValue }
  }
  package var weight: Tensor<Scalar>? {
    get { reals["weight"] }
    set { reals["weight"] = newValue }
  }
  package var sampleWeight: Tensor<Scalar>? {
    get { reals["sampleWeight"] }
    set { reals["sampleWeight"] = newValue }
  }
  package var positiveWeight: Tensor<Scalar>? {
    get { reals["positiveWeight"] }
    set { reals["positiveWeight"] = newValue }
  }

  /// The target of a loss that takes labels.
  package var labels: any IntegerTensor { integer("target") }

  /// The integers with this label, which the loss cannot do without.
  package func integer(_ label: String) -> any IntegerTensor {
    guard let tensor = integers[label] else { preconditionFailure("there is no argument \(label)") }
    return tensor
  }
}

extension Arguments {
  /// The labels of the arguments that `arranged` puts elsewhere in memory.
  package var arrangeable: [String] { reals.labels + integers.labels.filter { !Self.isLength($0) } }

  /// The lengths of sequences. An arrangement that repeats some of them would leave hardly a call valid.
  private static func isLength(_ label: String) -> Bool { label.hasSuffix("Lengths") }

  /// The same arguments in another arrangement: all that are arrangeable, or only the one with this label.
  package func arranged(_ arrangement: Arrangement, only label: String? = nil) -> Arguments {
    func isArranged(_ own: String) -> Bool { label.map { $0 == own } ?? !Self.isLength(own) }
    var arranged = Arguments(
      reals.map { isArranged($0) ? arrangement.view(of: $1) : $1 },
      integers: integers.map { isArranged($0) ? $1.arranged(arrangement) : $1 })
    arranged.mask = label == nil ? mask.map { arrangement.view(of: $0) } : mask
    return arranged
  }

  /// The same arguments in contiguous memory.
  package var contiguous: Arguments {
    var copies = Arguments(reals.map { $1.contiguous() }, integers: integers.map { $1.contiguousCopy() })
    copies.mask = mask?.contiguous()
    return copies
  }

  /// The shapes, for messages.
  package var summary: String {
    let shapes =
      reals.map { "\($0) \($1.shape)" }.values + integers.map { "\($0) \($1.shape)" }.values
      + (mask.map { ["mask \($0.shape)"] } ?? [])
    return shapes.joined(separator: ", ")
  }
}
