import LossRegistry
import Losses
import Testing

/// What is particular to `NegativeBinomialNLLLoss`. The expected values are the formula's, computed by mpmath with 900
/// digits.
struct NegativeBinomialNLLLossTests {
  struct Element: Sendable {
    var mean: Double
    var dispersion: Double
    var count: Double
    /// The value, and the derivatives with respect to mean, count and dispersion.
    var expected: [Double]

    init(_ mean: Double, _ dispersion: Double, _ count: Double, _ expected: [Double]) {
      (self.mean, self.dispersion, self.count, self.expected) = (mean, dispersion, count, expected)
    }
  }

  private static let elements = [
    Element(3, 0.5, 2, [1.7556204226121818, 0.13333333333333333, 0.17749229043265735, 0.46817040583671307]),
    Element(0.5, 1e-9, 40, [138.54652617703022, -78.9999999605, 4.394474515594789, -760.1249794699173]),
    Element(
      1e6, 1e-7, 1_000_250,
      [7.902891842633753, -0.00022727272727272727, 0.00022778706920169337, 428822.71747084388]),
    Element(1e9, 0.25, 1e9, [20.969847863694904, 0, 9.99999998e-10, 2.0828270750094424]),
    Element(
      2.5, 0.125, 0, [2.175469723869134, 0.7619047619047619, -1.1577726175678202, -2.16566255285783447]),
    Element(
      1e-3, 7, 0, [9.965162480607489e-4, 0.9930486593843098, 11.75558532098606, -4.9536981091986290e-7]),
    Element(
      3e5, 600, 0, [0.03168077902401673, 5.555555524691358e-9, 599.9972617828217, -5.0023520611015543e-5]),
    Element(17, 1e4, 3, [10.310024669860675, 4.844262161779671e-6, 0.3332997230328379, 9.99027983998038e-5]),
    Element(
      100, 2, 0.5, [3.1057289300745123, 0.0049502487562189055, 0.6186931803911485, -0.73174019892385101]),
    Element(4, 0.1, 3.75, [1.769219904898172, 0.04464285714285714, 0.11773237482345582, 1.3866966119583895]),
    Element(
      1e5, 1e-3, 12, [4552.268323517291, 0.00989980198019802, -4.383244353170094, -3613205.8171378616]),
  ]

  /// Counts so far from the mean that quotients of them, and of 1 + αμ and 1 + αt, are next to −1 or to nothing.
  private static let extremes = [
    Element(1, 1, 1e-17, [0.69314718055994532, 0.5, 0.69314718055994531, -0.1931471805599453]),
    Element(
      1000, 0.5, 1e-20, [12.43321220216973, 0.0019960079840319361, -0.99800199733732694, -20.874408436275587]),
    Element(1e10, 0, 1e-7, [9999999999.9999976, 1, -23.603066430348595, -4.9999999999999999e19]),
    Element(
      3, 0.5, 1e17,
      [5.1082562376599031e16, -1.3333333333333333e16, 0.51082562376599067, -7.9999999999999846e16]),
    Element(
      1, 1, 1e30,
      [6.9314718055994532e29, -5.0000000000000001e29, 0.69314718055994531, -5.0000000000000001e29]),
    Element(
      3, 0.5, 1e14, [51082562376568.665, -13333333333332.933, 0.51082562376598068, -79999999999874.012]),
    Element(
      1e-3, 1e4, 1e8, [9531045.6097936099, -9090909090.8181815, 0.095310189803324858, -909.0908089158198]),
    Element(1e-300, 0.5, 1, [690.77552789821371, -1e300, 690.96867507877365, 1e-300]),
  ]

  /// Products with the dispersion that `Double` does not hold.
  private static let overflowing = [
    Element(1e200, 1e200, 3, [461.61563088747727, 0, 0.33333333333333333, 1e-200]),
    Element(1e160, 1e160, 5, [370.0230527914814, 0, 0.2, 1e-160]),
    Element(1e200, 1e200, 0, [9.210340371976183e-198, 0, 1e200, 0]),
    Element(1, 1e160, 0, [3.684136148790473e-158, 1e-160, 1e160, 0]),
    Element(
      3, 1e200, 1e200,
      [921.3673705309516, -0.1111111111111111, 1.3333333333333334e-200, 6.666666666666667e-201]),
    Element(1e200, 1, 1e250, [1e50, -1e-150, 1e-200, -1e50]),
    Element(1e160, 1e155, 1e200, [817.4177080128862, -1e-275, 1e-200, 1e-155]),
    Element(
      1e-200, 1e200, 3,
      [463.6950724291571, -1.5000000000000001e200, 1.0264805138932787, -5.0000000000000006e-201]),
  ]

  /// The Poisson distribution, and what a dispersion that is next to nothing adds.
  private static let poisson = [0, 1e-300, 1e-12].map { dispersion in
    Element(
      3, dispersion, 2,
      [1.4959226032237259 + dispersion / 2, 0.3333333333333333 - dispersion, -0.17582795356964255, 0.5])
  }

  /// 1e-11 of the result, or 1e-13 where addends of the size of 1 cancel: with large dispersions, only in the derivative with
  /// respect to the count.
  @Test(arguments: elements + extremes + overflowing + poisson)
  func valueAndDerivatives(_ element: Element) throws {
    let gradients = try NegativeBinomialNLLLoss()(
      Tensor(element.mean), dispersion: Tensor(element.dispersion), target: Tensor(element.count)
    )
    let results = [gradients.value().item] + gradients.gradients().tensors.map(\.item)
    let isLarge = Self.overflowing.contains { $0.mean == element.mean && $0.dispersion == element.dispersion }
    for (index, (result, expected)) in zip(results, element.expected).enumerated() {
      let least = isLarge && index != 2 ? 0x1p-1052 : 1e-13
      #expect((result - expected).magnitude <= max(1e-11 * expected.magnitude, least), "\(element)")
    }
  }

  /// Counts next to 0, whose loss is as small where the mean is: each value to the last digits.
  @Test(
    arguments: [
      (1e-12, 1, 1e-12, 2.8631021115929048e-11), (1e-12, 0.01, 1e-12, 2.8058813784277841e-11),
      (1e-6, 0.5, 1e-5, 0.00013608663213490771), (1e-3, 1000, 1e-12, 0.00069314818125144827),
      (1e-20, 1, 1e-12, 4.6051701869880913e-11), (1e-12, 1e12, 1e-12, 0.69314718056133159),
      (1, 1, 1e-12, 0.69314718056063846), (1, 1, 1e-300, 0.69314718055994531),
    ] as [(Double, Double, Double, Double)])
  func smallCounts(mean: Double, dispersion: Double, count: Double, expected: Double) throws {
    let value = try NegativeBinomialNLLLoss()(
      Tensor(mean), dispersion: Tensor(dispersion), target: Tensor(count)
    ).value()
    expectClose(value, Tensor(expected), ulps: 16)
    // Beside counts that are not small, reduced or not.
    let loss = NegativeBinomialNLLLoss(reduction: .none)
    let (means, counts) = (Tensor([mean, 3]), Tensor([count, 2]))
    let both = try loss(means, dispersion: Tensor([dispersion, 0.5]), target: counts).valueWithGradient()
    expectClose(both.value, Tensor([expected, 1.7556204226121818]), ulps: 64)
    expectClose(both.gradient[1..<2], [0.13333333333333333], ulps: 16)
  }

  /// Of a mean and a count of 1, the slope is next to 1/α.
  @Test(arguments: [(1e158, 1e-158), (1e165, 1e-165), (5e307, 2e-308), (1.79e308, 1 / 1.79e308)])
  func largeDispersions(_ dispersion: Double, _ expected: Double) throws {
    let gradients = try NegativeBinomialNLLLoss()(
      Tensor(1.0), dispersion: Tensor(dispersion), target: Tensor(1.0)
    ).gradients()
    // The last of them is subnormal.
    let tolerance = max(1e-12 * expected, 4 * Double.leastNonzeroMagnitude)
    #expect((gradients.dispersion.item - expected).magnitude <= tolerance)
  }

  /// In `Float` all but the result has the precision of `Double`.
  @Test(arguments: [(4096.0, 0.25, 4000.0), (2, 0.5, 1), (1024, 0, 1025)])
  func resultsOfFloat(_ mean: Double, _ dispersion: Double, _ count: Double) throws {
    func value<S: LossScalar>(in _: S.Type) throws -> S {
      try NegativeBinomialNLLLoss()(
        Tensor(S(mean)), dispersion: Tensor(S(dispersion)), target: Tensor(S(count))
      ).value().item
    }
    #expect(try value(in: Float.self) == Float(value(in: Double.self)))
  }

  /// No count is certain at the mean 0, and any other impossible.
  @Test func zeroMean() throws {
    let gradients = try NegativeBinomialNLLLoss(reduction: .none)(
      [0, 0, 0] as Tensor<Double>, dispersion: [0.5, 0, 0.5], target: [0, 0, 2])
    #expect(gradients.value() == [0, 0, .infinity])
    #expect(gradients.backward() == [1, 1, -.infinity])
    #expect(gradients.gradients().dispersion[0] == 0)
  }

  /// The gradient with respect to a dispersion for all is the sum over the elements.
  @Test func broadcastDispersion() throws {
    let input: Tensor<Double> = [[1, 2, 3], [4, 5, 6]]
    let target: Tensor<Double> = [[0, 3, 1], [7, 5, 2]]
    let loss = NegativeBinomialNLLLoss(reduction: .sum)
    let each = try loss(input, dispersion: Tensor(0.75).broadcast(to: [2, 3]), target: target).gradients()
    let one = try loss(input, dispersion: Tensor(0.75), target: target).gradients()
    let rows = try loss(input, dispersion: [[0.75], [0.75]], target: target).gradients()
    #expect(one.input == each.input)
    #expect(one.target == each.target)
    expectClose(one.dispersion, Tensor(each.dispersion.scalars.reduce(0, +)), ulps: 4)
    let sums = each.dispersion.scalars
    expectClose(
      rows.dispersion, Tensor([sums[0] + sums[1] + sums[2], sums[3] + sums[4] + sums[5]], shape: [2, 1]),
      ulps: 4)
  }
}
