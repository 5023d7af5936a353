public import Tensors

/// The target of a loss over classes.
@usableFromInline
package enum ColumnTarget<S: LossScalar>: Sendable {
  /// The label of each column, and the one that is ignored.
  case labels(any ClassLabels, ignoreIndex: Int?)
  /// As many labels for each column as there are classes, of which the first ``listEnd`` ends the list.
  case labelLists(any ClassLabels)
  /// A probability for each class of each column.
  case probabilities(Tensor<S>)
  /// No target.
  case nothing

  @inlinable package static var listEnd: Int { -1 }

  /// Lists of labels of an integer type.
  @inlinable
  package static func labelLists<Label: FixedWidthInteger & TensorScalar>(
    _ labels: Tensor<Label>
  ) -> ColumnTarget {
    .labelLists(TypedLabels(labels, ignoreIndex: listEnd))
  }

  /// The labels of an integer type, of which one is ignored.
  @inlinable
  package static func labels<Label: FixedWidthInteger & TensorScalar>(
    _ labels: Tensor<Label>, ignoring ignoreIndex: Int?
  ) -> ColumnTarget {
    .labels(TypedLabels(labels, ignoreIndex: ignoreIndex), ignoreIndex: ignoreIndex)
  }
}

extension Check {
  /// Throws unless probabilities have the shape of the scores. Where they have that of the samples, labels are meant.
  static func shape(ofProbabilities shape: Shape, scores: Shape, samples: Shape) throws(LossError) {
    try Check.shape(
      shape, named: "target", is: scores,
      hint: shape == samples
        ? "did you mean labels? These are integers: Tensor<Int>(target)"
        : shape.hint(named: "target", toBe: scores))
  }
}
