import RealMath
import Testing

/// Expected values come from arithmetic with 500 bits.
@Suite("Gamma functions")
struct GammaTests {
  struct Row: Sendable {
    let argument: Double
    let logGamma: Double
    let digamma: Double

    init(_ argument: Double, _ logGamma: Double, _ digamma: Double) {
      (self.argument, self.logGamma, self.digamma) = (argument, logGamma, digamma)
    }
  }

  private static let rows = [
    Row(1e-30, 69.077552789821370437, -9.9999999999999991666e+29),
    Row(0.001, 6.9071788853838536617, -1000.5755719318102797),
    Row(0.25, 1.2880225246980774574, -4.2274535333762654081),
    Row(0.5, 0.57236494292470008707, -1.9635100260214234794),
    Row(1, 0, -0.57721566490153286061),
    Row(1.25, -0.098271836421813161464, -0.22745353337626540809),
    Row(1.4616321449683622, -0.1214862905358496081, -9.2412655217294275168e-17),
    Row(2, 0, 0.42278433509846713939),
    Row(2.5, 0.28468287047291915963, 0.70315664064524318723),
    Row(3.75, 1.4868155785934170555, 1.1825373886117962286),
    Row(9.999, 12.799575780077413715, 2.2516474172057353142),
    Row(10, 12.801827480081469611, 2.2517525890667211076),
    Row(12.5, 18.734347511936445702, 2.4851956512749120482),
    Row(100, 359.13420536957539878, 4.6001618527380874002),
    Row(1_000_000, 12815504.56914761166, 13.815510057964190771),
    Row(1e30, 6.8077552789821371894e+31, 69.07755278982137054),
  ]

  @Test("Double stays within the documented error", arguments: rows)
  func double(_ row: Row) {
    let logGamma = RealMath.logGamma(row.argument)
    #expect((logGamma - row.logGamma).magnitude <= max(2.5 * row.logGamma.ulp, 3e-14))
    let digamma = RealMath.digamma(row.argument)
    #expect((digamma - row.digamma).magnitude <= max(3 * row.digamma.ulp, 5e-15))
  }

  /// Of the arguments that Float has.
  @Test(
    "Float gives the nearest number", arguments: rows.filter { Double(Float($0.argument)) == $0.argument })
  func float(_ row: Row) {
    let logGamma = RealMath.logGamma(Float(row.argument))
    #expect(logGamma == Float(row.logGamma) || logGamma.magnitude < 3e-14)
    #expect(RealMath.digamma(Float(row.argument)) == Float(row.digamma))
  }

  @Test(
    "x − log(1 + x) does not cancel",
    arguments: [
      (-0.999, 5.9087552789821361648), (-0.5, 0.19314718055994530942), (-0.29, 0.052490308946775938544),
      (-0.1, 0.0053605156578263018443), (-1e-09, 5.0000000033333339586e-19),
      (1e-12, 4.9999999999966664655e-25), (1e-05, 4.9999666669166654847e-11),
      (0.03, 0.00044119775845559723504), (0.25, 0.026856448685790244234), (0.41, 0.066410295609923082718),
      (0.5, 0.094534891891835618022), (3, 1.6137056388801093812), (1e9, 999999979.27673416205),
    ])
  func minusLog1p(_ x: Double, _ expected: Double) {
    #expect((RealMath.minusLog1p(x) - expected).magnitude <= 8 * expected.ulp)
  }

  @Test(
    "The slope of Stirling's rest next to 0",
    arguments: [
      (0.11, -0.083233073767727465), (3, -0.059269054594744070), (1e20, -5e-21), (1e158, -5e-159),
      (1e200, -5e-201), (1.79e308, -0.5 / 1.79e308),
      (.greatestFiniteMagnitude, -0.5 / .greatestFiniteMagnitude),
    ])
  func stirlingSlope(_ reciprocal: Double, _ expected: Double) {
    let slope = RealMath.stirlingSlope(ofReciprocal: reciprocal)
    #expect((slope - expected).magnitude <= max(1e-12 * expected.magnitude, 4 * Double.leastNonzeroMagnitude))
  }

  @Test("Special values")
  func specialValues() {
    for x in [0.0, -0.0, .infinity] { #expect(logGamma(x) == .infinity) }
    for x in [-1.0, -0.5, -.infinity, .nan] {
      #expect(logGamma(x).isNaN)
      #expect(digamma(x).isNaN)
    }
    #expect(digamma(0.0) == -.infinity)
    #expect(digamma(-0.0) == -.infinity)
    #expect(digamma(Double.infinity) == .infinity)
    #expect(RealMath.minusLog1p(0.0) == 0)
    #expect(RealMath.minusLog1p(-1.0) == .infinity)
    #expect(RealMath.minusLog1p(Double.infinity) == .infinity)
    #expect(RealMath.minusLog1p(-1.5).isNaN)
    #expect(RealMath.minusLog1p(-Double.infinity).isNaN)
    #expect(RealMath.minusLog1p(Double.nan).isNaN)
  }
}
