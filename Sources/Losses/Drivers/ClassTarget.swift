public import Tensors

/// What a loss over classes is given to aim at.
@usableFromInline
enum ClassTarget<S: LossScalar> {
  /// The label of each column, and the one that counts for nothing.
  case labels(any ClassLabels, ignoreIndex: Int?)
  /// As many labels for each column as there are classes, of which `listEnd` ends the list.
  case labelLists(any ClassLabels)
  /// A probability for each class of each column.
  case probabilities(Tensor<S>)
  /// No target.
  case nothing

  static var listEnd: Int { -1 }
}
