public import RealMath
public import Tensors

/// The logarithm of the sum of exponentials along an axis, log Σ eˣ, without overflow.
///
///     let sum = try LogSumExp(axis: 1)([[1, 2, 3]] as Tensor<Float>)
///     print(sum)  // [3.407606]
///
/// The result lacks the axis. A negative axis counts from the end: −1 is the last one.
///
/// [PyTorch: logsumexp](https://docs.pytorch.org/docs/stable/generated/torch.logsumexp.html)
public struct LogSumExp: Hashable, Codable, Sendable, ClassPanelFunction {
  /// The axis that the sum is taken along.
  public var axis: Int

  /// Creates the function along an axis.
  public init(axis: Int) { self.axis = axis }

  /// log Σ eˣ along the axis.
  ///
  /// - Throws: `LossError` where the input has no such axis.
  public func callAsFunction<S: LossScalar>(_ input: Tensor<S>) throws(LossError) -> Tensor<S> {
    try call(input, upstream: nil).value(compute)
  }

  /// The gradient by the input of what is computed from the result, whose gradient by the result is `upstream`.
  ///
  /// `upstream` is a tensor of the result's shape. By default all ones.
  public func backward<S: LossScalar>(
    _ input: Tensor<S>, upstream: Tensor<S>? = nil
  ) throws(LossError) -> Tensor<S> {
    try valueWithGradient(input, upstream: upstream).gradient
  }

  /// log Σ eˣ along the axis, and the gradient by the input.
  public func valueWithGradient<S: LossScalar>(
    _ input: Tensor<S>, upstream: Tensor<S>? = nil
  ) throws(LossError) -> (value: Tensor<S>, gradient: Tensor<S>) {
    try call(input, upstream: upstream).valueWithGradient(compute)
  }

  /// log Σ eˣ along the axis; the gradient by the input is written to `gradient`, which has the input's shape.
  public func valueWithGradient<S: LossScalar>(
    _ input: Tensor<S>, upstream: Tensor<S>? = nil, into gradient: inout Tensor<S>
  ) throws(LossError) -> Tensor<S> {
    try call(input, upstream: upstream).value(into: &gradient, compute)
  }

  private func call<S: LossScalar>(
    _ input: Tensor<S>, upstream: Tensor<S>?
  ) throws(LossError) -> ClassCall<S> {
    try ClassCall(
      input: input, axis: Check.axis(axis, of: input.shape), target: .nothing, upstream: upstream,
      reduction: .none)
  }

  @specialized(where C == Float) @specialized(where C == Double)
  private func compute<C: RealScalar>(_ panel: ClassPanel<C>) {
    run(panel)
  }

  // The derivative is softmax.
  @inlinable @inline(__always)
  func compute<C: RealScalar, Order: PanelOrder, Weights: ClassWeights<C>>(
    _ panel: ClassPanel<C>, _: Order.Type, weight: Weights
  ) {
    let sweeps = PanelSweeps<C, Order>(classes: panel.classes, columns: panel.columns)
    let scratch = Scratch<C>(slots: 2, slotSize: panel.columns)
    let sumScratch = Scratch<Double>(slots: 1, slotSize: panel.columns)
    defer {
      sweeps.deallocate()
      scratch.deallocate()
      sumScratch.deallocate()
    }
    let (maxima, factors, rests) = (scratch.numbers(0), scratch.numbers(1), sumScratch.numbers(0))
    sweeps.exponentials(of: panel.input, maxima: maxima, rests: rests, storing: panel.inputGradient)
    for column in 0..<panel.columns {
      // An infinite maximum is the whole sum, but what was subtracted from it is not a number.
      panel.values[column] =
        maxima[column].isInfinite
        ? Double(sweeps.maximum(of: panel.input, column: column))
        : Double(maxima[column]) + log1p(rests[column])
      factors[column] = C(panel.scales[column] / (1 + rests[column]))
    }
    guard let gradient = panel.inputGradient else { return }
    sweeps.visit { place in gradient[place] *= factors[Order.column(of: place)] }
  }
}

extension LogSumExp {
  @inlinable @inline(__always)
  public static func _addKernels(to list: inout some _KernelList) { addKernels(to: &list) }
}
