import LossRegistry
import Losses
import RealMath
import Testing

/// Sums of many elements keep the precision of `Double`.
struct SummationTests {
  /// A sum in Float would be off by a thousandth.
  @Test func sumsAreHeldInDouble() throws {
    let input = Tensor<Float>(0.1).broadcast(to: [100_000])
    let sum = try L1Loss(reduction: .sum)(input, target: .zeros([100_000])).value()
    expectSum(sum, 100_000 * Double(0.1 as Float), ulps: 4)
  }

  /// Few large numbers among many small ones, of which each addition in Float would lose something.
  @Test(arguments: [1764, 59_988])
  func sumsOfNumbersOfAllMagnitudes(_ count: Int) throws {
    let exponents = Tensor<Float>(Tensor<Double>.random(in: -8..<8, [count], seed: 5))
    let input = exponents.map { exp($0) }
    let sum = try L1Loss(reduction: .sum)(input, target: .zeros([count])).value()
    expectSum(sum, input.scalars.reduce(0) { $0 + Double($1) }, ulps: 1)
  }

  /// The sums of the upper halves and of the lower ones have room for all their digits, or all that count.
  @Test func longSumsInDouble() throws {
    let count = 1 << 21
    let input = Tensor<Double>.random(in: 0..<1, [count], seed: 6)
    let upper = input.scalars.reduce(0) { $0 + ($1 * 0x1p26).rounded(.down) }
    let lower = input.scalars.reduce(0) { $0 + ($1 * 0x1p26 - ($1 * 0x1p26).rounded(.down)) }
    let sum = try L1Loss(reduction: .sum)(input, target: .zeros([count])).value()
    expectSum(sum, (upper + lower) * 0x1p-26, ulps: 1)
  }

  private func expectSum<S: LossScalar>(
    _ sum: Tensor<S>, _ expected: Double, ulps: Double, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let tolerance = ulps * Double(S.ulpOfOne) * expected.magnitude
    #expect((Double(sum.item) - expected).magnitude <= tolerance, sourceLocation: sourceLocation)
  }
}
