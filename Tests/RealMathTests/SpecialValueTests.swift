import LossRegistry
import RealMath
import Testing

@Suite("Special values")
struct SpecialValueTests {
  @Test("Float", arguments: Function.allCases)
  func float(_ function: Function) {
    checkSpecialValues(of: function, Float.self)
  }

  @Test("Double", arguments: Function.allCases)
  func double(_ function: Function) {
    checkSpecialValues(of: function, Double.self)
  }

  @Test("Float around overflow and underflow")
  func floatThresholds() {
    let overflow: Float = 0x1.62e42ep6
    #expect(exp(overflow).isFinite && exp(overflow) > 0x1.fffp127)
    #expect(exp(overflow.nextUp) == .infinity)
    #expect(expm1(overflow).isFinite && expm1(overflow) > 0x1.fffp127)
    #expect(expm1(overflow.nextUp) == .infinity)
    #expect(exp(-103.97 as Float) == .leastNonzeroMagnitude)
    #expect(exp(-103.98 as Float) == 0)
    #expect(sigmoid(-103.97 as Float) == .leastNonzeroMagnitude)
    #expect(softplus(-103.97 as Float) == .leastNonzeroMagnitude)
    #expect(exp(-90 as Float).isSubnormal && sigmoid(-90 as Float) == exp(-90 as Float))
    #expect(expNonPositive(-87.68 as Float) > 0)
    #expect(expNonPositive(-87.70 as Float) == 0)
  }

  @Test("Double around overflow and underflow")
  func doubleThresholds() {
    let overflow = 0x1.62e42fefa39efp9
    #expect(RealMath.exp(overflow).isFinite && RealMath.exp(overflow) > 0x1.fffp1023)
    #expect(RealMath.exp(overflow.nextUp) == .infinity)
    #expect(RealMath.expm1(overflow).isFinite && RealMath.expm1(overflow) > 0x1.fffp1023)
    #expect(RealMath.expm1(overflow.nextUp) == .infinity)
    #expect(RealMath.exp(-745.13) == .leastNonzeroMagnitude)
    #expect(RealMath.exp(-745.14) == 0)
    #expect(sigmoid(-745.13) == .leastNonzeroMagnitude)
    #expect(softplus(-745.13) == .leastNonzeroMagnitude)
    #expect(RealMath.exp(-720.0).isSubnormal && sigmoid(-720.0) == RealMath.exp(-720.0))
    #expect(expNonPositive(-708.73) > 0)
    #expect(expNonPositive(-708.75) == 0)
  }

  @Test("No bit pattern traps, and only those without a result give NaN", arguments: Function.allCases)
  func anyBitPattern(_ function: Function) {
    var generator = SplitMix64(seed: 7)
    for _ in 0..<4000 {
      let bits = generator.next()
      checkAny(function, Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
      checkAny(function, Double(bitPattern: bits))
    }
  }
}

private func checkAny<S: RealScalar>(_ function: Function, _ x: S) {
  let y = function(x)
  if x.isNaN {
    #expect(y.isNaN)
    return
  }
  switch function {
  case .exp, .softplus: #expect(y >= 0)
  case .expm1: #expect(y >= -1)
  case .expNonPositive: if x <= 0 { #expect(y >= 0 && y <= 1) }
  case .expNegatedMagnitude, .sigmoid: #expect(y >= 0 && y <= 1)
  case .log: #expect(x < 0 ? y.isNaN : !y.isNaN)
  case .log1p: #expect(x < -1 ? y.isNaN : !y.isNaN)
  case .logSigmoid: #expect(y <= 0)
  }
}

private func checkSpecialValues<S: RealScalar>(of function: Function, _: S.Type) {
  let infinity = S.infinity
  let least = S.leastNonzeroMagnitude
  let normal = S.leastNormalMagnitude
  let greatest = S.greatestFiniteMagnitude
  let expectations: [(S, S)] =
    switch function {
    case .exp:
      [
        (0, 1), (-0.0, 1), (infinity, infinity), (-infinity, 0), (greatest, infinity), (-greatest, 0),
        (least, 1), (-least, 1),
      ]
    case .expm1:
      [
        (0, 0), (-0.0, -0.0), (infinity, infinity), (-infinity, -1), (greatest, infinity), (-greatest, -1),
        (least, least), (-least, -least), (normal, normal), (-normal, -normal),
        (normal.nextDown, normal.nextDown),
      ]
    case .expNonPositive:
      [(0, 1), (-0.0, 1), (-infinity, 0), (-greatest, 0), (-least, 1)]
    case .expNegatedMagnitude:
      [
        (0, 1), (-0.0, 1), (infinity, 0), (-infinity, 0), (greatest, 0), (-greatest, 0), (least, 1),
        (-least, 1),
      ]
    case .log:
      [
        (0, -infinity), (-0.0, -infinity), (1, 0), (infinity, infinity), (-infinity, .nan), (-least, .nan),
        (-1, .nan), (-greatest, .nan),
      ]
    case .log1p:
      [
        (0, 0), (-0.0, -0.0), (infinity, infinity), (-infinity, .nan), (-1, -infinity),
        ((-1 as S).nextDown, .nan),
        (-greatest, .nan), (least, least), (-least, -least), (normal, normal), (-normal, -normal),
      ]
    case .sigmoid:
      [
        (0, 0.5), (-0.0, 0.5), (infinity, 1), (-infinity, 0), (greatest, 1), (-greatest, 0), (least, 0.5),
        (-least, 0.5),
      ]
    case .softplus:
      [(infinity, infinity), (-infinity, 0), (greatest, greatest), (-greatest, 0)]
    case .logSigmoid:
      [(infinity, -0.0), (-infinity, -infinity), (greatest, -0.0), (-greatest, -greatest)]
    }
  for (x, expected) in expectations {
    let y = function(x)
    #expect(y.isNaN ? expected.isNaN : y == expected && y.sign == expected.sign, "at \(x): \(y)")
  }
  for x in [S.nan, -S.nan, S.signalingNaN] {
    #expect(function(x).isNaN)
  }
}
