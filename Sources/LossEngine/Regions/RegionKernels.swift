public import RealMath

/// Some positions of all classes: a line of each class.
///
/// A mask of −1 is that of an element that is ignored.
@usableFromInline
package struct RegionBlock<C: RealScalar> {
  @usableFromInline let classes: Int
  @usableFromInline let count: Int
  @usableFromInline let probabilities: UncheckedBuffer<C>
  @usableFromInline let masks: UncheckedBuffer<C>
}

/// How scores become probabilities.
@usableFromInline
package enum RegionActivation: Sendable {
  case none, sigmoid, softmax
}

/// Finds the probabilities of scores.
@usableFromInline
package struct ActivationKernel<C: RealScalar>: Kernel {
  @usableFromInline let block: RegionBlock<C>
  /// The scores: a line of each class. They may be where the probabilities go.
  @usableFromInline let scores: Panel<C>
  @usableFromInline let activation: RegionActivation
  /// Memory for a line each.
  @usableFromInline let largest: UncheckedBuffer<C>
  @usableFromInline let total: UncheckedBuffer<C>

  @export(implementation) @inline(__always)
  package func run() {
    switch activation {
    case .none:
      forEachLine { scores, _, probabilities in
        for position in 0..<block.count { probabilities[position] = scores[position] }
      }
    case .sigmoid:
      forEachLine { scores, _, probabilities in
        for position in 0..<block.count { probabilities[position] = sigmoid(scores[position]) }
      }
    case .softmax: softmax()
    }
  }

  @export(implementation) @inline(__always)
  func forEachLine(
    _ body: (
      _ scores: UncheckedBuffer<C>, _ masks: UncheckedBuffer<C>, _ probabilities: UncheckedBuffer<C>
    ) -> Void
  ) {
    for line in 0..<block.classes {
      let start = line &* block.count
      body(scores.line(line), block.masks.advanced(by: start), block.probabilities.advanced(by: start))
    }
  }

  // An element that is ignored has no part in the softmax of the others: its score counts as −∞.
  @export(implementation) @inline(__always)
  func softmax() {
    let count = block.count
    largest.fill(-C.infinity, count: count)
    total.clear(count: count)
    forEachLine { scores, masks, probabilities in
      for position in 0..<count {
        let score = select(masks[position] < 0, -C.infinity, scores[position])
        let maximum = largest[position]
        probabilities[position] = score
        largest[position] = score > maximum ? score : maximum
      }
    }
    forEachLine { _, _, probabilities in
      for position in 0..<count {
        let exponential = expNonPositive(probabilities[position] - largest[position])
        probabilities[position] = exponential
        total[position] += exponential
      }
    }
    forEachLine { _, _, probabilities in
      for position in 0..<count { probabilities[position] /= total[position] }
    }
  }
}

/// Adds the overlap of each class to its four sums.
@usableFromInline
package struct OverlapKernel<C: RealScalar>: Kernel {
  @usableFromInline let block: RegionBlock<C>
  @usableFromInline let sums: UncheckedBuffer<Double>

  @export(implementation) @inline(__always)
  package func run() {
    let count = block.count
    for line in 0..<block.classes {
      let probabilities = block.probabilities.advanced(by: line &* count)
      let masks = block.masks.advanced(by: line &* count)
      let own = sums.advanced(by: RegionSums.count &* line)
      own[0] += Lanes.sum(count: count) { index in
        let (p, t) = (probabilities[index], masks[index])
        return select(t < 0, 0, select(p > t, t, p))
      }
      own[1] += Lanes.sum(count: count) { index in
        let (p, t) = (probabilities[index], masks[index])
        return select(t < 0 || p <= t, 0, p - t)
      }
      own[2] += Lanes.sum(count: count) { index in
        let (p, t) = (probabilities[index], masks[index])
        return select(t < 0 || p >= t, 0, t - p)
      }
      own[3] += Lanes.sum(count: count) { index in select(masks[index] < 0, 0, masks[index]) }
    }
  }
}

/// What the loss grows by where a probability grows: below its mask, and above it.
@usableFromInline
package struct RegionSlopes: BitwiseCopyable {
  @usableFromInline let below: Double
  @usableFromInline let above: Double
  /// The weights of positions are to be multiplied by 2 to this power.
  @usableFromInline let weightExponent: Int

  /// - Parameter mayScaleWeights: Whether positions have weights, of which a power of two may be taken.
  init<C: RealScalar>(_ terms: RegionTerms, scale: Double, mayScaleWeights: Bool, _: C.Type) {
    let isOrdinary = WeightRange.contains(WeightRange.power(-terms.weightExponent), C.self)
    weightExponent = mayScaleWeights && !isOrdinary ? terms.weightExponent : 0
    let power = WeightRange.power(terms.weightExponent - weightExponent)
    below = scale * (terms.intersection - terms.lack) * power
    above = scale * terms.excess * power
  }
}

/// Makes the gradient with respect to the scores of the slopes of each class.
@usableFromInline
package struct OverlapGradientKernel<C: RealScalar>: Kernel {
  @usableFromInline let block: RegionBlock<C>
  @usableFromInline let slopes: UncheckedBuffer<RegionSlopes>
  @usableFromInline let gradient: Panel<C>
  /// Memory for a line.
  @usableFromInline let total: UncheckedBuffer<C>
  @usableFromInline let activation: RegionActivation

  // With the slope g with respect to a probability p, that with respect to its score is g·p·(1 − p) under a sigmoid. Under
  // a softmax it is p·(g − Σ g·p), where the sum is over the classes.
  @export(implementation) @inline(__always)
  package func run() {
    let count = block.count
    total.clear(count: count)
    for line in 0..<block.classes {
      let probabilities = block.probabilities.advanced(by: line &* count)
      let masks = block.masks.advanced(by: line &* count)
      let result = gradient.line(line)
      let (below, above) = (C(slopes[line].below), C(slopes[line].above))
      let equal = C(0.5 * (slopes[line].below + slopes[line].above))
      for index in 0..<count {
        let (p, t) = (probabilities[index], masks[index])
        // NaN is neither below nor above.
        let slope = select(p < t, below, select(p > t, above, select(p == t, equal, p)))
        let counted = select(t < 0, 0, slope)
        result[index] = counted
        total[index] += select(t < 0, 0, counted * p)
      }
    }
    if activation == .none { return }
    for line in 0..<block.classes {
      let probabilities = block.probabilities.advanced(by: line &* count)
      let masks = block.masks.advanced(by: line &* count)
      let result = gradient.line(line)
      for index in 0..<count {
        let (p, g) = (probabilities[index], result[index])
        let slope = activation == .softmax ? p * (g - total[index]) : g * (p * (1 - p))
        result[index] = select(masks[index] < 0, 0, slope)
      }
    }
  }
}
