import Losses
import Testing

/// Buffers for gradients by several tensors: the one that does not fit is named, and none is written to.
struct BufferTests {
  @Test(arguments: [0, 1])
  func pairs(_ position: Int) {
    let ranking = RankingForm { MarginRankingLoss(reduction: $0) }
    let embedding = EmbeddingForm { CosineEmbeddingLoss(reduction: $0) }
    let measure = MeasureForm(measure: CosineDistance())
    let name = ["gradient.input1", "gradient.input2"][position]
    expectRefusal(ranking, answers: [2, 3], count: 2, position, name)
    expectRefusal(embedding, answers: [2], count: 2, position, name)
    expectRefusal(measure, answers: nil, count: 2, position, name)
  }

  @Test(arguments: [0, 1, 2])
  func triplets(_ position: Int) {
    let form = TripletForm { TripletMarginLoss(reduction: $0) }
    let name = ["gradient.anchor", "gradient.positive", "gradient.negative"][position]
    expectRefusal(form, answers: [2, 3], count: 3, position, name)
  }

  private func expectRefusal(
    _ form: some TensorsForm, answers: Shape?, count: Int, _ position: Int, _ name: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let tensor = Tensor<Double>.ones([2, 3])
    let tensors = [tensor, tensor] + (answers.map { [.ones($0)] } ?? [])
    for wrong in [[3], [3, 2], [2, 3, 1]] as [Shape] {
      var untouched = Array(repeating: Tensor<Double>.random(in: 0..<1, [2, 3], seed: 1), count: count)
      untouched[position] = .random(in: 0..<1, wrong, seed: 2)
      var buffers = untouched
      let error = #expect(throws: LossError.self, sourceLocation: sourceLocation) {
        _ = try form.valueWithGradients(tensors, .none, upstream: nil, into: &buffers)
      }
      #expect(
        error == .shapeMismatch(argument: name, shape: wrong, expected: [2, 3]),
        sourceLocation: sourceLocation)
      for (buffer, before) in zip(buffers, untouched) {
        expectSameBits(buffer, before, sourceLocation: sourceLocation)
      }
    }
  }
}
