internal import RealMath
public import Tensors

/// Turns reduction, denominator and upstream into the scale of the gradients, and the sum of the values into the result.
@usableFromInline
package struct Reducer: Sendable {
  private let reduction: Reduction
  /// The denominator of the values, whose weights may have been multiplied by a power of two.
  private var divisor: Double
  private var weightExponent = 0
  /// Whether the values are divided by the sum of weights that are all 0: then no value has a gradient.
  private var countsNothing = false
  /// The shape of the values before any reduction.
  let shape: Shape

  /// - Parameters:
  ///   - mean: The denominator of the mean.
  ///   - batch: The denominator of the batch mean.
  ///   - weightExponent: The power of two that the weights of a mean have been multiplied by.
  ///   - countsNothing: Whether all weights of a mean are 0.
  package init(
    _ reduction: Reduction, shape: Shape, mean: @autoclosure () -> Double, batch: Int,
    weightExponent: Int = 0, countsNothing: Bool = false
  ) throws(LossError) {
    if case .sumDivided(let denominator) = reduction {
      try Check.hyperparameter("sumDivided(by:)", denominator, .positive)
    }
    self.reduction = reduction
    self.shape = shape
    self.weightExponent = weightExponent
    self.countsNothing = countsNothing
    divisor =
      switch reduction {
      case .none, .sum: 1
      case .mean: mean()
      case .batchMean: Double(batch)
      case .sumDivided(let denominator): denominator
      }
  }

  /// What the reduction divides by, with the weights that were given.
  var denominator: Double {
    weightExponent == 0 ? divisor : Double(sign: .plus, exponent: -weightExponent, significand: divisor)
  }

  /// Throws unless the upstream, if there is one, has the shape of the result.
  @inlinable
  package func check<S>(_ upstream: Tensor<S>?) throws(LossError) {
    if let upstream { try check(upstreamShape: upstream.shape) }
  }

  @usableFromInline
  func check(upstreamShape: Shape) throws(LossError) {
    try Check.shape(
      upstreamShape, named: "upstream", is: resultShape,
      hint: upstreamShape == shape
        ? "the reduction makes one number of the loss; did you mean the reduction .none?"
        : upstreamShape.hint(named: "upstream", toBe: resultShape))
  }

  /// Returns the reduction of values of which this call has only some: its mean divides by that of all.
  ///
  /// - Parameter countsNothing: Whether it is a mean of nothing.
  package func dividingMean(by denominator: Double, countsNothing: Bool) -> Reducer {
    if reduction != .mean { return self }
    var reducer = self
    reducer.divisor = denominator
    reducer.countsNothing = countsNothing
    return reducer
  }

  /// The shape of the result.
  private var resultShape: Shape { reduction == .none ? shape : [] }

  /// The number of the values before any reduction.
  var valueCount: Int { shape.elementCount }

  /// What a run is given.
  package struct Scaling<S: LossScalar> {
    /// Where the values go, if they are not reduced.
    package let values: Destination<S>?
    /// The upstream of each value, where each has one of its own.
    package let upstream: Operand<S>?
    /// What all gradients are multiplied by.
    package let scale: Double

    /// What the gradients of a value are multiplied by.
    package func scale(at position: Int) -> Double {
      upstream.map { Double($0[position]) * scale } ?? scale
    }

    /// Fills memory with what the gradients of some values are multiplied by.
    ///
    /// - Parameters:
    ///   - weights: What the values count for, unless all count alike.
    ///   - scratch: Memory for as many numbers of the upstream.
    @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
    @specialized(where S == BFloat16)
    func fill(
      _ scales: UncheckedBuffer<Double>, at positions: Range<Int>, weights: [Double]?,
      scratch: UncheckedBuffer<S.Computation>
    ) {
      if let upstream = upstream?.load(positions, scratch: scratch) {
        for index in 0..<positions.count { scales[index] = Double(upstream[index]) * scale }
      } else {
        scales.fill(scale, count: positions.count)
      }
      guard let weights else { return }
      // The scale may be infinite, where all are out.
      for (index, weight) in weights.enumerated() { scales[index] = weight == 0 ? 0 : scales[index] * weight }
    }

    /// Stores some values if they have a destination, or else returns their sum.
    ///
    /// - Parameter scratch: Memory for as many numbers of the result.
    @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
    @specialized(where S == BFloat16)
    func storeOrSum(
      _ numbers: UncheckedBuffer<Double>, at positions: Range<Int>, scratch: UncheckedBuffer<S.Computation>
    ) -> Double {
      guard let values else { return Lanes.reduce(count: positions.count, 0, +) { numbers[$0] } }
      let memory = values.buffer(from: positions.lowerBound, scratch: scratch)
      for index in 0..<positions.count { memory[index] = S.Computation(numbers[index]) }
      values.store(positions, from: memory)
      return 0
    }
  }

  /// Returns the result of a loss, or a tensor without elements where values that are not reduced are not asked for.
  ///
  /// - Parameter body: Computes the gradients, writes the values if they have a destination, and returns their sum.
  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  @specialized(where S == BFloat16)
  package func run<S: LossScalar>(
    _ gradients: GradientDestinations<S>, upstream: Tensor<S>?, _ body: (Scaling<S>) -> Double
  ) -> Tensor<S> {
    let isReduced = reduction != .none
    let hasValues = !isReduced && gradients.includesValue
    let scale =
      countsNothing ? 0 : isReduced ? (upstream.map { Double($0.item) } ?? 1) / divisor : 1
    var values = Tensor<S>(uninitialized: hasValues ? shape : [0])
    let sum = (isReduced ? nil : upstream).withOperand { upstream in
      values.withDestination { values in
        body(Scaling(values: hasValues ? values : nil, upstream: upstream, scale: scale))
      }
    }
    if !isReduced { return values }
    let result = sum / divisor
    // The division may give NaN a sign, which depends on the processor.
    return Tensor(result.isNaN ? .nan : S(result))
  }

  /// Writes the values of nothing, which are 0, and returns their sum.
  func storeZeros<S: LossScalar>(_ scaling: Scaling<S>) -> Double {
    if let values = scaling.values {
      for index in 0..<valueCount { values.store(0, at: index) }
    }
    return 0
  }
}
