public import Tensors

/// The evaluation of a cross entropy of labels, which also tells what its pass over the scores finds out about each sample.
///
///     let logits: Tensor<Float> = [[1, 2, 3], [3, 0, 0]]
///     let loss = try CrossEntropyLoss()(logits, target: [2, 1] as Tensor<Int>)
///     let (value, gradient, statistics) = loss.valueWithGradientAndStatistics()
///     print(value, gradient.shape, statistics.isCorrect)  // 1.7512645 [2, 3] [ true, false]
///     // Advantage · log-probability, with a bonus for entropy.
///     let upstream = LabelUpstream<Float>(logProbability: [-0.5, 1.5], entropy: [-0.01, -0.01])
///     print(try loss.backward(upstream: upstream).shape)  // [2, 3]
///
/// An objective of the statistics, such as one of reinforcement learning, has its gradient with respect to scores, or to
/// hidden states and weights, in one pass as well.
public protocol LabelEvaluation<Scalar, Gradient, Gradients>: Evaluation {
  /// Returns the loss and the statistics of its samples.
  func valueWithStatistics() -> (value: Tensor<Scalar>, statistics: LabelStatistics<Scalar.Computation>)

  /// Returns the loss, its gradient and the statistics of its samples.
  ///
  /// - Parameter upstream: The gradient of your objective with respect to this loss; all ones if it is `nil`.
  /// - Throws: `LossError` where the upstream has another shape than the value.
  func valueWithGradientAndStatistics(
    upstream: Tensor<Scalar>?
  ) throws(LossError) -> (
    value: Tensor<Scalar>, gradient: Gradient, statistics: LabelStatistics<Scalar.Computation>
  )

  /// Returns the loss and the statistics of its samples, and writes its gradient to memory that you already have.
  ///
  /// - Parameters:
  ///   - gradient: What is overwritten, in the shape of the arguments.
  ///   - upstream: The gradient of your objective with respect to this loss; all ones if it is `nil`.
  /// - Throws: `LossError` where the gradient or the upstream has another shape.
  func valueWithGradientAndStatistics(
    into gradient: inout Gradient, upstream: Tensor<Scalar>?
  ) throws(LossError) -> (value: Tensor<Scalar>, statistics: LabelStatistics<Scalar.Computation>)

  /// Returns the loss and the statistics of its samples, and adds its gradient to one that you already have.
  ///
  /// - Parameters:
  ///   - gradient: What is added to, in the shape of the arguments.
  ///   - upstream: The gradient of your objective with respect to this loss; all ones if it is `nil`.
  /// - Throws: `LossError` where the gradient or the upstream has another shape.
  func valueWithGradientAndStatistics(
    addingTo gradient: inout Gradient, upstream: Tensor<Scalar>?
  ) throws(LossError) -> (value: Tensor<Scalar>, statistics: LabelStatistics<Scalar.Computation>)

  /// Returns the gradient of an objective of the statistics, in place of the loss.
  ///
  /// With a, b and c the gradient of the objective with respect to log-probability, entropy H and log-sum-exp of a sample,
  /// p the softmax of its scores x and y its label:
  ///
  /// ```
  /// ∂objective/∂x[i] = a·([i = y] − p[i]) − b·p[i]·(log p[i] + H) + c·p[i]
  /// ```
  ///
  /// With a soft cap k, x are the capped scores, and the gradient with respect to the scores before the cap is this
  /// times 1 − (x[i]/k)².
  ///
  /// Weights, smoothing and the reduction of the loss do not count. A sample that does not count has the gradient 0.
  ///
  /// - Parameter upstream: The gradient of the objective with respect to the statistics.
  /// - Throws: `LossError` where a part of the upstream does not have the shape of the labels.
  func backward(upstream: LabelUpstream<Scalar.Computation>) throws(LossError) -> Gradient

  /// Adds the gradient of an objective of the statistics to one that you already have.
  ///
  /// - Parameters:
  ///   - gradient: What is added to, in the shape of the arguments.
  ///   - upstream: The gradient of the objective with respect to the statistics.
  /// - Throws: `LossError` where a part of the upstream, or the gradient, has another shape.
  func backward(
    addingTo gradient: inout Gradient, upstream: LabelUpstream<Scalar.Computation>
  ) throws(LossError)
}

extension LabelEvaluation {
  /// Returns the loss, its gradient and the statistics of its samples.
  @inlinable
  public func valueWithGradientAndStatistics() -> (
    value: Tensor<Scalar>, gradient: Gradient, statistics: LabelStatistics<Scalar.Computation>
  ) {
    do { return try valueWithGradientAndStatistics(upstream: nil) } catch { stop("\(error)") }
  }

  /// Returns the loss and the statistics of its samples, and writes its gradient to memory that you already have.
  ///
  /// - Throws: `LossError` where the gradient has another shape than the arguments.
  @inlinable
  public func valueWithGradientAndStatistics(
    into gradient: inout Gradient
  ) throws(LossError) -> (value: Tensor<Scalar>, statistics: LabelStatistics<Scalar.Computation>) {
    try valueWithGradientAndStatistics(into: &gradient, upstream: nil)
  }

  /// Returns the loss and the statistics of its samples, and adds its gradient to one that you already have.
  ///
  /// - Throws: `LossError` where the gradient has another shape than the arguments.
  @inlinable
  public func valueWithGradientAndStatistics(
    addingTo gradient: inout Gradient
  ) throws(LossError) -> (value: Tensor<Scalar>, statistics: LabelStatistics<Scalar.Computation>) {
    try valueWithGradientAndStatistics(addingTo: &gradient, upstream: nil)
  }
}

/// An evaluation whose run can record the statistics of its columns: these verbs from those that the loss has anyway.
@usableFromInline
package protocol RecordingEvaluation: LabelEvaluation {
  associatedtype Objective: Evaluation<Scalar, Gradient, Gradients>

  /// The shape of the labels.
  var sampleShape: Shape { get }

  /// The same evaluation, whose verbs record the statistics.
  func recording(to record: LabelRecord<Scalar.Computation>) -> Self

  /// The evaluation of 0 whose gradient is that of an objective of the statistics.
  func objective(_ upstream: LabelRecord<Scalar.Computation>) -> Objective
}

extension RecordingEvaluation {
  @usableFromInline package typealias Statistics = LabelStatistics<Scalar.Computation>

  private func recorded<Result>(
    _ body: (Self) throws(LossError) -> Result
  ) throws(LossError) -> (Result, Statistics) {
    let record = LabelRecord<Scalar.Computation>(shape: sampleShape)
    let result = try body(recording(to: record))
    return (result, record.statistics())
  }

  @usableFromInline
  package func valueWithStatistics() -> (value: Tensor<Scalar>, statistics: Statistics) {
    let record = LabelRecord<Scalar.Computation>(shape: sampleShape)
    return (recording(to: record).value(), record.statistics())
  }

  @usableFromInline
  package func valueWithGradientAndStatistics(
    upstream: Tensor<Scalar>?
  ) throws(LossError) -> (value: Tensor<Scalar>, gradient: Gradient, statistics: Statistics) {
    let ((value, gradient), statistics) = try recorded { evaluation throws(LossError) in
      try evaluation.valueWithGradient(upstream: upstream)
    }
    return (value, gradient, statistics)
  }

  @usableFromInline
  package func valueWithGradientAndStatistics(
    into gradient: inout Gradient, upstream: Tensor<Scalar>?
  ) throws(LossError) -> (value: Tensor<Scalar>, statistics: Statistics) {
    try recorded { evaluation throws(LossError) in
      try evaluation.valueWithGradient(into: &gradient, upstream: upstream)
    }
  }

  @usableFromInline
  package func valueWithGradientAndStatistics(
    addingTo gradient: inout Gradient, upstream: Tensor<Scalar>?
  ) throws(LossError) -> (value: Tensor<Scalar>, statistics: Statistics) {
    try recorded { evaluation throws(LossError) in
      try evaluation.valueWithGradient(addingTo: &gradient, upstream: upstream)
    }
  }

  @usableFromInline
  package func backward(upstream: LabelUpstream<Scalar.Computation>) throws(LossError) -> Gradient {
    try upstream.check(shape: sampleShape)
    return objective(LabelRecord(upstream, shape: sampleShape)).backward()
  }

  @usableFromInline
  package func backward(
    addingTo gradient: inout Gradient, upstream: LabelUpstream<Scalar.Computation>
  ) throws(LossError) {
    try upstream.check(shape: sampleShape)
    try objective(LabelRecord(upstream, shape: sampleShape)).valueWithGradient(addingTo: &gradient)
  }
}

/// A function over columns with labels, whose softmax is that of its scores but for a cap.
@usableFromInline
package protocol SoftmaxFunction: ColumnFunction {
  var softCap: Double? { get }
}
