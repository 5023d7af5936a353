import LossRegistry
import Losses
import Testing

/// An invalid call throws the error that says what is wrong, before anything is written. What it says that was probably
/// meant is the business of `HintTests`.
struct InvalidCallTests {
  @Test(arguments: InvalidCall.all.filter { $0.upstream == nil })
  func theCallThrows(_ call: InvalidCall) {
    expectError(call) { () throws(LossError) in
      _ = try call.loss.evaluation(of: call.arguments, call.reduction)
    }
  }

  @Test(arguments: InvalidCall.all.filter { $0.upstream != nil })
  func everyVerbThrows(_ call: InvalidCall) throws {
    let upstream = call.upstream
    let evaluation = try call.loss.evaluation(of: call.arguments, call.reduction)
    expectError(call) { () throws(LossError) in _ = try evaluation.backward(upstream: upstream) }
    expectError(call) { () throws(LossError) in _ = try evaluation.valueWithGradient(upstream: upstream) }
    expectError(call) { () throws(LossError) in _ = try evaluation.gradients(upstream: upstream) }

    let untouched = Labelled(
      labels: evaluation.labels,
      values: evaluation.labels.map { Tensor<Double>.random(in: 0..<1, call.arguments[$0].shape, seed: 1) })
    var buffers = untouched
    expectError(call) { () throws(LossError) in
      _ = try evaluation.valueWithGradient(into: &buffers, upstream: upstream)
    }
    expectSameBits(buffers, untouched)
    expectError(call) { () throws(LossError) in
      _ = try evaluation.valueWithGradient(addingTo: &buffers, upstream: upstream)
    }
    expectSameBits(buffers, untouched)
  }

  /// Otherwise a new loss would go without.
  @Test func everyLossHasInvalidCalls() {
    let losses = Set(InvalidCall.all.map { $0.loss.typeName })
    for loss in LossRegistry.all { #expect(losses.contains(loss.typeName), "\(loss)") }
  }

  /// The bounds of an interval belong to it.
  @Test func boundsAreAllowed() throws {
    let ends: Tensor<Double> = [0, 1, 0, 1, -0.0]
    #expect(try BCELoss(reduction: .none)(ends, target: [0, 1, 1, 0, 0]).value() == [0, 0, 100, 100, 0])
    #expect(try SmoothL1Loss(beta: 0)([2.0], target: [5]).value().item == 3)
    #expect(try HuberLoss(delta: .infinity)([2.0], target: [5]).value().item == 4.5)
    #expect(try SmoothL1Loss(beta: .infinity)([2.0], target: [5]).value().item == 0)
    for smoothing in [0.0, 1] {
      let loss = CrossEntropyLoss(labelSmoothing: smoothing)
      let value = try loss(Tensor<Double>.zeros([1, 4]), target: [3] as Tensor<Int>).value()
      expectClose(value, Tensor(2 * 0.693147180559945309), ulps: 4)
    }
  }

  private func expectError(
    _ call: InvalidCall, sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () throws(LossError) -> Void
  ) {
    do {
      try body()
      Issue.record("does not throw", sourceLocation: sourceLocation)
    } catch {
      #expect(error.withoutHint.dumped == call.error.dumped, sourceLocation: sourceLocation)
      #expect(error.withoutHint.description == call.message, sourceLocation: sourceLocation)
    }
  }
}
