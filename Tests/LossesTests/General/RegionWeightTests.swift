import LossRegistry
import Losses
import Testing

/// Weights and masks of losses of regions: a position of weight w counts as w positions.
struct RegionWeightTests {
  static let samples = LossRegistry.reducedSamples.filter {
    $0.loss is any RegionAdapter || $0.loss is any LovaszAdapter
  }

  /// Sums of up to 18 copies differ by up to 9 ulp from what they are to be, in both calls. A value is a quotient of two of
  /// them to a power of up to 1.5: some 60 ulp, and the rest is room.
  private static let valueUlps = 1024.0
  /// A slope has three of them, and the gradient of a softmax is a difference of slopes that are several times as large.
  private static let gradientUlps = 4096.0

  @Test(arguments: samples)
  func aMaskThatLeavesNothingOutChangesNoBit(_ sample: LossUnderTest) throws {
    try expectNoChange(of: sample, byMaskOf: Positions(of: sample).shape)
  }

  /// What is out may hold anything, and so may its target.
  @Test(arguments: samples)
  func weightsRepeatPositions(_ sample: LossUnderTest) throws {
    let positions = Positions(of: sample)
    let copies = positions.copies
    var weighted = positions.spoiled(sample, where: copies.map { $0 == 0 })
    weighted.arguments.sampleWeight = Tensor(copies.map { Double($0) }, shape: positions.shape)
    try expect(weighted, toBe: sample, repeating: copies)

    // With a mask besides, what is out may have any weight.
    weighted.arguments.sampleWeight = Tensor(
      copies.map { $0 == 0 ? .nan : Double($0) }, shape: positions.shape)
    weighted.arguments.mask = Tensor(copies.map { $0 > 0 }, shape: positions.shape)
    try expect(weighted, toBe: sample, repeating: copies)
  }

  /// Without smoothing, only the ratios of the weights matter.
  @Test(arguments: samples)
  func weightsMayBeFractions(_ sample: LossUnderTest) throws {
    var sample = sample
    if var loss = sample.loss as? any RegionAdapter {
      loss.smoothing = 0
      sample.loss = loss
    }
    let positions = Positions(of: sample)
    var weighted = sample
    weighted.arguments.sampleWeight = Tensor(
      positions.copies.map { 0.375 * Double($0) }, shape: positions.shape)
    try expect(weighted, toBe: sample, repeating: positions.copies)
  }

  @Test(arguments: samples)
  func nothingIsLeftOfACallThatIsOut(_ sample: LossUnderTest) throws {
    let positions = Positions(of: sample)
    let spoiled = positions.spoiled(sample, where: positions.copies.map { _ in true })
    try expectNothing(of: spoiled, withMaskOf: positions.shape)
  }

  @Test(arguments: samples)
  func shapes(_ sample: LossUnderTest) {
    expectShapeErrors(of: sample, insteadOf: Positions(of: sample).shape)
  }

  /// Compares a call with that whose positions are repeated, and whose gradients are added up over the copies.
  private func expect(
    _ weighted: LossUnderTest, toBe sample: LossUnderTest, repeating copies: [Int]
  ) throws {
    let positions = Positions(of: sample)
    let rest = positions.repeated(sample, copies)
    let upstream = Tensor<Double>.random(in: -2..<2, sample.expected.shape, seed: 47)
    expectClose(try weighted.value(.none), try rest.value(.none), ulps: Self.valueUlps)
    let found = try weighted.evaluation(.none).gradients(upstream: upstream)
    let expected = try rest.evaluation(.none).gradients(upstream: upstream)
    for (label, gradient) in found {
      expectClose(
        gradient, positions.gathered(expected[label]!, copies, shape: gradient.shape),
        ulps: Self.gradientUlps)
      for (element, position) in positions.ofElements(of: gradient.shape).enumerated()
      where copies[position] == 0 {
        let scalar = gradient.scalars[element]
        #expect(scalar == 0 && scalar.sign == .plus)
      }
    }
  }
}

/// The positions of the regions of a call: along all axes but that of the classes.
private struct Positions {
  let shape: Shape
  private let samples: Int
  private let count: Int

  init(of sample: LossUnderTest) {
    let input = sample.arguments.input.shape
    let isBinary = (sample.loss as? any RegionAdapter)?.mode == .binary || sample.loss is LovaszHingeLoss
    shape =
      isBinary
      ? sample.arguments.integers["target"]?.shape ?? sample.arguments.target.shape
      : input.dropping(axis: 1)
    samples = input[0]
    count = shape.elementCount / samples
  }

  /// How often each position is there: the same number of copies in each sample, and not the same positions.
  var copies: [Int] {
    (0..<samples).flatMap { sample in (0..<count).map { [2, 0, 1, 3, 1][($0 + sample) % count % 5] } }
  }

  /// For each element of an argument, its position.
  func ofElements(of shape: Shape) -> [Int] {
    let size = shape.elementCount / samples
    return (0..<shape.elementCount).map { $0 / size * count + $0 % size % count }
  }

  /// The same call with rubbish at some positions.
  func spoiled(_ sample: LossUnderTest, where isOut: [Bool]) -> LossUnderTest {
    func spoiled<T>(_ tensor: Tensor<T>, by rubbish: T) -> Tensor<T> {
      Tensor(
        zip(tensor.scalars, ofElements(of: tensor.shape)).map { isOut[$1] ? rubbish : $0 },
        shape: tensor.shape)
    }
    var call = sample
    call.arguments.reals = sample.arguments.reals.map { spoiled($1, by: .nan) }
    call.arguments.integers = sample.arguments.integers.map { spoiled($1.ints, by: 1 << 40) }
    return call
  }

  /// The same call with copies of its positions, along one axis.
  func repeated(_ sample: LossUnderTest, _ copies: [Int]) -> LossUnderTest {
    func repeated<T>(_ tensor: Tensor<T>) -> Tensor<T> {
      let (scalars, positions) = (tensor.scalars, ofElements(of: tensor.shape))
      let rows = tensor.count / count
      let repeated = scalars.indices.flatMap {
        Array(repeating: scalars[$0], count: copies[positions[$0]])
      }
      let shape: Shape =
        rows == samples && tensor.rank <= self.shape.count
        ? [samples, repeated.count / samples] : [samples, rows / samples, repeated.count / rows]
      return Tensor(repeated, shape: shape)
    }
    var call = sample
    call.arguments.reals = sample.arguments.reals.map { repeated($1) }
    call.arguments.integers = sample.arguments.integers.map { repeated($1.ints) }
    return call
  }

  /// A gradient of repeated positions, added up over the copies.
  func gathered(_ gradient: Tensor<Double>, _ copies: [Int], shape: Shape) -> Tensor<Double> {
    var rest = gradient.scalars[...]
    let sums = ofElements(of: shape).map { position in
      let own = rest.prefix(copies[position])
      rest = rest.dropFirst(copies[position])
      return own.reduce(0, +)
    }
    return Tensor(sums, shape: shape)
  }
}
