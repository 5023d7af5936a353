import LossRegistry
import Losses
import Testing

// What holds for the masks and the weights of samples of every loss. Their shape, which each suite tells, is that of the
// elements, samples or positions that they are for.

/// Expects that a mask of this shape which leaves nothing out changes no bit.
func expectNoChange(
  of sample: LossUnderTest, byMaskOf shape: Shape, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  var masked = sample
  masked.arguments.mask = Tensor(repeating: true, shape: shape)
  // With a mask, the weights that a mean is divided by are added up in another order.
  for (reduction, _) in sample.reductions where reduction != .mean || sample.arguments.weight == nil {
    expectSameBits(
      try masked.value(reduction), try sample.value(reduction), "\(reduction)", sourceLocation: sourceLocation
    )
    expectSameBits(
      try masked.gradients(reduction), try sample.gradients(reduction), "\(reduction)",
      sourceLocation: sourceLocation)
  }
}

/// Expects that values and gradients are 0 with a mask of this shape which leaves all out.
///
/// - Parameter meanIsNaN: Whether the mean of nothing is NaN instead.
func expectNothing(
  of sample: LossUnderTest, withMaskOf shape: Shape, meanIsNaN: Bool = false,
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  var masked = sample
  masked.arguments.mask = Tensor(repeating: false, shape: shape)
  for (reduction, _) in sample.reductions {
    let value = try masked.value(reduction)
    let isRight = meanIsNaN && reduction == .mean ? value.item.isNaN : value == .zeros(value.shape)
    #expect(isRight, "\(reduction)", sourceLocation: sourceLocation)
    for (label, gradient) in try masked.gradients(reduction) {
      expectSameBits(
        gradient, .zeros(gradient.shape), "\(label), \(reduction)", sourceLocation: sourceLocation)
    }
  }
}

/// Expects the errors of a mask and of weights of samples that have another shape than this.
func expectShapeErrors(
  of sample: LossUnderTest, insteadOf shape: Shape, sourceLocation: SourceLocation = #_sourceLocation
) {
  let other = Shape([2] + Array(shape))
  func expectError(_ argument: String, _ change: (inout Arguments<Double>) -> Void) {
    var wrong = sample
    change(&wrong.arguments)
    let error = LossError.shapeMismatch(argument: argument, shape: other, expected: shape)
    #expect(throws: error, sourceLocation: sourceLocation) { _ = try wrong.evaluation(.sum) }
  }
  expectError("mask") { $0.mask = Tensor(repeating: true, shape: other) }
  // Losses of elements have weights of elements only.
  if sample.loss.valueUnit == .element { return }
  expectError("sampleWeight") { $0.sampleWeight = .ones(other) }
}
