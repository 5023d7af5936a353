import LossRegistry
import Losses
import Testing

/// Weights and masks of losses that compare the samples of a batch with each other: a sample that is out is not there.
struct ComparedSampleTests {
  static let samples = LossRegistry.reducedSamples.filter(\.loss.comparesSamples)

  /// Similarities are sums in another order, with an error of some ulp of 1, which the temperature multiplies by up to 5.
  /// Exponentials pass it on to sums of up to 10 of them.
  private static let ulps = 64.0

  /// The arguments that have a row for each sample.
  private static let batched: Set = ["input", "input1", "input2", "query", "positive", "target"]

  @Test(arguments: samples)
  func aMaskThatLeavesNothingOutChangesNoBit(_ sample: LossUnderTest) throws {
    try expectNoChange(of: sample, byMaskOf: [count(sample)])
  }

  @Test(arguments: samples, [Double.nan, .infinity, -1e300])
  func whatIsOutIsNotInTheBatch(_ sample: LossUnderTest, _ rubbish: Double) throws {
    let count = count(sample)
    let kept = (0..<count).filter { $0 % 3 != 1 }
    var masked = spoiled(sample, but: kept, by: rubbish)
    masked.arguments.mask = Tensor((0..<count).map { kept.contains($0) })
    try expect(masked, toBe: only(kept, of: sample), kept, kept.map { _ in 1 }, count)
  }

  @Test(arguments: samples)
  func weightsMultiplyTheSamples(_ sample: LossUnderTest) throws {
    let count = count(sample)
    let kept = (0..<count).filter { $0 % 4 != 2 }
    let drawn = Tensor<Double>.random(in: 0.1..<3, [count], seed: 45).scalars
    var weighted = spoiled(sample, but: kept, by: .nan)
    weighted.arguments.sampleWeight = Tensor((0..<count).map { kept.contains($0) ? drawn[$0] : 0 })
    try expect(weighted, toBe: only(kept, of: sample), kept, kept.map { drawn[$0] }, count)
  }

  /// A mean depends on the ratios of the weights alone, also where their sum or its inverse is out of range.
  @Test(arguments: samples, [-1070, -600, 600, 1022])
  func equalWeightsOfAnyMagnitude(_ sample: LossUnderTest, _ exponent: Int) throws {
    let weight = Double(sign: .plus, exponent: exponent, significand: 1)
    var weighted = sample
    weighted.arguments.sampleWeight = Tensor(repeating: weight, shape: [count(sample)])
    expectClose(try weighted.value(.mean), try sample.value(.mean), ulps: Self.ulps)
    let expected = try sample.gradients(.mean)
    for (label, gradient) in try weighted.gradients(.mean) {
      expectClose(gradient, expected[label]!, ulps: Self.ulps, label)
    }
  }

  @Test(arguments: samples)
  func nothingIsLeftOfACallThatIsOut(_ sample: LossUnderTest) throws {
    var spoiled = spoiled(sample, but: [], by: .nan)
    // Vectors that all samples are compared with may be anything, too.
    spoiled.arguments.reals = spoiled.arguments.reals.map {
      $1.rank == 2 ? Tensor(repeating: Double.nan, shape: $1.shape) : $1
    }
    try expectNothing(of: spoiled, withMaskOf: [count(sample)])
  }

  @Test(arguments: samples)
  func shapes(_ sample: LossUnderTest) { expectShapeErrors(of: sample, insteadOf: [count(sample)]) }

  /// Compares a call with that of the samples which count, whose values have these weights.
  private func expect(
    _ call: LossUnderTest, toBe rest: LossUnderTest, _ kept: [Int], _ weights: [Double], _ count: Int
  ) throws {
    let views = call.expected.count / count
    let positions = (0..<views).flatMap { view in kept.map { view * count + $0 } }
    let own = (0..<views).flatMap { _ in weights }
    let values = zip(own, try rest.value(.none).scalars).map { $0 * $1 }
    let found = try call.value(.none).scalars
    expectClose(Tensor(positions.map { found[$0] }), Tensor(values), ulps: Self.ulps)
    for index in found.indices where !positions.contains(index) {
      #expect(found[index] == 0 && found[index].sign == .plus)
    }
    // Of the samples of these losses, only those of SupCon may have a value that the mean leaves out.
    let labels = rest.arguments.integers["target"]?.ints.scalars
    let counted = own.indices.filter { index in
      labels.map { labels in labels.count { $0 == labels[index] } > 1 } ?? true
    }
    let mean = values.reduce(0, +) / counted.reduce(0) { $0 + own[$1] }
    expectClose(try call.value(.mean), Tensor(mean), ulps: Self.ulps)

    let upstream = Tensor<Double>.random(in: -2..<2, call.expected.shape, seed: 46).scalars
    let spoiled = upstream.indices.map { positions.contains($0) ? upstream[$0] : .nan }
    let product = Tensor(zip(own, positions).map { $0 * upstream[$1] })
    let expected = try rest.evaluation(.none).gradients(upstream: product)
    for (label, gradient) in try call.evaluation(.none).gradients(upstream: Tensor(spoiled)) {
      guard Self.batched.contains(label) else {
        expectClose(gradient, expected[label]!, ulps: Self.ulps, label)
        continue
      }
      expectClose(rows(kept, of: gradient), expected[label]!, ulps: Self.ulps, label)
      let others = rows((0..<count).filter { !kept.contains($0) }, of: gradient)
      expectSameBits(others, .zeros(others.shape), label)
    }
  }

  private func count(_ sample: LossUnderTest) -> Int { sample.arguments.reals.values[0].shape[0] }

  private func rows<T>(_ rows: [Int], of tensor: Tensor<T>) -> Tensor<T> {
    var shape = tensor.shape
    shape[0] = rows.count
    return Tensor(shape: shape) { index in
      var place = index
      place[0] = rows[index[0]]
      return tensor[place]
    }
  }

  /// The same call with the samples that are kept alone.
  private func only(_ kept: [Int], of sample: LossUnderTest) -> LossUnderTest {
    var rest = sample
    rest.arguments.reals = sample.arguments.reals.map {
      Self.batched.contains($0) ? rows(kept, of: $1) : $1
    }
    rest.arguments.integers = sample.arguments.integers.map { rows(kept, of: $1.ints) }
    return rest
  }

  /// The same call with another number in all samples but those that are kept.
  private func spoiled(_ sample: LossUnderTest, but kept: [Int], by rubbish: Double) -> LossUnderTest {
    var call = sample
    call.arguments.reals = sample.arguments.reals.map { label, tensor in
      guard Self.batched.contains(label) else { return tensor }
      return Tensor(shape: tensor.shape) { kept.contains($0[0]) ? tensor[$0] : rubbish }
    }
    return call
  }
}
