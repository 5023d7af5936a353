import LossRegistry
import RealMath
import Testing

/// Both steps together are the function, to the bit, and the masks tell where the first one will do.
@Suite("Steps")
struct StepTests {
  @Test("Float")
  func float() {
    // The last ones lie between two multiples of ln 2, as exactly as a Float can.
    checkExponential(Float.self, others: [0.34657359, 1.0397208, 2.4260151])
    checkNonPositive(Float.self)
    checkLogarithm(Float.self)
  }

  @Test("Double")
  func double() {
    checkExponential(Double.self, others: [0.34657359027997264, 1.0397207708399179, 2.426015131959808])
    checkNonPositive(Double.self)
    checkLogarithm(Double.self)
  }

  @Test("The logarithm of one more, between 0 and 1, stays within the documented error")
  func logarithmOfOneMore() throws {
    for row in try Fixture.shared.get().float(.log1p) where 0...1 ~= row.argument {
      #expect(error(log1pOfUnit(row.argument), row) <= 1.42, "at \(row.argument)")
    }
    for row in try Fixture.shared.get().double(.log1p) where 0...1 ~= row.argument {
      #expect(error(log1pOfUnit(row.argument), row) <= 1.33, "at \(row.argument)")
    }
  }

  @Test("A selection is one of both, whatever the other one is")
  func selection() {
    #expect(select(true, 1.5, Float.nan) == 1.5)
    #expect(select(false, Float.infinity, -0.0).sign == .minus)
    #expect(select(true, Double.nan, 1).isNaN)
    #expect(select(false, 1, -Double.infinity) == -.infinity)
  }
}

private func checkExponential<S: RealScalar>(_: S.Type, others: [S]) {
  var generator = SplitMix64(seed: 3)
  let randoms = (0..<2000).map { _ in S(Double.random(in: -44...43, using: &generator)) }
  for x in randoms + others + others.map(-) + [0, -0.0, .leastNonzeroMagnitude] {
    #expect(ExponentialSteps<S>.suffices(ExponentialSteps(near: x).mark), "at \(x)")
    #expect(ExponentialSteps(near: x).value == exp(x), "at \(x)")
  }
  for x: S in [45, -45, 1000, .greatestFiniteMagnitude, .infinity, -.infinity, .nan, -.nan] {
    #expect(!ExponentialSteps<S>.suffices(ExponentialSteps(near: x).mark), "at \(x)")
    let value = ExponentialSteps(remainder: 0, power: exp(x)).value
    #expect(value == exp(x) || x.isNaN && value.isNaN, "at \(x)")
  }
}

private func checkNonPositive<S: RealScalar>(_: S.Type) {
  var generator = SplitMix64(seed: 5)
  let randoms = (0..<2000).map { _ in S(Double.random(in: -100...0, using: &generator)) }
  for x in randoms + [0, -0.0, -1000, -.infinity, .nan] {
    let first = NonPositiveExponentialSteps(x)
    let value = NonPositiveExponentialSteps(fraction: first.fraction, shifted: first.shifted).value
    let expected = expNonPositive(x)
    #expect(value == expected || x.isNaN && value.isNaN && expected.isNaN, "at \(x)")
  }
}

private func checkLogarithm<S: RealScalar>(_: S.Type) {
  var generator = SplitMix64(seed: 4)
  for _ in 0..<2000 {
    let x = exp(S(Double.random(in: -44...44, using: &generator)))
    let steps = LogarithmSteps(ordinary: x)
    #expect(LogarithmSteps<S>.suffices(steps.mark), "at \(x)")
    #expect(steps.value == log(x), "at \(x)")
    #expect(LogarithmSteps(x).value == log(x), "at \(x)")
  }
  let exceptions: [S] = [
    0, -0.0, -1, -.infinity, .infinity, .nan, -.nan, .leastNonzeroMagnitude, .leastNormalMagnitude.nextDown,
    -.leastNonzeroMagnitude, -.greatestFiniteMagnitude,
  ]
  for x in exceptions {
    #expect(!LogarithmSteps<S>.suffices(LogarithmSteps(ordinary: x).mark), "at \(x)")
    let value = LogarithmSteps(x).value
    #expect(value == log(x) || value.isNaN && log(x).isNaN, "at \(x)")
  }
}

/// By how many ulps the result differs from the exact one.
private func error<S: RealScalar>(_ result: S, _ row: Fixture.Row<S>) -> Double {
  (Double((result - row.rounded) / row.rounded.ulp) - row.excess).magnitude
}
