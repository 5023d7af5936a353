import Foundation
import LossRegistry
import Losses
import Testing

/// What is particular to `PairwiseDistance`.
struct PairwiseDistanceTests {
  @Test(arguments: [0.5, 1, 2, 3, .infinity])
  func zeroDistanceHasNoGradient(_ p: Double) throws {
    let vectors = Tensor<Double>.random(in: -1..<1, [2, 3], seed: 81)
    let (value, gradient) = try PairwiseDistance(p: p, eps: 0)(vectors, vectors).valueWithGradient()
    #expect(value == [0, 0])
    #expect(gradient.input1 == .zeros([2, 3]) && gradient.input2 == .zeros([2, 3]))
  }

  /// eps is added to the signed difference.
  @Test func epsIsSigned() throws {
    let distance = PairwiseDistance(p: 1, eps: 0.25)
    #expect(try distance([[1, 0]] as Tensor<Double>, [[0, 1]]).value() == [2])
    #expect(try distance([[0, 0]] as Tensor<Double>, [[1, 1]]).value() == [1.5])
  }

  @Test func largestDifferencesShareTheGradient() throws {
    let gradient = try PairwiseDistance(p: .infinity, eps: 0)([[3, -3, 1]] as Tensor<Double>, [[0, 0, 0]])
      .backward(upstream: [4])
    #expect(gradient.input1 == [[2, -2, 0]])
    #expect(gradient.input2 == [[-2, 2, 0]])
  }

  /// Norms whose powers overflow or underflow. With a and b the two differences, ‖d‖ₚ = a·(1 + (b/a)ᵖ)^(1/p), which is a
  /// to the last bit where (b/a)ᵖ is below 2⁻⁶⁰.
  @Test(
    arguments: [
      (324, [0.1, 0.05], 0.1), (487, [4.3, 1], 4.3), (600, [5, -7], 7), (1e6, [3, 2], 3),
      (2, [3e200, 4e200], 5e200), (2, [3e-200, -4e-200], 5e-200), (3, [1e-150, 0], 1e-150),
      (0.5, [1e-300, 1e-300], 4e-300),
    ] as [(Double, [Double], Double)])
  func normsAtAnyMagnitude(_ p: Double, _ differences: [Double], _ expected: Double) throws {
    let distance = try PairwiseDistance(p: p, eps: 0)(Tensor(differences), .zeros([2])).value()
    expectClose(distance, Tensor(expected), ulps: 4)
  }

  /// A power of two changes the exponent of a norm only. mpmath computed the expected values with 40 digits.
  @Test(
    arguments: [(2.5, 12.445442579914719283), (2.7, 12.326528572139930937), (3, 12.207054953820638155)],
    [-1000, -300, -30, 0, 30, 300, 1000] as [Int])
  func normsAreAccurateAtAnyMagnitude(_ norm: (p: Double, expected: Double), _ exponent: Int) throws {
    let scale = Double(sign: .plus, exponent: exponent, significand: 1)
    let differences = Tensor([3 * scale, -4 * scale, 12 * scale])
    let distance = try PairwiseDistance(p: norm.p, eps: 0)(differences, .zeros([3])).value()
    expectClose(distance, Tensor(norm.expected * scale), ulps: 3)
  }

  @Test(arguments: [0.5, 1, 2, 2.5, 3, .infinity], [1e30, 1e-40, 7])
  func normsInOneDimension(_ p: Double, _ difference: Double) throws {
    let (value, gradient) = try PairwiseDistance(p: p, eps: 0)(Tensor([difference]), .zeros([1]))
      .valueWithGradient()
    #expect(value.item == difference)
    #expect(gradient.input1 == [1])
  }

  /// With one difference much larger than the other, the gradient is that of the larger one.
  @Test func gradientsOfLargePowers() throws {
    let gradient = try PairwiseDistance(p: 400, eps: 0)([0.05, -0.1] as Tensor<Float>, .zeros([2])).backward()
    #expect(gradient.input1 == [0, -1])
    #expect(gradient.input2 == [0, 1])
  }

  /// The p-th power of a rounded quotient would be wrong by p times its error. Two equal differences have slopes of
  /// 2^(−(p − 1)/p).
  @Test(
    arguments: [
      (100, 0.50347777502835940), (1e4, 0.50003465856018828), (1e12, 0.50000000000034657),
      (1e15, 0.50000000000000035), (1e16, 0.5), (1e300, 0.5),
    ] as [(p: Double, slope: Double)], [-1000, 0, 1000])
  func gradientsOfAnyPower(_ expected: (p: Double, slope: Double), _ exponent: Int) throws {
    let difference = Double(sign: .plus, exponent: exponent, significand: 3)
    let distance = try PairwiseDistance(p: expected.p, eps: 0)(
      Tensor([difference, -difference]), .zeros([2]))
    expectClose(distance.backward().input1, Tensor([expected.slope, -expected.slope]), ulps: 4)
  }

  /// A difference that is less than the largest by 2⁻⁴⁰ of it: for p = 2⁴⁰ its power is nearly 1/e of the largest one's.
  /// mpmath computed the expected values with 40 digits.
  @Test func gradientsOfNearlyEqualDifferences() throws {
    let gradient = try PairwiseDistance(p: 0x1p40, eps: 0)(
      Tensor([3, 3 * (1 - 0x1p-40), 1]), Tensor<Double>.zeros([3])
    ).backward()
    expectClose(gradient.input1, [0.73105857863030257, 0.26894142137022694, 0], ulps: 8)
  }

  /// The difference of the first elements is not a `Float`, and far larger than that of the second.
  @Test(arguments: [1, 2, 3, .infinity], [0, 1, 10] as [Float])
  func gradientsOfDifferencesBeyondTheType(_ p: Double, _ upstream: Float) throws {
    let (a, b): (Tensor<Float>, Tensor<Float>) = ([[3e38, 1]], [[-3e38, 0]])
    let gradient = try PairwiseDistance(p: p, eps: 0)(a, b).backward(upstream: Tensor([upstream]))
    let small = p == 1 ? upstream : p == 2 ? Float(Double(upstream) / (2 * Double(3e38 as Float))) : 0
    #expect(gradient.input1 == Tensor([[upstream, small]]))
    #expect(gradient.input2 == Tensor([[-upstream, -small]]))
  }

  /// No `Double` holds the distance, and none the difference of the first elements.
  @Test(arguments: [1, 2, 3, .infinity])
  func gradientsOfDistancesBeyondAnyType(_ p: Double) throws {
    let (a, b): (Tensor<Double>, Tensor<Double>) = ([[1.5e308, 1e308]], [[-1.5e308, -0.5e308]])
    let (value, gradient) = try PairwiseDistance(p: p, eps: 0)(a, b).valueWithGradient()
    #expect(value == [.infinity])
    // The differences are as 2 to 1.
    let norm = p == 1 ? 3 : p == 2 ? 5.0.squareRoot() : p == 3 ? pow(9, 1 / 3.0) : 2
    let slopes = p == 1 ? [1, 1] : p == .infinity ? [1, 0] : [pow(2 / norm, p - 1), pow(1 / norm, p - 1)]
    expectClose(gradient.input1, Tensor([slopes]), ulps: 4)
    expectClose(gradient.input2, Tensor([slopes.map { -$0 }]), ulps: 4)
  }

  @Test(arguments: [0.5, 1, 1.5, 2, 3, 400, .infinity])
  func gradientsOfOneInfiniteDifference(_ p: Double) throws {
    let (value, gradient) = try PairwiseDistance(p: p, eps: 0)(
      [[1, -.infinity, 0]] as Tensor<Double>, [[3, 7, 0]]
    ).valueWithGradient()
    #expect(value == [.infinity])
    // The slope (|d| / ∞)^(p − 1).
    let finite = p < 1 ? -Double.infinity : p == 1 ? -1 : 0
    #expect(gradient.input1 == Tensor([[finite, -1, 0]]))
    #expect(gradient.input2 == Tensor([[-finite, 1, 0]]))
  }

  @Test(arguments: [1, 2, 3, .infinity])
  func gradientsOfSeveralInfiniteDifferences(_ p: Double) throws {
    let gradient = try PairwiseDistance(p: p, eps: 0)(
      [.infinity, 1, -.infinity] as Tensor<Float>, .zeros([3])
    ).backward()
    let slopes = gradient.input1.scalars
    switch p {
    case 1: #expect(slopes == [1, 1, -1])
    case .infinity: #expect(slopes == [0.5, 0, -0.5])
    default: #expect(slopes[0].isNaN && slopes[1] == 0 && slopes[2].isNaN)
    }
  }

  @Test(arguments: [0.0, -1, .nan])
  func powersThatAreNone(_ p: Double) {
    #expect(throws: LossError.self) { try PairwiseDistance(p: p)([1] as Tensor<Float>, [0]) }
  }

  /// A finite difference that is out of range is no part of one that is infinite.
  @Test func finiteBesideInfinite() throws {
    let gradient = try PairwiseDistance()([.infinity, 1e308] as Tensor<Double>, [0, -1e308]).backward()
    #expect(gradient.input1 == [1, 0] && gradient.input2 == [-1, 0])
  }

  /// For a small p, all powers are nearly 1.
  @Test func tinyPowers() throws {
    expectClose(
      try PairwiseDistance(p: 1e-17, eps: 0)([5, 0] as Tensor<Double>, [0, 0]).value(), Tensor(5), ulps: 1)
    // (5ᵖ + 3ᵖ)^(1/p), by mpmath with 60 digits.
    let distance = try PairwiseDistance(p: 0.005, eps: 0)([5, 3] as Tensor<Double>, [0, 0]).value()
    expectClose(distance, Tensor(6.2246593758474298261e+60), ulps: 256)
  }
}
