package import RealMath
package import Tensors

// A mean is divided by the sum of its weights, so it stays the same where all weights are multiplied by one number. A power
// of two rounds nothing, and brings weights into a range in which their products and their sum neither overflow nor
// underflow. Ordinary weights are left as they are.

/// The weights of classes or elements, and of samples, that a mean is divided by the sum of.
package struct MeanWeights<S: LossScalar> {
  /// The weight of each class, or of each element.
  private(set) var weight: Tensor<S>?
  package private(set) var samples: (any SampleWeights)?
  /// Which of the weights count, if they are those of elements and not all do.
  private let mask: Mask?
  /// They are multiplied by 2 to this power.
  package private(set) var exponent = 0

  /// The weights of classes and of samples.
  package init(_ weight: Tensor<S>? = nil, samples: (any SampleWeights)?) {
    (self.weight, self.samples, mask) = (weight, samples, nil)
  }

  /// The weights of elements.
  init(_ weight: Tensor<S>?, where mask: Mask?) {
    (self.weight, samples, self.mask) = (weight, nil, mask)
  }

  /// Returns the sum that the mean is divided by.
  ///
  /// - Parameter sum: Returns the sum of weights. Where it is far from 1, it is found once more of weights near 1.
  mutating func denominator(_ sum: (MeanWeights) throws(LossError) -> Double) throws(LossError) -> Double {
    let given = try sum(self)
    if WeightRange.contains(given, S.Computation.self) { return given }
    var near = self
    if let (weight, exponent) = weight?.broughtNearOne(where: mask) {
      near.weight = weight
      near.exponent += exponent
    }
    if let (samples, exponent) = samples?.broughtNearOne() {
      near.samples = samples
      near.exponent += exponent
    }
    if near.exponent == 0 { return given }
    // Beside a weight that is much larger but has no part in the sum, those that have might be lost.
    let sumNearOne = try sum(near)
    guard WeightRange.contains(sumNearOne, S.Computation.self) else { return given }
    self = near
    return sumNearOne
  }

  /// Checks labels, and returns the sum of the weights of those that count.
  ///
  /// - Parameter mayScale: Whether weights may be multiplied by a power of two.
  mutating func denominator(
    of labels: any ClassLabels, classes: Int, slice: ClassSlice?, besides ignoreIndex: Int?, mayScale: Bool
  ) throws(LossError) -> Double {
    func sum(_ weights: MeanWeights) throws(LossError) -> Double {
      let sum: Result<Double, LossError> = weights.weight.withOperand { weight in
        Result { () throws(LossError) in
          try Check.labels(
            labels, classes: classes, slice: slice, besides: ignoreIndex,
            weight: weight.map { ClassWeights($0, besides: ignoreIndex) }, samples: weights.samples)
        }
      }
      return try sum.get()
    }
    return mayScale ? try denominator(sum) : try sum(self)
  }

  /// Returns the denominator of a mean that the weights of the classes have no part in: the sum of the weights of so many
  /// samples.
  ///
  /// - Parameter mayScale: Whether weights may be multiplied by a power of two.
  package mutating func denominator(ofSamples count: Int, mayScale: Bool = true) -> Double {
    guard let given = samples else { return Double(count) }
    let sum = given.sum
    if !mayScale || WeightRange.contains(sum, Double.self) { return sum }
    let (near, exponent) = given.broughtNearOne()
    if exponent == 0 { return sum }
    (samples, self.exponent) = (near, exponent)
    return near.sum
  }
}

extension MeanWeights {
  /// Whether there are weights of elements, and all that count are 0.
  var areZero: Bool { weight.map { $0.largestMagnitude(where: mask) == 0 } ?? false }

  /// Returns whether a mean over labels is one of nothing: there are weights of classes, and those of all labels that count
  /// are 0, by which all of a value is multiplied.
  ///
  /// - Parameter sum: The sum of these weights.
  /// - Precondition: The labels that count are those of classes.
  func countNothing(
    at labels: any ClassLabels, besides ignoreIndex: Int?, _ weightedPart: WeightedPart, sum: Double
  ) -> Bool {
    guard let weight, weightedPart == .allByLabel, sum == 0 else { return false }
    return weight.withOperand { weight in
      var areZero = true
      labels.forEachBlock(in: 0..<labels.shape.elementCount) { start, block, count in
        let own = samples?[start..<start + count]
        for index in 0..<count where block[index] != ignoreIndex && own?[index] != 0 {
          if weight[block[index]] != 0 { areZero = false }
        }
      }
      return areZero
    }
  }
}

/// Which sums of weights a mean is computed with as they are.
package enum WeightRange {
  static func contains<C: RealScalar>(_ sum: Double, _: C.Type) -> Bool {
    C.self == Float.self ? 0x1p-40...0x1p60 ~= sum.magnitude : 0x1p-400...0x1p400 ~= sum.magnitude
  }

  /// Returns the exponent of the power of two that brings a number near 1, as far as a type has such a power.
  package static func exponent<C: RealScalar>(bringing largest: Double, nearOneIn _: C.Type) -> Int {
    if largest == 0 || !largest.isFinite { return 0 }
    let limit = C.self == Float.self ? 127 : 1023
    return min(max(-Int(largest.exponent), -limit), limit)
  }

  package static func power(_ exponent: Int) -> Double {
    Double(sign: .plus, exponent: exponent, significand: 1)
  }

  /// Returns a weight times a power of two. It stays neither 0 nor infinite: a sample counts whose weight is lost beside
  /// others.
  static func product(_ weight: Double, _ power: Double) -> Double {
    if weight == 0 || !weight.isFinite { return weight }
    let product = (weight * power).magnitude
    return Double(
      signOf: weight, magnitudeOf: min(max(product, .leastNonzeroMagnitude), .greatestFiniteMagnitude))
  }
}

extension Tensor where Scalar: LossScalar {
  /// Returns the weights times a power of two that brings the largest near 1, and its exponent. Where one is infinite or
  /// NaN, they stay as they are.
  ///
  /// - Parameter mask: Which of them count, if not all do.
  // Not inlined, since such weights are rare.
  @inline(never)
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  @specialized(where Scalar == HalfPrecision) @specialized(where Scalar == BFloat16)
  func broughtNearOne(where mask: Mask?) -> (weights: Tensor, exponent: Int) {
    let largest = (mask == nil ? withoutRepetitions : self).largestMagnitude(where: mask)
    let exponent = WeightRange.exponent(bringing: largest, nearOneIn: Scalar.Computation.self)
    if exponent == 0 { return (self, 0) }
    let power = Scalar.Computation(WeightRange.power(exponent))
    let weights = withoutRepetitions.map { weight -> Scalar in
      let product = Scalar(computation: weight.computation * power)
      // A weight counts also where it is lost beside others.
      return product == 0 && weight != 0
        ? Scalar(signOf: weight, magnitudeOf: .leastNonzeroMagnitude) : product
    }
    return (weights.broadcast(to: shape), exponent)
  }

  /// Returns the largest magnitude of an element that counts, or NaN where one is.
  fileprivate func largestMagnitude(where mask: Mask?) -> Double {
    withOperand { operand in
      let scratch = Scratch<Scalar.Computation>(slots: 1, slotSize: Blocks.size(in: 0..<count))
      defer { scratch.deallocate() }
      var largest = 0.0
      Blocks.forEach(in: 0..<count) { block in
        let elements = operand.load(block, scratch: scratch[0])
        let isIn = mask?[block]
        for index in 0..<block.count where isIn?[index] != 0 {
          let magnitude = Double(elements[index].magnitude)
          if magnitude > largest || magnitude.isNaN { largest = magnitude }
        }
      }
      return largest
    }
  }
}
