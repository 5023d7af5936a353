import LossRegistry
import Losses
import Testing

/// What is particular to `CosineSimilarity`.
struct CosineSimilarityTests {
  @Test func zeroVectorHasNoAngle() throws {
    let (zero, vector): (Tensor<Double>, Tensor<Double>) = ([[0, 0]], [[3, 4]])
    #expect(try CosineSimilarity()(zero, vector).value() == [0])
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
