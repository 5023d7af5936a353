import Losses
import RealMath
import Testing

/// A stage is evaluated by the block, and in a block where numbers are exceptional in another way: neither shows.
struct StageTests {
  /// Ordinary numbers, and those that exponentials and logarithms make exceptions for.
  private static let ordinary: [Float] = (0..<1500).map { -6 + 0.008 * Float($0) }
  private static let exceptional: [Float] =
    ordinary + [
      0, -0.0, 100, -100, 1e30, -1e30, 0x1p-130, -0x1p-130, 64, -64, .infinity, -.infinity, .nan,
      .greatestFiniteMagnitude, .leastNonzeroMagnitude,
    ]

  @Test func logistic() throws {
    try check(SoftMarginLoss(reduction: .none), target: [1, -1])
    try check(BCEWithLogitsLoss(reduction: .none), target: [0, 1, 0.3])
    try check(LogCoshLoss(reduction: .none), target: [0, 0.5])
  }

  @Test func logarithms() throws {
    try check(BCELoss(reduction: .none), target: [0, 1, 0.3]) {
      $0.filter { 0...1 ~= $0 } + [0, 1, 1 - 0x1p-24, 0x1p-149, 0x1p-126, 0.5]
    }
    try check(PoissonNLLLoss(logInput: false, reduction: .none), target: [0, 1, 3])
    try check(KLDivLoss(reduction: .none), target: [0, 0.3, 1, 0x1p-130, .infinity])
  }

  @Test func exponentials() throws {
    try check(PoissonNLLLoss(reduction: .none), target: [0, 1, 3])
    try check(PoissonNLLLoss(full: true, reduction: .none), target: [0, 1, 3])
    try check(KLDivLoss(logTarget: true, reduction: .none), target: [0, -1, -100, -.infinity])
  }

  /// Each element has the bits that its terms have by themselves.
  private func check(
    _ loss: some ElementwiseLoss, target targets: [Float], inputs: ([Float]) -> [Float] = { $0 }
  ) throws {
    for input in [inputs(Self.ordinary), inputs(Self.exceptional)] {
      let target = input.indices.map { targets[$0 % targets.count] }
      let terms = zip(input, target).map { loss.terms($0, target: $1) }
      let (value, gradient) = try loss.valueWithGradient(Tensor(input), target: Tensor(target))
      expectSame(value.scalars, terms.map(\.value), input)
      expectSame(gradient.scalars, terms.map(\.inputDerivative), input)
      let both = try loss.gradients(Tensor(input), target: Tensor(target))
      expectSame(both.target.scalars, terms.map(\.targetDerivative), input)
    }
  }

  private func expectSame(
    _ results: [Float], _ expected: [Float], _ input: [Float],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    for index in input.indices where results[index] != expected[index] {
      if results[index].isNaN && expected[index].isNaN { continue }
      Issue.record(
        "at \(input[index]): \(results[index]), not \(expected[index])", sourceLocation: sourceLocation)
    }
  }
}
