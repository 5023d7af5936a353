public import LossEngine
public import RealMath
public import Tensors

/// Softmax along an axis: positive numbers that add up to 1.
///
/// ```
/// p = eˣ / Σ eˣ
/// ```
///
///     let probabilities = try Softmax(axis: 1)([[1, 3, 4]] as Tensor<Float>)
///     print(probabilities)  // [[0.035119027,  0.25949645,   0.7053845]]
///
/// **Edge cases**
/// - A row with NaN or +∞ among its elements, or nothing but −∞, gives NaN, value and gradient.
///
/// [PyTorch: Softmax](https://docs.pytorch.org/docs/stable/generated/torch.nn.Softmax.html)
public struct Softmax: Hashable, Codable, Sendable {
  /// The axis along which probabilities add up to 1. A negative one counts from the end: −1 is the last.
  public var axis: Int

  /// Creates the function along an axis.
  public init(axis: Int) { self.axis = axis }

  /// Returns the function of the elements along the axis.
  ///
  /// - Parameter input: A tensor of any shape that has the axis, which is also that of the value.
  /// - Throws: `LossError` where the input has no such axis.
  @inlinable
  public func callAsFunction<Scalar: LossScalar>(
    _ input: Tensor<Scalar>
  ) throws(LossError) -> some Evaluation<Scalar, Tensor<Scalar>, InputGradient<Scalar>> {
    ColumnEvaluation<Self, InputGradient<Scalar>>(self, try ColumnArguments(input, along: axis))
  }
}

extension Softmax: ColumnFunction {
  @usableFromInline
  package func compute(_ block: ColumnBlock<Float>) { computeColumns(block) }

  @usableFromInline
  package func compute(_ block: ColumnBlock<Double>) { computeColumns(block) }

  private func computeColumns<C: RealScalar>(_ block: ColumnBlock<C>) {
    if block.inputGradient == nil { findValues(of: block) } else { findGradient(of: block) }
  }

  private func findValues<C: RealScalar>(of block: ColumnBlock<C>) {
    let scratch = Scratch<C>(slots: 2, slotSize: block.columns)
    let sumScratch = Scratch<Double>(slots: 1, slotSize: block.columns)
    defer {
      scratch.deallocate()
      sumScratch.deallocate()
    }
    let (maxima, factors, sumsMinusOne) = (scratch[0], scratch[1], sumScratch[0])
    func findExponentials(of block: ColumnBlock<C>, _ part: SoftmaxPart<C>?) {
      SoftmaxStep(maxima: maxima, sumsMinusOne: sumsMinusOne, storing: block.elementValues, part: part).run(
        block)
    }
    block.findSoftmax(maxima: maxima, sumsMinusOne: sumsMinusOne, findExponentials)
    for column in 0..<block.columns { factors[column] = C(1 / (1 + sumsMinusOne[column])) }
    block.forEachPart(storesResults: true) { block, part in
      guard let value = block.elementValues else { return }
      if let part { findExponentials(of: block, part) }
      ScalingStep(value, by: factors).run(block)
    }
  }

  // The Jacobian is diag(p) − p·pᵀ, so an upstream g becomes p·(g − Σ g·p). Where one p is almost 1, the sum almost
  // cancels its g. So a rounded sum is subtracted from g first, and then what Σ p·(g − sum) shows to be left of it.
  private func findGradient<C: RealScalar>(of block: ColumnBlock<C>) {
    let scratch = Scratch<C>(slots: 4, slotSize: block.columns)
    let sumScratch = Scratch<Double>(slots: 3, slotSize: block.columns)
    defer {
      scratch.deallocate()
      sumScratch.deallocate()
    }
    let (maxima, sumsMinusOne) = (scratch[0], sumScratch[0])
    let (products, remainders) = (sumScratch[1], sumScratch[2])
    products.clear(count: block.columns)
    remainders.clear(count: block.columns)
    block.findSoftmax(maxima: maxima, sumsMinusOne: sumsMinusOne) { block, part in
      guard let gradient = block.inputGradient, let upstream = block.elementUpstream else { return }
      SoftmaxWithSums(
        maxima: maxima, sumsMinusOne: sumsMinusOne, storing: block.elementValues ?? gradient,
        spare: block.elementValues == nil ? nil : gradient,
        beside: .products(of: upstream, scale: C(Self.productScale), to: products), part: part
      ).run(block)
    }
    func runGradientStep(isLast: Bool) {
      block.forEachPart(storesResults: isLast) { block, part in
        guard let gradient = block.inputGradient, let upstream = block.elementUpstream else { return }
        let result = block.elementValues ?? gradient
        if let part {
          SoftmaxStep(maxima: maxima, sumsMinusOne: sumsMinusOne, storing: result, part: part).run(block)
        }
        GradientStep(
          result: result, upstream: upstream, gradient: isLast ? gradient : nil, sumsMinusOne: sumsMinusOne,
          products: products, remainders: remainders,
          remainderSums: isLast ? part?.discardedSums ?? remainders : remainders, factors: scratch[1],
          means: scratch[2], corrections: scratch[3]
        ).run(block)
      }
    }
    // Of parts, the exponentials are found anew for the second sum, and once more for the gradient.
    if !block.isResident { runGradientStep(isLast: false) }
    runGradientStep(isLast: true)
  }

  /// What the upstream times the exponentials is scaled by. The first sum is made of exponentials, beside them, and may be
  /// out of range where Σ g·p is not. So it is scaled down, by as much as leaves each exponential above 0, which is enough
  /// for millions of classes.
  @export(implementation) @inline(__always)
  static var productScale: Double { 0x1p-22 }

  /// The probabilities and the gradient, from the exponentials.
  @usableFromInline
  package struct GradientStep<C: RealScalar>: ColumnStep {
    /// The exponentials, which become probabilities.
    @usableFromInline let result: Panel<C>
    @usableFromInline let upstream: Panel<C>
    /// The gradient, unless this is a part whose second sum is not known yet.
    @usableFromInline let gradient: Panel<C>?
    @usableFromInline let sumsMinusOne: UncheckedBuffer<Double>
    /// The sums of the upstream times the exponentials, scaled.
    @usableFromInline let products: UncheckedBuffer<Double>
    /// The second sums, of all classes once the gradient is computed.
    @usableFromInline let remainders: UncheckedBuffer<Double>
    /// What the second sums are added to: `remainders`, unless those are known.
    @usableFromInline let remainderSums: UncheckedBuffer<Double>
    // Memory for what each column needs.
    @usableFromInline let factors: UncheckedBuffer<C>
    @usableFromInline let means: UncheckedBuffer<C>
    @usableFromInline let corrections: UncheckedBuffer<C>

    @export(implementation) @inline(__always)
    package func compute<Order: PanelOrder>(_ block: ColumnBlock<C>, _: Order.Type) {
      let sweeps = PanelSweeps<C, Order>(classes: block.classes, columns: block.columns)
      defer { sweeps.deallocate() }
      let (result, upstream) = (result, upstream)
      let (factors, means, corrections) = (factors, means, corrections)
      for column in 0..<block.columns {
        let factor = 1 / (1 + sumsMinusOne[column])
        factors[column] = C(factor)
        means[column] = C(products[column] * factor / Softmax.productScale)
      }
      sweeps.addSums(to: remainderSums) { place in
        let column = Order.column(of: place)
        let p = result[place] * factors[column]
        result[place] = p
        return p * (upstream[place] - means[column])
      }
      guard let gradient else { return }
      // One g out of range leaves the others of its column as they are.
      for column in 0..<block.columns {
        corrections[column] = remainders[column].isFinite ? C(remainders[column]) : 0
      }
      block.visit(Order.self) { place in
        let column = Order.column(of: place)
        gradient[place] = result[place] * ((upstream[place] - means[column]) - corrections[column])
      }
    }
  }
}
