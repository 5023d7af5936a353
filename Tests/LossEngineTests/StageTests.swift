import LossRegistry
import Losses
import RealMath
import Testing

/// A stage is evaluated by the block, and in a block with exceptional numbers in another way. Neither shows in the results:
/// they have the bits of the plain formula of each element.
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
    try check(LogisticErrorLoss(reduction: .none), target: [0, 0.5])
  }

  @Test func logarithms() throws {
    try check(BCELoss(reduction: .none), target: [0, 1, 0.3]) {
      $0.filter { 0...1 ~= $0 } + [0, 1, 1 - 0x1p-24, 0x1p-149, 0x1p-126, 0.5]
    }
    try check(PoissonNLLLoss(logInput: false, reduction: .none), target: [0, 1, 3]) { x, t in
      let rate = max(min(x, .greatestFiniteMagnitude), -.greatestFiniteMagnitude)
      let logRate = LogarithmStage.values(at: x + 1e-8).logarithm
      return ElementwiseTerms(
        value: t == 0 || x == .infinity ? x : x - t * logRate,
        inputDerivative: (rate - t + 1e-8) / (rate + 1e-8),
        targetDerivative: -logRate
      )
    }
    try check(KLDivLoss(reduction: .none), target: [0, 0.3, 1, 0x1p-130, .infinity]) { x, p in
      let logarithm = LogarithmStage.values(at: p).logarithm
      let d = logarithm - x
      return ElementwiseTerms(
        value: p == 0 ? 0 : p * d, inputDerivative: -p, targetDerivative: p == 0 ? logarithm : d + 1)
    }
  }

  @Test func exponentials() throws {
    func poisson(_ x: Float, _ t: Float) -> ElementwiseTerms<Float> {
      let rate = ExponentialStage.values(at: x).exponential
      return ElementwiseTerms(
        value: t == 0 || rate == .infinity ? rate : rate - t * x, inputDerivative: rate - t,
        targetDerivative: -x)
    }
    try check(PoissonNLLLoss(reduction: .none), target: [0, 1, 3], terms: poisson)
    try check(PoissonNLLLoss(full: true, reduction: .none), target: [0, 1, 3]) { x, t in
      var terms = poisson(x, t)
      // Stirling's approximation, with log 2π, or nothing.
      let logTarget = log(t)
      terms.value += t > 1 ? t * logTarget - t + (logTarget + 1.8378770664093453) / 2 : 0
      terms.targetDerivative += t > 1 ? logTarget + 1 / (2 * t) : 0
      return terms
    }
    try check(KLDivLoss(logTarget: true, reduction: .none), target: [0, -1, -100, -.infinity]) { x, t in
      let p = ExponentialStage.values(at: t).exponential
      let value = p == 0 ? 0 : p * (t - x)
      return ElementwiseTerms(value: value, inputDerivative: -p, targetDerivative: value + p)
    }
  }

  private func check(
    _ loss: some ElementwiseLoss & Adapter, target: [Float], inputs: ([Float]) -> [Float] = { $0 }
  ) throws {
    try check(loss, target: target, inputs: inputs) { loss.terms($0, target: $1) }
  }

  /// Expects each element to have the bits that its terms have by themselves.
  private func check(
    _ loss: some Adapter, target targets: [Float], inputs: ([Float]) -> [Float] = { $0 },
    terms: (_ x: Float, _ t: Float) -> ElementwiseTerms<Float>
  ) throws {
    for input in [inputs(Self.ordinary), inputs(Self.exceptional)] {
      let target = input.indices.map { targets[$0 % targets.count] }
      let terms = zip(input, target).map(terms)
      let arguments = Arguments(input: Tensor(input), target: Tensor(target))
      let evaluation = try loss.evaluation(of: arguments, .none)
      let gradients = try evaluation.gradients(upstream: nil)
      expectSame(evaluation.value().scalars, terms.map(\.value), input)
      expectSame(gradients["input"]!.scalars, terms.map(\.inputDerivative), input)
      expectSame(gradients["target"]!.scalars, terms.map(\.targetDerivative), input)
      let alone = try evaluation.backward(upstream: nil)
      expectSame(alone["input"]!.scalars, terms.map(\.inputDerivative), input)
    }
  }

  /// Expects the same bits, the sign of zeros included. Two NaN may differ.
  private func expectSame(
    _ results: [Float], _ expected: [Float], _ input: [Float],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    for index in input.indices where results[index].bitPattern != expected[index].bitPattern {
      if results[index].isNaN && expected[index].isNaN { continue }
      Issue.record(
        "at \(input[index]): \(results[index]), not \(expected[index])", sourceLocation: sourceLocation)
    }
  }
}
