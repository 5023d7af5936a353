import LossRegistry
import Losses
import Testing

/// Every gradient against finite differences of the value.
struct FiniteDifferenceTests {
  @Test(arguments: LossRegistry.samples.filter(\.gradientsAreDerivatives))
  func gradientsAreTheDerivatives(_ sample: LossUnderTest) throws {
    for (reduction, _) in sample.reductions {
      for (label, gradient) in try sample.gradients(reduction) {
        if sample.constants.contains(label) {
          #expect(gradient.scalars.allSatisfy { $0 == 0 }, "\(label), \(reduction)")
        } else {
          expectDerivative(gradient, of: sample, reduction, withRespectTo: label)
        }
      }
    }
  }

  /// The error of differences over four points of distance h = 2⁻¹³, relative to the largest derivative: h⁴/30 of a
  /// derivative of the fifth order, and the rounding of the value divided by h, some 2⁻⁴⁰ of a value that may be a
  /// thousand times as large as its derivatives.
  static let relativeError = 1e-9

  private func expectDerivative(
    _ gradient: Tensor<Double>, of sample: LossUnderTest, _ reduction: Reduction, withRespectTo label: String
  ) {
    let step = 0x1p-13
    let upstream = sample.upstream(reduction)
    let derivatives = Tensor(shape: gradient.shape) { index in
      func value(_ steps: Double) -> Double {
        var moved = sample
        moved.arguments[label][index] += steps * step
        guard let value = try? moved.value(reduction) else { return .nan }
        return zip(value.scalars, upstream.scalars).reduce(0) { $0 + $1.0 * $1.1 }
      }
      return (8 * (value(1) - value(-1)) - (value(2) - value(-2))) / (12 * step)
    }
    #expect(derivatives.scalars.contains { $0 != 0 } || sample.expected.scalars.allSatisfy { $0 == 0 })
    expectClose(gradient, derivatives, relative: Self.relativeError, "\(reduction), with respect to \(label)")
  }
}
