import Losses
import Testing

/// Numbers of write-ups, as PyTorch 2.13 prints them for Double.
struct PrintedValueTests {
  private let scores: Tensor<Double> = [[0.3, 0.7], [0.5, 0.5]]

  private func expectPrinted(
    _ value: Tensor<Double>, _ expected: Double, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    expectClose(value, Tensor(expected), ulps: 4, scale: 1, sourceLocation: sourceLocation)
  }

  @Test func margins() throws {
    try expectPrinted(
      MultiLabelMarginLoss()([[0.9, 0.2, 0.4, 0.8]], target: [[3, 0, -1, -1]] as Tensor<Int>), 0.45)
    try expectPrinted(SoftMarginLoss()(scores, target: [[-1, 1], [1, -1]]), 0.6764238154285496)
    try expectPrinted(MultiMarginLoss()(scores, target: [1, 0] as Tensor<Int>), 0.4)
    try expectPrinted(MultiMarginLoss()(scores, target: [0, 1] as Tensor<Int>), 0.6)
  }

  /// The input is no log-probabilities: the divergence is negative.
  @Test func divergence() throws {
    let input: Tensor<Double> = [[0.5, 0.3, 0.2], [0.2, 0.3, 0.5]]
    let target: Tensor<Double> = [[0.9, 0.05, 0.05], [0.1, 0.7, 0.2]]
    try expectPrinted(KLDivLoss()(input, target: target), -0.33353604066513004)
    try expectPrinted(KLDivLoss(reduction: .batchMean)(input, target: target), -1.0006081219953902)
    try expectPrinted(KLDivLoss(reduction: .sum)(input, target: target), -2.0012162439907804)
  }

  @Test func embeddings() throws {
    try expectPrinted(HingeEmbeddingLoss()([[1, 0.8, 0.5]], target: [[1, 1, -1]]), 0.7666666666666666)
    let first: Tensor<Double> = [[0.3, 0.5, 0.7], [0.3, 0.5, 0.7]]
    let second: Tensor<Double> = [[0.1, 0.3, 0.5], [0.1, 0.3, 0.5]]
    try expectPrinted(CosineEmbeddingLoss()(first, input2: second, target: [1, -1]), 0.5)
    let values = try CosineEmbeddingLoss(reduction: .none)(first, input2: second, target: [1, -1])
    expectClose(values, [0.01666204771940993, 0.98333795228059007], ulps: 4)
  }
}
