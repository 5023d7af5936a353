import LossRegistry
import Losses
import Testing

/// What is particular to `CosineEmbeddingLoss`.
struct CosineEmbeddingLossTests {
  /// PyTorch 2.13 prints these values for Double.
  @Test func printedValues() throws {
    let first: Tensor<Double> = [[0.3, 0.5, 0.7], [0.3, 0.5, 0.7]]
    let second: Tensor<Double> = [[0.1, 0.3, 0.5], [0.1, 0.3, 0.5]]
    let mean = try CosineEmbeddingLoss()(first, input2: second, target: [1, -1]).value()
    expectClose(mean, Tensor(0.5), ulps: 4, scale: 1)
    let values = try CosineEmbeddingLoss(reduction: .none)(first, input2: second, target: [1, -1]).value()
    expectClose(values, [0.01666204771940993, 0.98333795228059007], ulps: 4)
  }

  /// At the kink, the hinge has a slope: ∂cos/∂x₁ = x₂ / √((‖x₁‖² + 10⁻¹²)·(‖x₂‖² + 10⁻¹²)) where the cosine is 0.
  @Test func kink() throws {
    let (value, gradient) = try CosineEmbeddingLoss(margin: 0, reduction: .none)(
      [[2, 0]] as Tensor<Double>, input2: [[0, 4]], target: [-1]
    ).valueWithGradient()
    let lengths = ((4 + 1e-12) * (16 + 1e-12)).squareRoot()
    #expect(value == [0])
    expectClose(gradient.input1, Tensor([0, 4 / lengths], shape: [1, 2]), ulps: 4)
    expectClose(gradient.input2, Tensor([2 / lengths, 0], shape: [1, 2]), ulps: 4)
  }

  /// a = (3, 4) and b = a + t · (−4, 3), in some unit: their cosine is 1/√(1 + t²).
  private static func almostParallel<S: LossScalar>(_ t: S, unit: S) -> (Tensor<S>, Tensor<S>) {
    (
      Tensor([3 * unit, 4 * unit], shape: [1, 2]),
      Tensor([(3 - 4 * t) * unit, (4 + 3 * t) * unit], shape: [1, 2])
    )
  }

  /// With P the product of the squares, 1 − a·b / √P = (P − (a·b)²) / (√P · (√P + a·b)), in which nothing cancels.
  ///
  /// - Parameter added: What is added to the squares, in that unit.
  private static func expectedLoss(_ t: Double, added: Double) -> Double {
    let root = ((25 + added) * (25 * (1 + t * t) + added)).squareRoot()
    return (625 * t * t + added * 25 * (2 + t * t) + added * added) / (root * (root + 25))
  }

  @Test(arguments: Array(3...30), [1, 0x1p-6, 0x1p-12, 0x1p-300, 0x1p300])
  func almostParallelVectors(_ exponent: Int, unit: Double) throws {
    let t = Double(sign: .plus, exponent: -exponent, significand: 1)
    let (a, b) = Self.almostParallel(t, unit: unit)
    // The rounding errors of unit vectors count as much as the angle does.
    let (distance, gradient) = try CosineDistance(eps: 0)(a, b).valueWithGradient()
    expectClose(distance, Tensor([Self.expectedLoss(t, added: 0)]), ulps: 4, scale: t)
    let loss = try CosineEmbeddingLoss()(a, input2: b, target: [1]).value()
    let added = unit < 1e-4 || unit > 1e100 ? 0 : 1e-12 / unit / unit
    let expected = Self.expectedLoss(t, added: added)
    expectClose(loss, Tensor(expected), ulps: 4, scale: max(t, expected))

    // ∂/∂a = (cos · a/|a| − b/|b|) / |a|, where b/|b| − cos · a/|a| = t/√(1 + t²) · (−4, 3)/5.
    let slope = t / (1 + t * t).squareRoot() / 25 / unit
    expectClose(gradient.input1, Tensor([4 * slope, -3 * slope], shape: [1, 2]), ulps: 8, scale: 0.2 / unit)
  }

  @Test(arguments: 3...18)
  func almostParallelVectorsOfFloat(_ exponent: Int) throws {
    let t = Float(sign: .plus, exponent: -exponent, significand: 1)
    let (a, b) = Self.almostParallel(t, unit: 1)
    let expected = Self.expectedLoss(Double(t), added: 0)
    expectClose(try CosineDistance()(a, b).value(), Tensor([expected]), ulps: 1)
    let value = try CosineEmbeddingLoss()(a, input2: b, target: [1]).value()
    expectClose(value, Tensor(Self.expectedLoss(Double(t), added: 1e-12)), ulps: 1)
    let triplet = TripletMarginWithDistanceLoss(distance: CosineDistance(), margin: 1e-30)
    expectClose(try triplet(a, positive: b, negative: a).value(), Tensor(expected), ulps: 1)
  }

  /// Vectors of any length that the type holds have the right angle, and gradients that grow as they shrink.
  @Test(arguments: [-1074, -1060, -700, -300, -200, -60, -30, -20, 20, 30, 60, 200, 300, 700, 1020])
  func cosineAtAnyMagnitude(_ exponent: Int) throws {
    // 10⁻¹² is added to squares of 25, and the difference in the gradient leaves a third of its terms.
    try expectAngle(
      Double(sign: .plus, exponent: exponent, significand: 1), valueTolerance: 1e-13, tolerance: 1e-12)
  }

  @Test(arguments: [-149, -144, -130, -100, -60, 60, 100, 124])
  func cosineAtAnyMagnitudeOfFloat(_ exponent: Int) throws {
    // The gradient is computed in Double and rounded.
    let ulp = Double(Float.ulpOfOne)
    try expectAngle(
      Float(sign: .plus, exponent: exponent, significand: 1), valueTolerance: ulp, tolerance: ulp)
  }

  /// (3, 4) and (4, 3), in that unit or one of them: the cosine is 24/25. ∂cos/∂a is (b/|b| − cos · a/|a|) / |a|, which
  /// is (0.224, −0.168) / 5 per unit, and the other way round for b.
  private func expectAngle<S: LossScalar>(
    _ unit: S, valueTolerance: Double, tolerance: Double, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    func expectGradient(_ gradient: Tensor<S>, _ numerators: [Double], unit: S) {
      for (result, numerator) in zip(gradient.scalars, numerators) {
        let expected = numerator / Double(unit)
        // What is beyond the type is infinite; what is below its normal numbers is rounded to multiples of the least.
        let isRight =
          S(expected).isInfinite
          ? result == S(expected)
          : (Double(result) - expected).magnitude
            <= max(tolerance * expected.magnitude, 2 * Double(S.leastNonzeroMagnitude))
        #expect(isRight, "\(result) instead of \(expected)", sourceLocation: sourceLocation)
      }
    }
    let (a, b): (Tensor<S>, Tensor<S>) = ([[3, 4]], [[4, 3]])
    for (first, second) in [(unit, unit), (unit, 1), (1, unit)] as [(S, S)] {
      let (value, gradient) = try CosineEmbeddingLoss(reduction: .none)(
        a.map { $0 * first }, input2: b.map { $0 * second }, target: [-1]
      ).valueWithGradient()
      expectClose(value, [0.96], relative: valueTolerance, scale: 1, sourceLocation: sourceLocation)
      expectGradient(gradient.input1, [0.0448, -0.0336], unit: first)
      expectGradient(gradient.input2, [-0.0336, 0.0448], unit: second)
    }
  }

  @Test func equalTinyVectorsHaveTheSameDirection() throws {
    for tiny in [1e-7, 1e-20, 1e-200, 0x1p-1060, .leastNonzeroMagnitude] as [Double] {
      let vector = Tensor<Double>([tiny, -tiny], shape: [1, 2])
      let value = try CosineEmbeddingLoss(reduction: .none)(vector, input2: vector, target: [1]).value()
      #expect(value[0].magnitude < 1e-15, "\(tiny)")
    }
    for tiny in [1e-7, 1e-20, 0x1p-140, .leastNonzeroMagnitude] as [Float] {
      let vector = Tensor<Float>([tiny, -tiny], shape: [1, 2])
      let value = try CosineEmbeddingLoss(reduction: .none)(vector, input2: vector, target: [1]).value()
      #expect(value[0].magnitude < 1e-7, "\(tiny)")
    }
  }

  @Test func zeroVectorHasNoAngle() throws {
    let (zero, vector): (Tensor<Double>, Tensor<Double>) = ([[0, 0]], [[3, 4]])
    for (first, second) in [(zero, vector), (vector, zero), (zero, zero)] {
      for (pairLabel, expected) in [(1.0, 1.0), (-1, 0)] {
        let (value, gradient) = try CosineEmbeddingLoss(reduction: .none)(
          first, input2: second, target: Tensor([pairLabel])
        ).valueWithGradient()
        #expect(value == Tensor([expected]))
        #expect(gradient.input1 == zero && gradient.input2 == zero)
      }
    }
  }

  /// A label that is NaN is no label that counts for nothing.
  @Test func nanLabels() throws {
    let (value, gradient) = try CosineEmbeddingLoss(reduction: .none)(
      [[3, 4], [3, 4]] as Tensor<Float>, input2: [[4, 3], [4, 3]], target: Tensor([.nan, 2])
    ).valueWithGradient()
    #expect(value[0].isNaN && value[1] == 0)
    #expect(gradient.input1[0, .all].scalars.allSatisfy { $0.isNaN })
    #expect(gradient.input1[1, .all] == [0, 0])
  }
}
