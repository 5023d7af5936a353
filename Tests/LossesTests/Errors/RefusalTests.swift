import Losses
import Testing

/// What is wrong is refused by every verb, with the error that says so, before anything is written.
struct RefusalTests {
  @Test(arguments: Refusal.all)
  func everyVerbThrowsTheError(_ refusal: Refusal) {
    let (form, arguments, upstream) = (refusal.form, refusal.arguments, refusal.upstream)
    if upstream == nil {
      expectError(refusal) { () throws(LossError) in _ = try form.value(arguments, refusal.reduction) }
    }
    expectError(refusal) { () throws(LossError) in
      _ = try form.backward(arguments, refusal.reduction, upstream: upstream)
    }
    expectError(refusal) { () throws(LossError) in
      _ = try form.valueWithGradient(arguments, refusal.reduction, upstream: upstream)
    }
    expectError(refusal) { () throws(LossError) in
      _ = try form.allGradients(arguments, refusal.reduction, upstream: upstream)
    }

    let untouched = Tensor<Double>.random(in: 0..<1, arguments.input.shape, seed: 1)
    var buffer = untouched
    expectError(refusal) { () throws(LossError) in
      _ = try form.valueWithGradient(arguments, refusal.reduction, upstream: upstream, into: &buffer)
    }
    expectSameBits(buffer, untouched)
  }

  @Test(arguments: Subject.all)
  func bufferOfAnotherShapeIsRefused(_ subject: Subject) {
    let shape = subject.arguments.input.shape
    for wrong in [shape.inserting(1, axis: 0), shape.dropping(axis: 0), Shape(shape.map { $0 + 1 })] {
      let untouched = Tensor<Double>.random(in: 0..<1, wrong, seed: 1)
      var buffer = untouched
      let error = #expect(throws: LossError.self) {
        _ = try subject.form.valueWithGradient(subject.arguments, .none, upstream: nil, into: &buffer)
      }
      #expect(error == .shapeMismatch(argument: "gradient", shape: wrong, expected: shape))
      #expect(error?.description == "gradient has shape \(wrong), but \(shape) is needed")
      expectSameBits(buffer, untouched)
    }
  }

  /// What lies at a bound is not beyond it.
  @Test func boundsAreAllowed() throws {
    let ends: Tensor<Double> = [0, 1, 0, 1, -0.0]
    #expect(try BCELoss(reduction: .none)(ends, target: [0, 1, 1, 0, 0]) == [0, 0, 100, 100, 0])
    #expect(try SmoothL1Loss(beta: 0)([2.0], target: [5]).item == 3)
    #expect(try HuberLoss(delta: .infinity)([2.0], target: [5]).item == 4.5)
    #expect(try SmoothL1Loss(beta: .infinity)([2.0], target: [5]).item == 0)
    for smoothing in [0.0, 1] {
      let value = try CrossEntropyLoss(labelSmoothing: smoothing)(
        Tensor<Double>.zeros([1, 4]), target: [3] as Tensor<Int>)
      expectClose(value, Tensor(2 * 0.693147180559945309), ulps: 4)
    }
  }

  private func expectError(
    _ refusal: Refusal, sourceLocation: SourceLocation = #_sourceLocation,
    _ call: () throws(LossError) -> Void
  ) {
    do {
      try call()
      Issue.record("not refused", sourceLocation: sourceLocation)
    } catch {
      #expect(dumped(error) == dumped(refusal.error), sourceLocation: sourceLocation)
      #expect(error.description == refusal.message, sourceLocation: sourceLocation)
    }
  }
}
