import LossEngine
import Testing

/// Numbers for the probabilities of paths.
struct LatticeNumberTests {
  @Test(
    arguments: [
      (1, 1023, 0x1p1023), (0x1p-1074, 2023, 0x1p949), (0x1p1000, -2022, 0x1p-1022), (1, 2100, .infinity),
      (0x1p-800, 3000, .infinity), (1, -2100, 0), (0x1p800, -3000, 0), (0, 2100, 0),
    ] as [(Double, Double, Double)])
  func doublesTimesPowersOfTwo(_ number: Double, _ exponent: Double, _ expected: Double) {
    #expect(number.multiplied(byTwoTo: exponent) == expected)
  }
}
