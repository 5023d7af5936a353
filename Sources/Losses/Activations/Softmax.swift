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
  //
  // The first sum is made of exponentials, beside them. It is scaled down, since it may be out of range where Σ g·p is
  // not: by as much as leaves each exponential above 0, which is enough for millions of classes.
  @inlinable @inline(__always)
  func compute<C: RealScalar, Order: PanelOrder>(_ panel: ActivationPanel<C>, _: Order.Type) {
    guard let result = panel.value ?? panel.gradient else { return }
    let sweeps = PanelSweeps<C, Order>(classes: panel.classes, columns: panel.columns)
    let scratch = Scratch<C>(slots: 4, slotSize: panel.columns)
    let sumScratch = Scratch<Double>(slots: 2, slotSize: panel.columns)
    defer {
      sweeps.deallocate()
      scratch.deallocate()
      sumScratch.deallocate()
    }
    let (maxima, factors) = (scratch.numbers(0), scratch.numbers(1))
    let (means, corrections) = (scratch.numbers(2), scratch.numbers(3))
    let (rests, products) = (sumScratch.numbers(0), sumScratch.numbers(1))

    guard let gradient = panel.gradient, let upstream = panel.upstream else {
      sweeps.exponentials(of: panel.input, maxima: maxima, rests: rests, storing: result)
      for column in 0..<panel.columns { factors[column] = C(1 / (1 + rests[column])) }
      return sweeps.visit { place in result[place] *= factors[Order.column(of: place)] }
    }
    let scale: C = 0x1p-22
    products.clear(count: panel.columns)
    sweeps.exponentials(
      of: panel.input, maxima: maxima, rests: rests, storing: result,
      spare: panel.value == nil ? nil : gradient
    ) {
      sweeps.add($0, $1, to: products) { place in upstream[place] * (scale * result[place]) }
    }
    for column in 0..<panel.columns {
      let factor = 1 / (1 + rests[column])
      factors[column] = C(factor)
      means[column] = C(products[column] * factor / Double(scale))
    }
    sweeps.sums(into: products) { place in
      let column = Order.column(of: place)
      let p = result[place] * factors[column]
      result[place] = p
      return p * (upstream[place] - means[column])
    }
    // One g out of range leaves the others of its column as they are.
    for column in 0..<panel.columns {
      corrections[column] = products[column].isFinite ? C(products[column]) : 0
    }
    sweeps.visit { place in
      let column = Order.column(of: place)
      gradient[place] = result[place] * ((upstream[place] - means[column]) - corrections[column])
    }
  }
}

extension Softmax {
  @inlinable @inline(__always)
  public static func _addKernels(to list: inout some _KernelList) { addKernels(to: &list) }
}
