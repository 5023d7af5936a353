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
      expectClose(
        value, [0.96], ulps: valueTolerance / Double(S.ulpOfOne), scale: 1, sourceLocation: sourceLocation)
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
