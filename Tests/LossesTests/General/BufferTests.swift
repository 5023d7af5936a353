import LossRegistry
import Losses
import Testing

/// A buffer or an upstream of the wrong shape is named, and no buffer is written to.
struct BufferTests {
  /// A verb that writes to buffers.
  enum Writing: CaseIterable {
    case overwriting, accumulating

    func call<S: LossScalar>(
      _ evaluation: ErasedEvaluation<S>, _ buffers: inout Labelled<Tensor<S>>, upstream: Tensor<S>?
    ) throws(LossError) -> Tensor<S> {
      switch self {
      case .overwriting: try evaluation.valueWithGradient(into: &buffers, upstream: upstream)
      case .accumulating: try evaluation.valueWithGradient(addingTo: &buffers, upstream: upstream)
      }
    }
  }

  @Test(arguments: LossRegistry.samples, Writing.allCases)
  func buffersOfAnotherShape(_ sample: LossUnderTest, _ writing: Writing) throws {
    let evaluation = try sample.evaluation(.none)
    for (position, label) in evaluation.labels.enumerated() {
      let shape = sample.arguments[label].shape
      // A single number has no axis to lose.
      for wrong in [shape.inserting(1, axis: 0), shape.dropping(axis: 0), Shape(shape.map { $0 + 1 })]
      where wrong != shape {
        var untouched = evaluation.buffers(repeating: 3, for: sample.arguments)
        untouched[label] = .random(in: 0..<1, wrong, seed: 1)
        let name = evaluation.bufferNames[position]
        try expectError(
          .shapeMismatch(argument: name, shape: wrong, expected: shape),
          "\(name) has shape \(wrong), but \(shape) is needed", evaluation, writing, untouched, upstream: nil)
      }
    }
  }

  /// The upstream is checked before the buffers.
  @Test(arguments: LossRegistry.samples, Writing.allCases)
  func upstreamOfAnotherShape(_ sample: LossUnderTest, _ writing: Writing) throws {
    for (reduction, _) in sample.reductions {
      let evaluation = try sample.evaluation(reduction)
      let shape = reduction == .none ? sample.expected.shape : []
      let wrong = shape.inserting(1, axis: 0)
      let error = LossError.shapeMismatch(argument: "upstream", shape: wrong, expected: shape)
      typealias Verb = (Tensor<Double>?) throws -> Labelled<Tensor<Double>>
      let verbs: [Verb] = [
        evaluation.backward, evaluation.gradients,
        { try evaluation.valueWithGradient(upstream: $0).gradient },
      ]
      for verb in verbs {
        let thrown = #expect(throws: LossError.self) { _ = try verb(.ones(wrong)) }
        #expect(thrown?.withoutHint == error)
      }
      let buffers = evaluation.buffers(repeating: 3, for: sample.arguments)
      let others = buffers.map { Tensor<Double>.ones($1.shape.inserting(1, axis: 0)) }
      for untouched in [buffers, others] {
        try expectError(
          error, "upstream has shape \(wrong), but \(shape) is needed", evaluation, writing, untouched,
          upstream: .ones(wrong))
      }
    }
  }

  private func expectError(
    _ expected: LossError, _ message: String, _ evaluation: ErasedEvaluation<Double>, _ writing: Writing,
    _ untouched: Labelled<Tensor<Double>>, upstream: Tensor<Double>?
  ) throws {
    var buffers = untouched
    let error = #expect(throws: LossError.self) {
      try writing.call(evaluation, &buffers, upstream: upstream)
    }
    #expect(error?.withoutHint == expected)
    #expect(error?.withoutHint.description == message)
    expectSameBits(buffers, untouched)
  }
}
