import LossRegistry
import RealMath
import Testing

/// Against `exp(_:)`, whose error is a millionth of what is allowed here.
@Suite("Coarse exponential")
struct CoarseExponentialTests {
  @Test("The error is what the documentation says")
  func error() {
    var generator = SplitMix64(seed: 11)
    let spans: [ClosedRange<Double>] = [-1...0, -40...0, -708...0]
    for span in spans {
      for _ in 0..<20_000 {
        let x = Double.random(in: span, using: &generator)
        let expected = exp(x)
        #expect(abs(coarseExpNonPositive(x) - expected) <= 0x1.1p-32 * expected, "at \(x)")
      }
    }
  }

  @Test("Special values")
  func specialValues() {
    #expect(coarseExpNonPositive(0) == 1)
    #expect(coarseExpNonPositive(-0.0) == 1)
    #expect(coarseExpNonPositive(-708.73) > 0)
    #expect(coarseExpNonPositive(-708.75) == 0)
    #expect(coarseExpNonPositive(-.infinity) == 0)
    #expect(coarseExpNonPositive(.nan).isNaN)
  }
}
