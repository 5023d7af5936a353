public import RealMath

/// Softmax along an axis: positive numbers with sum 1, p = eˣ / Σ eˣ.
///
///     let probabilities = try Softmax(axis: 1)([[1, 3, 4]] as Tensor<Float>)
///     print(probabilities)  // [[0.035119027, 0.25949645, 0.7053845]]
///
/// A row of elements with ∞ among them, or nothing but −∞, gives NaN.
///
/// [PyTorch: Softmax](https://docs.pytorch.org/docs/stable/generated/torch.nn.Softmax.html)
public struct Softmax: AxisActivation, ActivationPanelFunction {
  public var axis: Int

  /// Creates the function along an axis.
  public init(axis: Int) { self.axis = axis }

  @specialized(where C == Float) @specialized(where C == Double)
  public func compute<C: RealScalar>(_ panel: ActivationPanel<C>) {
    run(panel)
  }

  // The Jacobian is diag(p) − p·pᵀ, so an upstream g becomes p·(g − Σ g·p). Where one p is almost 1 the sum almost
  // cancels its g. So a rounded sum is taken from g first, and then what Σ p·(g − sum) shows to be left of it.
  @inlinable @inline(__always)
  func compute<C: RealScalar, Order: PanelOrder>(_ panel: ActivationPanel<C>, _: Order.Type) {
    guard let result = panel.gradient ?? panel.value else { return }
    let sweeps = PanelSweeps<C, Order>(classes: panel.classes, columns: panel.columns)
    let scratch = Scratch<C>(slots: 2, slotSize: panel.columns)
    let sumScratch = Scratch<Double>(slots: 1, slotSize: panel.columns)
    defer {
      scratch.deallocate()
      sumScratch.deallocate()
    }
    let (numbers, rests, sums) = (scratch.numbers(0), scratch.numbers(1), sumScratch.numbers(0))

    sweeps.exponentials(of: panel.input, maxima: numbers, rests: sums, storing: result)
    for column in 0..<panel.columns { numbers[column] = C(1 / (1 + sums[column])) }
    guard let gradient = panel.gradient, let upstream = panel.upstream else {
      return sweeps.visit { place in result[place] *= numbers[Order.column(of: place)] }
    }
    sweeps.sums(into: sums) { place in
      let p = gradient[place] * numbers[Order.column(of: place)]
      gradient[place] = p
      return upstream[place] * p
    }
    for column in 0..<panel.columns { numbers[column] = C(sums[column]) }
    if let value = panel.value { sweeps.visit { place in value[place] = gradient[place] } }
    sweeps.sums(into: sums) { place in
      gradient[place] * (upstream[place] - numbers[Order.column(of: place)])
    }
    for column in 0..<panel.columns { rests[column] = numbers[column].isFinite ? C(sums[column]) : 0 }
    sweeps.visit { place in
      let column = Order.column(of: place)
      gradient[place] *= (upstream[place] - numbers[column]) - rests[column]
    }
  }
}

extension Softmax {
  @inlinable @inline(__always)
  public static func _addKernels(to list: inout some _KernelList) { addKernels(to: &list) }
}
