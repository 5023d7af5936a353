public import Tensors

/// A loss at given arguments, found to be right; nothing is computed until one of its verbs is called.
///
/// Calling a loss, a measure of two vectors or an activation returns one:
///
///     let loss = try MSELoss()([1, 2, 4] as Tensor<Float>, target: [0, 3, 1])
///     print(loss)  // 3.6666667
///     print(loss.backward())  // [ 0.6666667, -0.6666667,        2.0]
///     let (value, gradient) = loss.valueWithGradient()
///
/// Each verb computes anew, in one pass over memory. All verbs give the same bits, for any number of threads.
///
/// `upstream` is the gradient of your objective with respect to this loss (PyTorch's `grad_output`); all ones by
/// default. It has the shape of the value: a single number where the loss is reduced, else one number for each value.
///
/// The only errors that are left are shapes: of `upstream`, and of a gradient that is passed to be written to. Without
/// these, no verb throws. Where one does, the buffers are as they were.
public protocol Evaluation<Scalar, Gradient, Gradients>: CustomStringConvertible, Sendable {
  /// The type of the numbers.
  associatedtype Scalar: LossScalar

  /// The gradient with respect to what a model predicts: a tensor, or a labelled structure for losses of several inputs.
  associatedtype Gradient: Sendable

  /// The gradients with respect to all differentiable arguments, the target included where it has one.
  associatedtype Gradients: Sendable

  /// The shape of the gradient, or of each of its parts. Where parts have shapes of their own, as in a
  /// ``LinearGradient``, it is that of the first.
  var gradientShape: Shape { get }

  /// What the sum of the values of elements or samples is divided by: 1 where it is not divided.
  var denominator: Double { get }

  /// Returns the loss.
  ///
  /// - Returns: A tensor of rank 0 where the loss is reduced; else one value for each element, sample, pair of vectors
  ///   or class: whatever the loss has a value for.
  func value() -> Tensor<Scalar>

  /// Returns the gradient of the loss.
  ///
  /// - Parameter upstream: The gradient of your objective with respect to this loss; all ones if it is `nil`.
  /// - Throws: `LossError` where the upstream has another shape than the value.
  func backward(upstream: Tensor<Scalar>?) throws(LossError) -> Gradient

  /// Returns the loss and its gradient, computed in one pass over memory.
  ///
  /// - Parameter upstream: The gradient of your objective with respect to this loss; all ones if it is `nil`.
  /// - Throws: `LossError` where the upstream has another shape than the value.
  func valueWithGradient(
    upstream: Tensor<Scalar>?
  ) throws(LossError) -> (value: Tensor<Scalar>, gradient: Gradient)

  /// Returns the loss, and writes its gradient to memory that you already have.
  ///
  /// - Parameters:
  ///   - gradient: What is overwritten, in the shape of the arguments. It is written where it lies if it is contiguous
  ///     and has its memory to itself. A view, such as a transposed tensor, or a tensor whose memory another shares, is
  ///     replaced: it gets contiguous memory of its own.
  ///   - upstream: The gradient of your objective with respect to this loss; all ones if it is `nil`.
  /// - Throws: `LossError` where the gradient or the upstream has another shape.
  @discardableResult
  func valueWithGradient(
    into gradient: inout Gradient, upstream: Tensor<Scalar>?
  ) throws(LossError) -> Tensor<Scalar>

  /// Returns the loss, and adds its gradient to one that you already have, in the same pass over memory.
  ///
  /// So the gradients of mixed losses and of micro-batches accumulate. Each sum is rounded once; with types
  /// of 16 bits, it is rounded as a `Float`, then to its type.
  ///
  /// - Parameters:
  ///   - gradient: What is added to, in the shape of the arguments.
  ///   - upstream: The gradient of your objective with respect to this loss; all ones if it is `nil`.
  /// - Throws: `LossError` where the gradient or the upstream has another shape.
  @discardableResult
  func valueWithGradient(
    addingTo gradient: inout Gradient, upstream: Tensor<Scalar>?
  ) throws(LossError) -> Tensor<Scalar>

  /// Returns the gradients of the loss with respect to all differentiable arguments, by name.
  ///
  /// - Parameter upstream: The gradient of your objective with respect to this loss; all ones if it is `nil`.
  /// - Throws: `LossError` where the upstream has another shape than the value.
  func gradients(upstream: Tensor<Scalar>?) throws(LossError) -> Gradients

  /// Whether the verbs write to the memory of the gradient that they are passed, and keep nothing of it: then the memory of a
  /// span is lent to them. Otherwise, as by default, what they make of a tensor is copied to the span.
  static var writesInPlace: Bool { get }
}

extension Evaluation {
  @inlinable public static var writesInPlace: Bool { false }
}

// Without an upstream and without a buffer, there is nothing that could be wrong.
extension Evaluation {
  /// Returns the gradient of the loss.
  @inlinable
  public func backward() -> Gradient {
    do { return try backward(upstream: nil) } catch { stop("\(error)") }
  }

  /// Returns the loss and its gradient, computed in one pass over memory.
  @inlinable
  public func valueWithGradient() -> (value: Tensor<Scalar>, gradient: Gradient) {
    do { return try valueWithGradient(upstream: nil) } catch { stop("\(error)") }
  }

  /// Returns the loss, and writes its gradient to memory that you already have.
  ///
  /// - Throws: `LossError` where the gradient has another shape than the arguments.
  @inlinable @discardableResult
  public func valueWithGradient(into gradient: inout Gradient) throws(LossError) -> Tensor<Scalar> {
    try valueWithGradient(into: &gradient, upstream: nil)
  }

  /// Returns the loss, and adds its gradient to one that you already have, in the same pass over memory.
  ///
  /// - Throws: `LossError` where the gradient has another shape than the arguments.
  @inlinable @discardableResult
  public func valueWithGradient(addingTo gradient: inout Gradient) throws(LossError) -> Tensor<Scalar> {
    try valueWithGradient(addingTo: &gradient, upstream: nil)
  }

  /// Returns the gradients of the loss with respect to all differentiable arguments, by name.
  @inlinable
  public func gradients() -> Gradients {
    do { return try gradients(upstream: nil) } catch { stop("\(error)") }
  }

  // The same for memory that is not a tensor's. Lent to a verb, it is one for the time of the call.

  /// Returns the loss, and writes its gradient to a span, in row-major order.
  ///
  /// - Parameters:
  ///   - gradient: What is overwritten: as many elements as ``gradientShape`` has.
  ///   - upstream: The gradient of your objective with respect to this loss; all ones if it is `nil`.
  /// - Throws: `LossError` where the span has another number of elements, or the upstream another shape.
  @inlinable @discardableResult
  public func valueWithGradient(
    into gradient: inout MutableSpan<Scalar>, upstream: Tensor<Scalar>? = nil
  ) throws(LossError) -> Tensor<Scalar> where Gradient == Tensor<Scalar> {
    try unsafe gradient.withUnsafeMutableBufferPointer { memory throws(LossError) in
      try unsafe valueWithGradient(into: memory, upstream: upstream)
    }
  }

  /// Returns the loss, and adds its gradient to a span, in row-major order.
  ///
  /// - Parameters:
  ///   - gradient: What is added to: as many elements as ``gradientShape`` has.
  ///   - upstream: The gradient of your objective with respect to this loss; all ones if it is `nil`.
  /// - Throws: `LossError` where the span has another number of elements, or the upstream another shape.
  @inlinable @discardableResult
  public func valueWithGradient(
    addingTo gradient: inout MutableSpan<Scalar>, upstream: Tensor<Scalar>? = nil
  ) throws(LossError) -> Tensor<Scalar> where Gradient == Tensor<Scalar> {
    try unsafe gradient.withUnsafeMutableBufferPointer { memory throws(LossError) in
      try unsafe valueWithGradient(addingTo: memory, upstream: upstream)
    }
  }

  /// Returns the loss, and writes its gradient to memory of any kind, in row-major order.
  ///
  /// - Parameters:
  ///   - gradient: What is overwritten: as many elements as ``gradientShape`` has.
  ///   - upstream: The gradient of your objective with respect to this loss; all ones if it is `nil`.
  /// - Throws: `LossError` where the memory has another number of elements, or the upstream another shape.
  @unsafe @inlinable @discardableResult
  public func valueWithGradient(
    into gradient: UnsafeMutableBufferPointer<Scalar>, upstream: Tensor<Scalar>? = nil
  ) throws(LossError) -> Tensor<Scalar> where Gradient == Tensor<Scalar> {
    try unsafe withTensor(of: gradient, accumulating: false) { tensor throws(LossError) in
      try valueWithGradient(into: &tensor, upstream: upstream)
    }
  }

  /// Returns the loss, and adds its gradient to memory of any kind, in row-major order.
  ///
  /// - Parameters:
  ///   - gradient: What is added to: as many elements as ``gradientShape`` has.
  ///   - upstream: The gradient of your objective with respect to this loss; all ones if it is `nil`.
  /// - Throws: `LossError` where the memory has another number of elements, or the upstream another shape.
  @unsafe @inlinable @discardableResult
  public func valueWithGradient(
    addingTo gradient: UnsafeMutableBufferPointer<Scalar>, upstream: Tensor<Scalar>? = nil
  ) throws(LossError) -> Tensor<Scalar> where Gradient == Tensor<Scalar> {
    try unsafe withTensor(of: gradient, accumulating: true) { tensor throws(LossError) in
      try valueWithGradient(addingTo: &tensor, upstream: upstream)
    }
  }

  /// Returns what `body` does, which leaves the gradient in a tensor and so in `memory`.
  ///
  /// - Parameter accumulating: Whether the tensor begins with the elements of the memory.
  @inlinable
  func withTensor(
    of memory: UnsafeMutableBufferPointer<Scalar>, accumulating: Bool,
    _ body: (inout Tensor<Scalar>) throws(LossError) -> Tensor<Scalar>
  ) throws(LossError) -> Tensor<Scalar> where Gradient == Tensor<Scalar> {
    guard memory.count == gradientShape.elementCount else {
      throw .shapeMismatch(argument: "gradient", shape: [memory.count], expected: gradientShape)
    }
    if Self.writesInPlace {
      var tensor = unsafe Tensor(writing: memory, shape: gradientShape)
      return try body(&tensor)
    }
    // Other code may replace the tensor, or keep a copy of it after the memory is gone.
    var tensor: Tensor<Scalar> =
      accumulating
      ? Tensor(copying: unsafe memory.span, shape: gradientShape) : Tensor(uninitialized: gradientShape)
    let value = try body(&tensor)
    try tensor.check(shape: gradientShape)
    tensor.withSpan { elements in
      unsafe elements.withUnsafeBufferPointer { elements in
        _ = unsafe memory.update(fromContentsOf: elements)
      }
    }
    return value
  }

  /// The value of the loss.
  public var description: String { value().description }
}

/// An evaluation that the engine runs: all verbs from one function.
@usableFromInline
package protocol EngineEvaluation: Evaluation
where Gradient: GradientBuffer<Scalar>, Gradients: GradientSet<Scalar> {
  /// What makes results of values and upstream.
  var reducer: Reducer { get }

  /// Computes the gradients that have a destination, and the loss unless they are asked for without it.
  ///
  /// - Precondition: The upstream has the shape of the value.
  func run(_ gradients: GradientDestinations<Scalar>, upstream: Tensor<Scalar>?) -> Tensor<Scalar>
}

extension EngineEvaluation {
  @inlinable package static var writesInPlace: Bool { true }

  @usableFromInline package var denominator: Double { reducer.denominator }

  @inlinable
  package func value() -> Tensor<Scalar> { run(GradientDestinations(), upstream: nil) }

  @inlinable
  package func backward(upstream: Tensor<Scalar>?) throws(LossError) -> Gradient {
    try reducer.check(upstream)
    var gradient = Gradient(uninitialized: gradientShape)
    gradient.withDestinations(accumulating: false) { _ = run($0.withoutValue, upstream: upstream) }
    return gradient
  }

  @inlinable
  package func valueWithGradient(
    upstream: Tensor<Scalar>?
  ) throws(LossError) -> (value: Tensor<Scalar>, gradient: Gradient) {
    try reducer.check(upstream)
    var gradient = Gradient(uninitialized: gradientShape)
    let value = gradient.withDestinations(accumulating: false) { run($0, upstream: upstream) }
    return (value, gradient)
  }

  @inlinable
  package func valueWithGradient(
    into gradient: inout Gradient, upstream: Tensor<Scalar>?
  ) throws(LossError) -> Tensor<Scalar> {
    try valueWithGradient(writtenTo: &gradient, accumulating: false, upstream: upstream)
  }

  @inlinable
  package func valueWithGradient(
    addingTo gradient: inout Gradient, upstream: Tensor<Scalar>?
  ) throws(LossError) -> Tensor<Scalar> {
    try valueWithGradient(writtenTo: &gradient, accumulating: true, upstream: upstream)
  }

  @inlinable
  func valueWithGradient(
    writtenTo gradient: inout Gradient, accumulating: Bool, upstream: Tensor<Scalar>?
  ) throws(LossError) -> Tensor<Scalar> {
    try reducer.check(upstream)
    try gradient.check(shape: gradientShape)
    return gradient.withDestinations(accumulating: accumulating) { run($0, upstream: upstream) }
  }

  @inlinable
  package func gradients(upstream: Tensor<Scalar>?) throws(LossError) -> Gradients {
    try reducer.check(upstream)
    return Gradients(Gradients.computed(shape: gradientShape) { run($0.withoutValue, upstream: upstream) })
  }
}
