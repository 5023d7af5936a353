import LossRegistry
import RealMath
import Testing

@Suite("Powers")
struct PowerTests {
  @Test("Float stays within the documented error")
  func float() throws {
    for row in try Fixture.shared.get().floatPowers() { check(row, bound: 0.51) }
  }

  @Test("Double stays within the documented error")
  func double() throws {
    for row in try Fixture.shared.get().doublePowers() { check(row, bound: 0.85) }
  }

  private func check<S: RealScalar>(_ row: Fixture.Power<S>, bound: Double) {
    let result = pow(row.base, row.exponent)
    let error = (Double((result - row.rounded) / row.rounded.ulp) - row.excess).magnitude
    #expect(error <= bound, "\(row.base) to the power of \(row.exponent)")
  }

  /// As Annex F of the C standard has them.
  @Test("Special values")
  func specialValues() {
    checkSpecialValues(Float.self)
    checkSpecialValues(Double.self)
  }

  @Test("Powers of negative numbers")
  func negativeNumbers() {
    var generator = SplitMix64(seed: 12)
    for _ in 0..<2000 {
      let x = Double.random(in: 0...20, using: &generator)
      let n = Int.random(in: -40...40, using: &generator)
      #expect(pow(-x, Double(n)) == (n.isMultiple(of: 2) ? 1 : -1) * pow(x, Double(n)))
      #expect(pow(-x, Double(n) + 0.25).isNaN)
    }
    #expect(pow(-1, 0x1p52 + 1) == -1)
    #expect(pow(-1, 0x1.fffffffffffffp52) == -1)
    #expect(pow(-1, 0x1p53) == 1)
    #expect(pow(-1, 0x1p52 - 0.5).isNaN)
    #expect(pow(-1, -Double.greatestFiniteMagnitude) == 1)
  }

  @Test("Powers that are numbers are exact")
  func exactPowers() {
    for n in -1074...1023 { #expect(pow(2, Double(n)) == Double(sign: .plus, exponent: n, significand: 1)) }
    for n in -149...127 {
      #expect(pow(2 as Float, Float(n)) == Float(sign: .plus, exponent: n, significand: 1))
    }
    for x in 1...1000 {
      #expect(pow(Double(x), 1) == Double(x))
      #expect(pow(Double(x), 2) == Double(x * x))
      #expect(pow(Double(x), 3) == Double(x * x * x))
      #expect(pow(Double(x * x), 0.5) == Double(x))
    }
  }

  @Test("No bit pattern traps, and only those without a result give NaN")
  func anyBitPattern() {
    var generator = SplitMix64(seed: 13)
    for _ in 0..<20_000 {
      let (x, y) = (Double(bitPattern: generator.next()), Double(bitPattern: generator.next()))
      let hasResult = !x.isNaN && !y.isNaN && (x >= 0 || y == y.rounded() || x == -.infinity)
      #expect(pow(x, y).isNaN == !hasResult, "\(x) to the power of \(y)")
      #expect(!(pow(x.magnitude, y) < 0))
    }
  }
}

private func checkSpecialValues<S: RealScalar>(_: S.Type) {
  let infinity = S.infinity
  let (least, greatest) = (S.leastNonzeroMagnitude, S.greatestFiniteMagnitude)
  let expectations: [(x: S, y: S, power: S)] = [
    (0, 3, 0), (-0.0, 3, -0.0), (0, 2, 0), (-0.0, 2, 0), (0, 0.5, 0), (-0.0, 0.5, 0), (0, infinity, 0),
    (0, -3, infinity), (-0.0, -3, -infinity), (-0.0, -2, infinity), (-0.0, -0.5, infinity),
    (0, -infinity, infinity), (0, least, 0), (0, -least, infinity),
    (infinity, 2, infinity), (infinity, least, infinity), (infinity, -2, 0), (infinity, -least, 0),
    (infinity, infinity, infinity), (infinity, -infinity, 0),
    (-infinity, 3, -infinity), (-infinity, 2, infinity), (-infinity, 0.5, infinity), (-infinity, -3, -0.0),
    (-infinity, -2, 0), (-infinity, -0.5, 0),
    (2, infinity, infinity), (2, -infinity, 0), (0.5, infinity, 0), (0.5, -infinity, infinity),
    (-2, infinity, infinity), (-0.5, infinity, 0), (-1, infinity, 1), (-1, -infinity, 1),
    ((1 as S).nextUp, infinity, infinity), ((1 as S).nextDown, infinity, 0),
    (1, infinity, 1), (1, .nan, 1), (1, -greatest, 1), (.nan, 0, 1), (.nan, -0.0, 1), (infinity, 0, 1),
    (0, 0, 1), (-3, 0, 1), (.nan, 1, .nan), (2, .nan, .nan), (-2, 0.5, .nan), (-greatest, 1.5, .nan),
    (greatest, 2, infinity), (greatest, -2, 0), (greatest, 1, greatest), (least, 1, least), (least, 2, 0),
    (least, -2, infinity), (-greatest, 3, -infinity), (2, greatest, infinity), (2, -greatest, 0),
    (least, least, 1), (greatest, least, 1), (4, 0.5, 2), (-2, 3, -8), (2, -1, 0.5),
  ]
  for (x, y, expected) in expectations {
    let power = pow(x, y)
    let agrees = power == expected && power.sign == expected.sign
    #expect(power.isNaN ? expected.isNaN : agrees, "\(x) to the power of \(y): \(power)")
  }
}
