import LossRegistry
import Losses
import Testing

/// What is particular to `CosineSimilarity`.
struct CosineSimilarityTests {
  @Test func zeroVectorHasNoAngle() throws {
    let (zero, vector): (Tensor<Double>, Tensor<Double>) = ([[0, 0]], [[3, 4]])
    #expect(try CosineSimilarity()(zero, vector).value() == [0])
  }

  /// An eps that is larger than any vector, infinite or not, takes the cosine of all to 0.
  @Test(arguments: [1e-200, 1e-3, 1, 1e200]) func infiniteEps(_ length: Double) throws {
    let vector = Tensor([length, 0], shape: [1, 2])
    let (value, gradient) = try CosineSimilarity(eps: .infinity)(vector, vector).valueWithGradient()
    #expect(value == [0])
    #expect(gradient.input1 == [[0, 0]] && gradient.input2 == [[0, 0]])
    #expect(try CosineDistance(eps: .infinity)(vector, vector).value() == [1])
  }

  /// Lengths whose squares underflow, and an eps beside them: as 3/4 and 1/4 of it, or a few of it.
  @Test(arguments: [-1000, -600]) func epsOfShortVectors(_ exponent: Int) throws {
    let eps = Double(sign: .plus, exponent: exponent, significand: 1)
    let similarity = CosineSimilarity(eps: eps)
    let short = try similarity(Tensor([[0.75 * eps, 0]]), Tensor([[0.25 * eps, eps]]))
    // ¾ · ¼ over the other length, √17/4
    expectClose(short.value(), [0.18190171877724973], ulps: 4)
    let long = try similarity(Tensor([[2 * eps, 0]]), Tensor([[3 * eps, 3 * eps]]))
    expectClose(long.value(), [0.70710678118654752], ulps: 4)
    expectClose(long.backward().input1 * eps, [[0, 0.35355339059327376]], ulps: 4)
  }

  /// Of parallel vectors, rounding makes many a quotient exceed 1 by some units in the last place.
  @Test func cosinesAreWithinOne() throws {
    let a = Tensor<Double>.random(in: -1..<1, [2000, 5], seed: 98)
    let factors = Tensor<Double>.random(in: 0.1..<7, [2000, 1], seed: 99).broadcast(to: [2000, 5])
    let b = Tensor(zip(a.scalars, factors.scalars).map { $0 * $1 }, shape: a.shape)
    let opposite = b.map { -$0 }
    #expect(try CosineSimilarity()(a, b).value().scalars.allSatisfy { $0 <= 1 })
    #expect(try CosineSimilarity()(a, opposite).value().scalars.allSatisfy { $0 >= -1 })
    #expect(try CosineDistance()(a, b).value().scalars.allSatisfy { $0 >= 0 })
    // Vectors shorter than 10⁻³, to whose squares nothing is added.
    let (short, shortB) = (a.map { $0 * 1e-5 }, b.map { $0 * 1e-5 })
    let embedding = try CosineEmbeddingLoss(reduction: .none)(short, input2: shortB, target: .ones([2000]))
    #expect(embedding.value().scalars.allSatisfy { $0 >= 0 })
  }
}
