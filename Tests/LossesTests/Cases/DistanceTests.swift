import Foundation
import Losses
import Testing

/// Distances and angles where they have no direction, or no room.
struct DistanceTests {
  @Test(arguments: [0.5, 1, 2, 3, .infinity])
  func zeroDistanceHasNoGradient(_ p: Double) throws {
    let vectors = Tensor<Double>.random(in: -1..<1, [2, 3], seed: 81)
    let (value, gradient) = try PairwiseDistance(p: p, eps: 0).valueWithGradient(vectors, vectors)
    #expect(value == [0, 0])
    #expect(gradient.input1 == .zeros([2, 3]) && gradient.input2 == .zeros([2, 3]))

    let triplet = try TripletMarginLoss(p: p, eps: 0, swap: true, reduction: .none).valueWithGradient(
      vectors, positive: vectors, negative: vectors)
    #expect(triplet.value == [1, 1])
    #expect(triplet.gradient.anchor == .zeros([2, 3]))
    #expect(triplet.gradient.positive == .zeros([2, 3]))
    #expect(triplet.gradient.negative == .zeros([2, 3]))
  }

  /// eps is added to the signed difference.
  @Test func epsIsSigned() throws {
    let distance = PairwiseDistance(p: 1, eps: 0.25)
    #expect(try distance([[1, 0]] as Tensor<Double>, [[0, 1]]) == [2])
    #expect(try distance([[0, 0]] as Tensor<Double>, [[1, 1]]) == [1.5])
  }

  @Test func largestDifferencesShareTheGradient() throws {
    let gradient = try PairwiseDistance(p: .infinity, eps: 0).backward(
      [[3, -3, 1]] as Tensor<Double>, [[0, 0, 0]], upstream: [4])
    #expect(gradient.input1 == [[2, -2, 0]])
    #expect(gradient.input2 == [[-2, 2, 0]])
  }

  /// The anchor is as far from the negative as the positive is.
  @Test func tieUnderSwapSplitsTheGradient() throws {
    let loss = TripletMarginLoss(margin: 10, eps: 0, swap: true, reduction: .none)
    let (value, gradient) = try loss.valueWithGradient(
      [[3, 0]] as Tensor<Double>, positive: [[-3, 0]], negative: [[0, 4]])
    #expect(value == [11])
    // d(a, p): (1, 0) and its opposite; half of d(a, n): (0.6, −0.8); half of d(p, n): (−0.6, −0.8).
    expectClose(gradient.anchor, [[0.7, 0.4]], ulps: 2)
    expectClose(gradient.positive, [[-0.7, 0.4]], ulps: 2)
    expectClose(gradient.negative, [[0, -0.8]], ulps: 2)
  }

  /// Distances that lie far apart from their difference: differences of elements in Float would be off by a thousand ulp.
  @Test(arguments: [1, 2, 3, .infinity])
  func triplesFarFromTheAnchor(_ p: Double) throws {
    let anchor = Tensor<Float>(Tensor<Double>.random(in: 1000..<1001, [4, 128], seed: 91))
    let positive = Tensor<Float>(Tensor<Double>.random(in: 0..<1, [4, 128], seed: 92))
    let negative = Tensor<Float>(Tensor<Double>.random(in: 0..<1, [4, 128], seed: 93))
    func distance(_ row: Int, _ other: Tensor<Float>) -> Double {
      let gaps = (0..<128).map { (Double(anchor[row, $0]) - Double(other[row, $0]) + 1e-6).magnitude }
      return p == .infinity ? gaps.max()! : pow(gaps.reduce(0) { $0 + pow($1, p) }, 1 / p)
    }
    let loss = TripletMarginLoss(margin: 200, p: p, reduction: .none)
    let expected = Tensor<Double>(shape: [4]) { 200 + distance($0[0], positive) - distance($0[0], negative) }
    try expectClose(loss(anchor, positive: positive, negative: negative), expected, ulps: 1)
    let pair = try PairwiseDistance(p: p)(anchor, positive)
    expectClose(pair, Tensor<Double>(shape: [4]) { distance($0[0], positive) }, ulps: 1)
  }

  @Test func numbersAreVectorsOfOne() throws {
    let value = try TripletMarginLoss(margin: 5, eps: 0)(
      Tensor<Double>(1), positive: Tensor(3), negative: Tensor(2))
    #expect(value.item == 6)
  }

  /// Vectors of any length that the type holds have the angle that they have.
  @Test(arguments: [-1074, -1060, -700, -200, -60, -20, 20, 60, 200, 700, 1020])
  func cosineAtAnyMagnitude(_ exponent: Int) throws {
    try expectAngle(Double(sign: .plus, exponent: exponent, significand: 1))
  }

  @Test(arguments: [-149, -144, -130, -100, -60, 60, 100, 124])
  func cosineAtAnyMagnitudeOfFloat(_ exponent: Int) throws {
    try expectAngle(Float(sign: .plus, exponent: exponent, significand: 1))
  }

  /// (3, 4) and (4, 3), of that unit or one of them: the cosine is 24/25. What is added to squares of 25 is seen in
  /// Double.
  private func expectAngle<S: LossScalar>(_ unit: S, sourceLocation: SourceLocation = #_sourceLocation) throws
  {
    let (a, b): (Tensor<S>, Tensor<S>) = ([[3, 4]], [[4, 3]])
    for (first, second) in [
      (a.map { $0 * unit }, b.map { $0 * unit }), (a.map { $0 * unit }, b), (a, b.map { $0 * unit }),
    ] {
      let (value, gradient) = try CosineEmbeddingLoss(reduction: .none).valueWithGradient(
        first, input2: second, target: [-1])
      expectClose(
        value, [0.96], ulps: S.self == Float.self ? 1 : 1e-13 / .ulpOfOne, sourceLocation: sourceLocation)
      #expect(value[0].isFinite, sourceLocation: sourceLocation)
      for number in gradient.input1.scalars + gradient.input2.scalars {
        #expect(!number.isNaN, sourceLocation: sourceLocation)
      }
    }
  }

  @Test func equalTinyVectorsHaveTheSameDirection() throws {
    for tiny in [1e-7, 1e-20, 1e-200, 0x1p-1060, .leastNonzeroMagnitude] as [Double] {
      let vector = Tensor<Double>([tiny, -tiny], shape: [1, 2])
      let value = try CosineEmbeddingLoss(reduction: .none)(vector, input2: vector, target: [1])
      #expect(value[0].magnitude < 1e-15, "\(tiny)")
    }
    for tiny in [1e-7, 1e-20, 0x1p-140, .leastNonzeroMagnitude] as [Float] {
      let vector = Tensor<Float>([tiny, -tiny], shape: [1, 2])
      let value = try CosineEmbeddingLoss(reduction: .none)(vector, input2: vector, target: [1])
      #expect(value[0].magnitude < 1e-7, "\(tiny)")
    }
  }

  /// ∂cos/∂a is (b/|b| − cos · a/|a|) / |a|: for (3, 4) and (4, 3), (0.224, −0.168) / 5, by the unit.
  @Test(arguments: [-300, -30, 30, 300])
  func cosineGradientScalesWithTheInverse(_ exponent: Int) throws {
    let unit = Double(sign: .plus, exponent: exponent, significand: 1)
    let gradient = try CosineEmbeddingLoss(reduction: .none).backward(
      Tensor([3 * unit, 4 * unit], shape: [1, 2]), input2: [[4, 3]], target: [-1])
    let expected = Tensor([0.0448 / unit, -0.0336 / unit], shape: [1, 2])
    // 10⁻¹² is added to the square 25 of the second length.
    expectClose(gradient.input1, expected, ulps: 1e-12 / .ulpOfOne)
  }

  @Test func zeroVectorHasNoAngle() throws {
    let (zero, vector): (Tensor<Double>, Tensor<Double>) = ([[0, 0]], [[3, 4]])
    for (first, second) in [(zero, vector), (vector, zero), (zero, zero)] {
      let loss = CosineEmbeddingLoss(reduction: .none)
      for (answer, expected) in [(1.0, 1.0), (-1, 0)] {
        let (value, gradient) = try loss.valueWithGradient(first, input2: second, target: Tensor([answer]))
        #expect(value == Tensor([expected]))
        #expect(gradient.input1 == zero && gradient.input2 == zero)
      }
    }
    #expect(try CosineSimilarity()(zero, vector) == [0])
  }

  @Test func sumOfExponentialsAtTheEnds() throws {
    let input = Tensor<Double>(
      [1000, 1000, -.infinity, -.infinity, .infinity, 1, -.infinity, -1000], shape: [4, 2])
    let value = try LogSumExp(axis: -1)(input)
    expectClose(value, Tensor([1000.693147180559945309, -.infinity, .infinity, -1000]), ulps: 1)
    let gradient = try LogSumExp(axis: -1).backward(input)
    #expect(gradient[0, 0] == 0.5 && gradient[0, 1] == 0.5)
    #expect(gradient[3, 0] == 0 && gradient[3, 1] == 1)
  }
}
