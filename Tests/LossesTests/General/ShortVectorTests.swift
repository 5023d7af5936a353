import LossRegistry
import Losses
import RealMath
import Testing

/// Euclidean distances, which are computed for all rows of a block at once, against those of a measure that the library
/// knows nothing about, whose rows are computed one by one.
struct ShortVectorTests {
  private struct ForeignDistance: VectorMeasure {
    let distance: PairwiseDistance

    func value<S: RealScalar>(of a: Span<S>, _ b: Span<S>) -> Double { distance.value(of: a, b) }

    func addGradients<S: RealScalar>(
      of a: Span<S>, _ b: Span<S>, scale: Double, to da: inout MutableSpan<S>, _ db: inout MutableSpan<S>
    ) {
      distance.addGradients(of: a, b, scale: scale, to: &da, &db)
    }
  }

  @Test(arguments: [1, 2, 3, 4, 7, 8, 9, 16, 31, 127, 128, 129], [0, 1e-6])
  func rowsHaveTheBitsOfTheFormula(length: Int, eps: Double) throws {
    try expectBitsOfTheFormula(length: length, eps: eps, large: 1e30 as Float, tiny: 1e-30)
    try expectBitsOfTheFormula(length: length, eps: eps, large: 1e200, tiny: 1e-200)
  }

  private func expectBitsOfTheFormula<S: LossScalar>(length: Int, eps: Double, large: S, tiny: S) throws {
    let rows = 13
    func random(_ shape: Shape, seed: UInt64) -> Tensor<S> {
      Tensor(Tensor<Double>.random(in: -1..<1, shape, seed: seed))
    }
    var anchor = random([rows, length], seed: 31)
    var positive = random([rows, length], seed: 32)
    var negative = random([rows, length], seed: 33)
    // The other rows are as most are.
    for element in 0..<length {
      positive[1, element] = anchor[1, element]
      negative[2, element] = anchor[2, element]
      anchor[6, element] *= large
      (anchor[7, element], positive[7, element]) = (anchor[7, element] * tiny, positive[7, element] * tiny)
    }
    anchor[3, 0] = .nan
    positive[4, length - 1] = .infinity
    negative[5, length / 2] = -.infinity
    var upstream = random([rows], seed: 34)
    (upstream[8], upstream[9]) = (0, .infinity)
    var weights = Tensor<S>.ones([rows])
    weights[10] = 0

    let distance = PairwiseDistance(eps: eps)
    let foreign = ForeignDistance(distance: distance)
    let measured = try distance(anchor, positive).valueWithGradient(upstream: upstream)
    let expected = try foreign(anchor, positive).valueWithGradient(upstream: upstream)
    expectSame(measured.value, expected.value)
    expectSame(measured.gradient.input1, expected.gradient.input1)
    expectSame(measured.gradient.input2, expected.gradient.input2)

    let loss = try TripletMarginLoss(eps: eps, reduction: .none)(
      anchor, positive: positive, negative: negative, sampleWeight: weights
    ).valueWithGradient(upstream: upstream)
    let expectedLoss = try TripletMarginWithDistanceLoss(distance: foreign, reduction: .none)(
      anchor, positive: positive, negative: negative, sampleWeight: weights
    ).valueWithGradient(upstream: upstream)
    expectSame(loss.value, expectedLoss.value)
    expectSame(loss.gradient.anchor, expectedLoss.gradient.anchor)
    expectSame(loss.gradient.positive, expectedLoss.gradient.positive)
    expectSame(loss.gradient.negative, expectedLoss.gradient.negative)
  }

  /// Expects the same bits, but for the sign of a NaN, which the compiler chooses.
  private func expectSame<S: LossScalar>(
    _ tensor: Tensor<S>, _ expected: Tensor<S>, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    func unsigned(_ tensor: Tensor<S>) -> Tensor<S> { tensor.map { $0.isNaN ? .nan : $0 } }
    expectSameBits(unsigned(tensor), unsigned(expected), sourceLocation: sourceLocation)
  }
}
