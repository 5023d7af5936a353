public import LossEngine
public import Tensors

extension CrossEntropyLoss {
  /// Returns one worker's share of the loss: of the scores of some classes, where each worker has those of others.
  ///
  /// The labels, their weights and the mask are the same on all workers. The share knows nothing of the other workers: see
  /// ``CrossEntropyShard`` for how their results become the loss.
  ///
  /// - Parameters:
  ///   - input: The scores of the worker's classes, of shape [C], [N, C] or [N, C, d…], where C is their number.
  ///   - target: The labels, of shape [], [N] or [N, d…] and any integer type, numbered as in all classes. A label that
  ///     is another worker's is no error.
  ///   - classes: The classes that the scores are of.
  ///   - classCount: The number of all classes.
  ///   - weight: The weight of each of the worker's classes, of shape [C]; all ones if it is `nil`.
  ///   - sampleWeight: The weight of each sample, in the target's shape; all ones if it is `nil`.
  ///   - mask: Which samples count, in the same shape; all if it is `nil`.
  /// - Throws: `LossError` where a shape does not fit, the classes are not a part of all, or a label, a hyperparameter or
  ///   the class axis is out of range.
  @inlinable
  public func shard<Scalar: LossScalar, Label: FixedWidthInteger & TensorScalar>(
    _ input: Tensor<Scalar>, target: Tensor<Label>, classes: Range<Int>, of classCount: Int,
    weight: Tensor<Scalar>? = nil, sampleWeight: Tensor<Scalar>? = nil, mask: Tensor<Bool>? = nil
  ) throws(LossError) -> CrossEntropyShard<Scalar> {
    try options.check()
    let slice = try ClassSlice(classes, of: classCount)
    return CrossEntropyShard(
      self, slice,
      try ColumnArguments(
        input, target: .labels(target, ignoring: ignoreIndex), weight: weight, sampleWeight: sampleWeight,
        mask: mask, reduction: reduction, options: ClassLossOptions(classAxis: classAxis, slice: slice)))
  }
}

extension LinearCrossEntropyLoss {
  /// Returns one worker's share of the loss: of the part of the layer that gives the scores of some classes, where each worker
  /// has the part for others.
  ///
  /// The input, the labels, their weights and the mask are the same on all workers. See ``LinearCrossEntropyShard`` for
  /// how the workers' results become the loss.
  ///
  /// - Parameters:
  ///   - input: The rows, of shape [F], [N, F] or [B, T, F].
  ///   - linearWeight: The weights of the worker's classes, of shape [C, F], or [C, d…, F] where the input is [N, F]; C is
  ///     the number of these classes.
  ///   - linearBias: The bias of these classes, of shape [C] or [C, d…]; none if it is `nil`.
  ///   - target: The labels, of shape [], [N], [B, T] or [N, d…] and any integer type, numbered as in all classes. A label
  ///     that is another worker's is no error.
  ///   - classes: The classes of this part of the layer.
  ///   - classCount: The number of all classes.
  ///   - weight: The weight of each of the worker's classes, of shape [C]; all ones if it is `nil`.
  ///   - sampleWeight: The weight of each sample, in the shape of the labels; all ones if it is `nil`.
  ///   - mask: Which samples count, in the same shape; all if it is `nil`.
  /// - Throws: `LossError` where a shape does not fit, the classes are not a part of all, or a label or a hyperparameter is
  ///   out of range.
  @inlinable
  public func shard<Scalar: LossScalar, Label: FixedWidthInteger & TensorScalar>(
    _ input: Tensor<Scalar>, linearWeight: Tensor<Scalar>, linearBias: Tensor<Scalar>? = nil,
    target: Tensor<Label>, classes: Range<Int>, of classCount: Int, weight: Tensor<Scalar>? = nil,
    sampleWeight: Tensor<Scalar>? = nil, mask: Tensor<Bool>? = nil
  ) throws(LossError) -> LinearCrossEntropyShard<Scalar> {
    try checkHyperparameters()
    let slice = try ClassSlice(classes, of: classCount)
    return LinearCrossEntropyShard(
      self, slice,
      try LinearArguments(
        input, linearWeight: linearWeight, linearBias: linearBias,
        target: .labels(target, ignoring: ignoreIndex), weight: weight, sampleWeight: sampleWeight,
        mask: mask, reduction: reduction, memoryLimit: memoryLimit, slice: slice))
  }
}

/// One worker's share of a cross entropy whose classes are split among workers.
///
/// Each worker computes the ``partial()`` result of its classes, and sends it to the others. Merged in any order, these are
/// the loss of all classes, of which each worker then gets the gradient of its own:
///
///     let labels: Tensor<Int> = [2, 0]
///     let loss = CrossEntropyLoss()
///     // On one worker.
///     let first = try loss.shard([[2, 1], [0, 1]] as Tensor<Float>, target: labels, classes: 0..<2, of: 3)
///     // On another one.
///     let second = try loss.shard([[0], [3]] as Tensor<Float>, target: labels, classes: 2..<3, of: 3)
///     // On both, once each has the other's partial result.
///     var whole = first.partial()
///     try whole.merge(second.partial())
///     print(try first.evaluation(with: whole).backward().shape)  // [2, 2]
///     let evaluation = try second.evaluation(with: whole)
///     print(evaluation, evaluation.backward().shape)  // 2.788726 [2, 1]
///
/// Value and gradients are those of ``CrossEntropyLoss`` at the scores of all classes, but for rounding errors of the size
/// of its own.
public struct CrossEntropyShard<Scalar: LossScalar>: Sendable {
  private let loss: CrossEntropyLoss
  private let slice: ClassSlice
  private let arguments: ColumnArguments<Scalar>

  @usableFromInline
  init(_ loss: CrossEntropyLoss, _ slice: ClassSlice, _ arguments: ColumnArguments<Scalar>) {
    self.loss = loss
    self.slice = slice
    self.arguments = arguments
  }

  /// Returns what these classes contribute to the loss, computed in one pass over their scores.
  public func partial() -> PartialCrossEntropy {
    PartialCrossEntropy(loss, slice, arguments) { function, arguments in
      _ = ColumnEvaluation<CrossEntropyLoss.SliceRecording, InputGradient<Scalar>>(function, arguments)
        .run(GradientDestinations().withoutValue, upstream: nil)
    }
  }

  /// Returns the loss of all classes, whose gradient is that with respect to the scores of these classes.
  ///
  /// - Parameter whole: The partial results of all workers, merged.
  /// - Throws: `LossError` where the partial result of some classes is missing, or they are not of the same loss and labels
  ///   of the same shape.
  public func evaluation(
    with whole: PartialCrossEntropy
  ) throws(LossError) -> some Evaluation<Scalar, Tensor<Scalar>, InputGradient<Scalar>> {
    let (function, arguments) = try whole.function(of: loss, at: slice, arguments)
    return SliceEvaluation(
      ColumnEvaluation<CrossEntropyLoss.SliceFunction, InputGradient<Scalar>>(function, arguments),
      value: try whole.value(as: Scalar.self))
  }
}

/// One worker's share of a cross entropy of a linear layer, whose classes are split among workers.
///
/// Each worker has the weights of its classes, and the whole input. Partial results are exchanged and merged as those of a
/// ``CrossEntropyShard``, and are of the same type:
///
///     let hidden: Tensor<Float> = [[1, 2], [3, -1]]
///     let labels: Tensor<Int> = [2, 0]
///     let loss = LinearCrossEntropyLoss()
///     let first = try loss.shard(
///       hidden, linearWeight: [[1, 0], [0, 1]], target: labels, classes: 0..<2, of: 3)
///     let second = try loss.shard(hidden, linearWeight: [[1, 1]], target: labels, classes: 2..<3, of: 3)
///     var whole = first.partial()
///     try whole.merge(second.partial())
///     let gradients = [
///       try first.evaluation(with: whole).backward(), try second.evaluation(with: whole).backward(),
///     ]
///     print(gradients[0].linearWeight.shape, gradients[1].linearWeight.shape)  // [2, 2] [1, 2]
///     print((gradients[0].input + gradients[1].input).shape)  // [2, 2]
///
/// The gradients with respect to weight and bias are those of the worker's classes. That with respect to the input is the
/// part that comes from these classes: **add up the parts of all workers**.
///
/// The scores exist for a block of rows at a time, as in ``LinearCrossEntropyLoss``. They are computed twice: for the
/// partial result, and for the gradient.
public struct LinearCrossEntropyShard<Scalar: LossScalar>: Sendable {
  private let loss: CrossEntropyLoss
  private let slice: ClassSlice
  private let arguments: LinearArguments<Scalar>

  @usableFromInline
  init(_ loss: LinearCrossEntropyLoss, _ slice: ClassSlice, _ arguments: LinearArguments<Scalar>) {
    self.loss = CrossEntropyLoss(
      ignoreIndex: loss.ignoreIndex, labelSmoothing: loss.labelSmoothing, zLoss: loss.zLoss,
      softCap: loss.softCap, reduction: loss.reduction)
    self.slice = slice
    self.arguments = arguments
  }

  /// Returns what these classes contribute to the loss.
  public func partial() -> PartialCrossEntropy {
    PartialCrossEntropy(loss, slice, arguments) { function, arguments in
      _ = LinearEvaluation<CrossEntropyLoss.SliceRecording, LinearGradient<Scalar>>(function, arguments)
        .run(nil, upstream: nil)
    }
  }

  /// Returns the loss of all classes, whose gradient is that with respect to the input, as far as it comes from these
  /// classes, and to their weights and bias.
  ///
  /// - Parameter whole: The partial results of all workers, merged.
  /// - Throws: `LossError` where the partial result of some classes is missing, or they are not of the same loss and labels
  ///   of the same shape.
  public func evaluation(
    with whole: PartialCrossEntropy
  ) throws(LossError) -> some Evaluation<Scalar, LinearGradient<Scalar>, LinearGradient<Scalar>> {
    let (function, arguments) = try whole.function(of: loss, at: slice, arguments)
    return PartedSliceEvaluation(
      LinearEvaluation<CrossEntropyLoss.SliceFunction, LinearGradient<Scalar>>(function, arguments),
      value: try whole.value(as: Scalar.self))
  }
}
