import Losses
import Testing

/// Every gradient against finite differences of the value.
struct FiniteDifferenceTests {
  @Test(arguments: Subject.all)
  func gradientIsTheDerivative(_ subject: Subject) throws {
    for (reduction, _) in subject.reductions {
      let gradients = try subject.gradients(reduction)
      expectDerivative(gradients[0], of: subject, reduction, by: \.input)
      guard gradients.count > 1 else { continue }
      expectDerivative(gradients[1], of: subject, reduction, by: \.self.target!)
    }
  }

  /// The gradients that come together are those that come alone.
  @Test(arguments: Subject.all)
  func gradientByInputComesAloneToo(_ subject: Subject) throws {
    for (reduction, _) in subject.reductions {
      let alone = try subject.form.backward(
        subject.arguments, reduction, upstream: subject.upstream(reduction))
      try expectSameBits(subject.gradients(reduction)[0], alone, "\(reduction)")
    }
  }

  /// Differences over four points have an error of h⁴ and a derivative of the fifth order, and the rounding error of
  /// the value divided by h: 1e-8 of the largest derivative is far above both.
  private func expectDerivative(
    _ gradient: Tensor<Double>, of subject: Subject, _ reduction: Reduction,
    by argument: WritableKeyPath<Arguments<Double>, Tensor<Double>>
  ) {
    let step = 0x1p-13
    let upstream = subject.upstream(reduction)
    let derivatives = Tensor(shape: gradient.shape) { index in
      func value(_ steps: Double) -> Double {
        var arguments = subject.arguments
        arguments[keyPath: argument][index] += steps * step
        guard let value = try? subject.form.value(arguments, reduction) else { return .nan }
        return zip(value.scalars, upstream.scalars).reduce(0) { $0 + $1.0 * $1.1 }
      }
      return (8 * (value(1) - value(-1)) - (value(2) - value(-2))) / (12 * step)
    }
    #expect(derivatives.scalars.contains { $0 != 0 } || subject.expected.scalars.allSatisfy { $0 == 0 })
    expectClose(gradient, derivatives, ulps: 1e-8 / .ulpOfOne, "\(reduction) by \(argument)")
  }
}
