public import RealMath

/// The logarithm of softmax along an axis, log p = x − log Σ eˣ.
///
///     let logProbabilities = try LogSoftmax(axis: 1)([[1, 3, 4]] as Tensor<Float>)
///     print(logProbabilities)  // [[-3.3490121, -1.3490123, -0.34901223]]
///
/// A row of elements with ∞ among them, or nothing but −∞, gives NaN.
///
/// [PyTorch: LogSoftmax](https://docs.pytorch.org/docs/stable/generated/torch.nn.LogSoftmax.html)
public struct LogSoftmax: AxisActivation, ActivationPanelFunction {
  public var axis: Int

  /// Creates the function along an axis.
  public init(axis: Int) { self.axis = axis }

  @specialized(where C == Float) @specialized(where C == Double)
  public func compute<C: RealScalar>(_ panel: ActivationPanel<C>) {
    run(panel)
  }

  // ∂log p[i]/∂x[j] = [i = j] − p[j], so an upstream g becomes g − p·Σ g.
  @inlinable @inline(__always)
  func compute<C: RealScalar, Order: PanelOrder>(_ panel: ActivationPanel<C>, _: Order.Type) {
    let sweeps = PanelSweeps<C, Order>(classes: panel.classes, columns: panel.columns)
    let scratch = Scratch<C>(slots: 2, slotSize: panel.columns)
    let sumScratch = Scratch<Double>(slots: 2, slotSize: panel.columns)
    defer {
      sweeps.deallocate()
      scratch.deallocate()
      sumScratch.deallocate()
    }
    let (maxima, numbers) = (scratch.numbers(0), scratch.numbers(1))
    let (rests, upstreamSums) = (sumScratch.numbers(0), sumScratch.numbers(1))

    upstreamSums.clear(count: panel.columns)
    sweeps.exponentials(
      of: panel.input, maxima: maxima, rests: rests, storing: panel.gradient, spare: panel.value
    ) {
      guard panel.gradient != nil, let upstream = panel.upstream else { return }
      sweeps.add($0, $1, to: upstreamSums, eachInDouble: true) { place in upstream[place] }
    }
    if let value = panel.value {
      for column in 0..<panel.columns { numbers[column] = log1p(C(rests[column])) }
      sweeps.visit { place in
        let column = Order.column(of: place)
        value[place] = (panel.input[place] - maxima[column]) - numbers[column]
      }
    }
    guard let gradient = panel.gradient, let upstream = panel.upstream else { return }
    for column in 0..<panel.columns { numbers[column] = C(upstreamSums[column] / (1 + rests[column])) }
    sweeps.visit { place in
      gradient[place] = upstream[place] - gradient[place] * numbers[Order.column(of: place)]
    }
  }
}

extension LogSoftmax {
  @inlinable @inline(__always)
  public static func _addKernels(to list: inout some _KernelList) { addKernels(to: &list) }
}
