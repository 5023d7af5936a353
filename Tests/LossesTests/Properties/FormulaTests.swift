import Losses
import Testing

/// Values against the formulas as one writes them down, with the logarithms and exponentials of the platform.
struct FormulaTests {
  /// The sums in a value have up to 72 terms, each with the error of an exponential and a logarithm: 64 ulp.
  private static let ulps = 64.0

  @Test(arguments: Subject.all)
  func valueIsThatOfTheFormula(_ subject: Subject) throws {
    try expectClose(subject.value(.none), subject.expected, ulps: Self.ulps)
  }

  /// With the denominator that the loss states, worked out from the arguments.
  @Test(arguments: Subject.losses)
  func reductionsDivideTheSum(_ subject: Subject) throws {
    let sum = subject.expected.scalars.reduce(0, +)
    let scale = subject.expected.scalars.reduce(0) { $0 + $1.magnitude }
    for (reduction, denominator) in subject.reductions where reduction != .none {
      try expectClose(
        subject.value(reduction), Tensor(sum / denominator), ulps: Self.ulps, scale: scale / denominator,
        "\(reduction)")
    }
  }

  @Test(arguments: Subject.losses)
  func sumIsThatOfNone(_ subject: Subject) throws {
    let values = try subject.value(.none).scalars
    let scale = values.reduce(0) { $0 + $1.magnitude }
    try expectClose(
      subject.value(.sum), Tensor(values.reduce(0, +)), ulps: Double(values.count), scale: scale)
  }

  /// What a reduced loss has for gradients is those of `sum` divided by the same denominator as its value.
  @Test(arguments: Subject.losses)
  func reductionsDivideTheGradients(_ subject: Subject) throws {
    let sums = try subject.gradients(.sum)
    for (reduction, denominator) in subject.reductions where reduction != .none {
      for (gradient, sum) in try zip(subject.gradients(reduction), sums) {
        expectClose(gradient, sum.map { $0 / denominator }, ulps: 4, "\(reduction)")
      }
    }
  }
}
