import LossRegistry
import Losses
import Testing

/// What is particular to `CosineDistance`.
struct CosineDistanceTests {
  @Test func isOneLessSimilarity() throws {
    let a = Tensor<Double>.random(in: -1..<1, [6, 5], seed: 96)
    let b = Tensor<Double>.random(in: -1..<1, [6, 5], seed: 97)
    let (distance, gradient) = try CosineDistance()(a, b).valueWithGradient()
    let similarity = try CosineSimilarity()(a, b).valueWithGradient()
    expectClose(distance, similarity.value.map { 1 - $0 }, ulps: 2)
    expectSameBits(gradient.input1, similarity.gradient.input1.map { -$0 })
    expectSameBits(gradient.input2, similarity.gradient.input2.map { -$0 })
    // 10⁻¹² is added to squares of about 1 here, some of them of a tenth.
    let embedding = try CosineEmbeddingLoss(reduction: .none)(a, input2: b, target: .ones([6])).value()
    expectClose(embedding, distance, relative: 1e-11)
  }
}
