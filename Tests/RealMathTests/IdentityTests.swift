import LossRegistry
import RealMath
import Testing

@Suite("Identities")
struct IdentityTests {
  @Test("Float")
  func float() {
    var generator = SplitMix64(seed: 1)
    for _ in 0..<1500 { checkIdentities(Float(Double.random(in: -100...100, using: &generator))) }
    for _ in 0..<1500 { checkIdentities(Float(Double.random(in: -4...4, using: &generator))) }
  }

  @Test("Double")
  func double() {
    var generator = SplitMix64(seed: 2)
    for _ in 0..<1500 { checkIdentities(Double.random(in: -700...700, using: &generator)) }
    for _ in 0..<1500 { checkIdentities(Double.random(in: -4...4, using: &generator)) }
  }

  @Test("The exponential does not decrease where its formula changes")
  func monotonicity() {
    for x: Float in [-103.97208, -103.28, -88.02969, -87.33654, -0.34657359, 0, 0.34657359, 88.376, 88.72283]
    {
      checkMonotonicity(around: x)
    }
    for x in [
      -745.1332, -744.44, -709.09, -708.3964, -0.34657359027997, 0, 0.34657359027997, 709.43, 709.78271,
    ] {
      checkMonotonicity(around: x)
    }
  }
}

private func checkIdentities<S: RealScalar>(_ x: S) {
  let tolerance = 5 * S.ulpOfOne
  let positive = softplus(x)
  let negative = softplus(-x)
  #expect(((positive - negative) - x).magnitude <= tolerance * max(positive, negative))
  #expect(logSigmoid(x) == -negative)
  #expect((sigmoid(x) + sigmoid(-x) - 1).magnitude <= tolerance)
  let both = logistic(x)
  #expect(both == (sigmoid(x), positive))
  #expect(logistic(x, expNegatedMagnitude: expNegatedMagnitude(x)) == both)
  #expect(expNegatedMagnitude(x) == exp(-x.magnitude))
  if x.magnitude < 80 {
    #expect((log(exp(x)) - x).magnitude <= tolerance * max(x.magnitude, 1))
    // For a negative x the middle result nears -1, and what it lost there cannot come back.
    if x > 0 { #expect((log1p(expm1(x)) - x).magnitude <= tolerance * x) }
  }
}

private func checkMonotonicity<S: RealScalar>(around x: S) {
  var argument = x
  for _ in 0..<500 { argument = argument.nextDown }
  var last = exp(argument)
  for _ in 0..<1000 {
    argument = argument.nextUp
    let next = exp(argument)
    #expect(next >= last, "at \(argument)")
    last = next
  }
}
