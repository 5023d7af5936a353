import LossRegistry
import Losses
import Testing

/// Values against the plain formulas, with the logarithms and exponentials of the platform.
struct FormulaTests {
  /// The sums in a value have up to 72 terms, each with the error of an exponential and a logarithm: 64 ulp.
  private static let ulps = 64.0

  @Test(arguments: LossRegistry.samples)
  func valueIsThatOfTheFormula(_ sample: LossUnderTest) throws {
    try expectClose(sample.value(.none), sample.expected, ulps: Self.ulps)
  }

  /// With the denominator that the loss states, worked out from the arguments.
  @Test(arguments: LossRegistry.reducedSamples)
  func reductionsDivideTheSum(_ sample: LossUnderTest) throws {
    let sum = sample.expected.scalars.reduce(0, +)
    let scale = sample.expected.scalars.reduce(0) { $0 + $1.magnitude }
    for (reduction, denominator) in sample.reductions where reduction != .none {
      try expectClose(
        sample.value(reduction), Tensor(sum / denominator), ulps: Self.ulps, scale: scale / denominator,
        "\(reduction)")
    }
  }

  @Test(arguments: LossRegistry.reducedSamples)
  func sumIsThatOfNone(_ sample: LossUnderTest) throws {
    let values = try sample.value(.none).scalars
    let scale = values.reduce(0) { $0 + $1.magnitude }
    try expectClose(sample.value(.sum), Tensor(values.reduce(0, +)), ulps: Double(values.count), scale: scale)
  }

  /// The gradients of a reduced loss are those of `sum` divided by the denominator of its value.
  @Test(arguments: LossRegistry.reducedSamples)
  func reductionsDivideTheGradients(_ sample: LossUnderTest) throws {
    let sums = try sample.gradients(.sum)
    for (reduction, denominator) in sample.reductions where reduction != .none {
      for (label, gradient) in try sample.gradients(reduction) {
        expectClose(gradient, sums[label]!.map { $0 / denominator }, ulps: 4, "\(label), \(reduction)")
      }
    }
  }
}
