import LossRegistry
import Losses
import Testing

/// Weights of samples, and masks: what is out counts for nothing, and the rest as by plain arithmetic.
struct WeightAndMaskTests {
  static let samples = LossRegistry.reducedSamples.filter { $0.loss.valueUnit != nil }

  /// The sums in a value have up to 72 terms, each with the error of an exponential and a logarithm.
  private static let ulps = 64.0

  /// Otherwise a new loss would go without. Losses of regions have tests of their own in ``RegionWeightTests``, and those
  /// that compare samples in ``ComparedSampleTests``.
  @Test(arguments: LossRegistry.all.filter { $0.values[0].hasReduction })
  func everyLossWithAReductionHasAUnit(_ registered: RegisteredLoss) {
    let loss = registered.values[0]
    let isElsewhere = loss.comparesSamples || loss is any RegionAdapter || loss is any LovaszAdapter
    // The reference cases and samples of linear cross entropy have weights, and its own tests have masks.
    #expect(loss.valueUnit != nil || isElsewhere || loss is LinearCrossEntropyLoss)
  }

  @Test(arguments: samples)
  func aMaskThatLeavesNothingOutChangesNoBit(_ sample: LossUnderTest) throws {
    try expectNoChange(of: sample, byMaskOf: sample.expected.shape)
  }

  @Test(arguments: samples, [Double.nan, .infinity, -1e300])
  func whatAMaskLeavesOutCountsForNothing(_ sample: LossUnderTest, _ rubbish: Double) throws {
    let count = sample.expected.count
    // The last value counts, or the mean would be that of nothing.
    let isOut = (0..<count).map { $0 % 3 != 1 && $0 < count - 1 }
    var masked = sample
    masked.arguments.mask = Tensor(isOut.map { !$0 }, shape: sample.expected.shape)
    try expectWeighted(masked, isOut.map { $0 ? 0 : 1 }, rubbish, of: sample)
  }

  @Test(arguments: samples.filter { $0.loss.valueUnit != .element })
  func weightsMultiplyTheSamples(_ sample: LossUnderTest) throws {
    let (count, shape) = (sample.expected.count, sample.expected.shape)
    var weights = Tensor<Double>.random(in: 0.1..<3, shape, seed: 41).scalars
    for index in weights.indices.dropLast() where index % 4 == 0 { weights[index] = 0 }
    var weighted = sample
    weighted.arguments.sampleWeight = Tensor(weights, shape: shape)
    try expectWeighted(weighted, weights, .nan, of: sample)

    // With a mask besides, whose samples may have any weight.
    weighted.arguments.sampleWeight = Tensor(
      weights.enumerated().map { $0 % 4 == 1 && $0 < count - 1 ? .nan : $1 }, shape: shape)
    let isIn = (0..<count).map { $0 % 4 != 1 || $0 == count - 1 }
    weighted.arguments.mask = Tensor(isIn, shape: shape)
    try expectWeighted(weighted, zip(weights, isIn).map { $1 ? $0 : 0 }, .nan, of: sample)
  }

  @Test(arguments: samples)
  func nothingIsLeftOfACallThatIsOut(_ sample: LossUnderTest) throws {
    let unit = try #require(sample.loss.valueUnit)
    let all = sample.expected.scalars.map { _ in true }
    var spoiled = sample
    spoiled.arguments = sample.arguments.replacing(all, unit, real: .nan, label: .max)
    try expectNothing(
      of: spoiled, withMaskOf: sample.expected.shape, meanIsNaN: !sample.loss.meanOfNothingIsZero)
  }

  /// Every loss of elements takes a weight for each.
  @Test(
    arguments: samples.filter {
      $0.loss.valueUnit == .element && $0.arguments.weight == nil
        && !$0.loss.meanIgnoresWeights
    })
  func weightsMultiplyTheElements(_ sample: LossUnderTest) throws {
    let weights = Tensor<Double>.random(in: 0.1..<3, sample.expected.shape, seed: 42)
    var weighted = sample
    weighted.arguments.weight = weights
    let values = zip(weights.scalars, sample.expected.scalars).map { $0 * $1 }
    expectClose(try weighted.value(.none), Tensor(values, shape: sample.expected.shape), ulps: Self.ulps)
    let mean = values.reduce(0, +) / weights.scalars.reduce(0, +)
    expectClose(try weighted.value(.mean), Tensor(mean), ulps: Self.ulps)
    let upstream = Tensor<Double>.random(in: -2..<2, sample.expected.shape, seed: 43)
    let product = Tensor(zip(weights.scalars, upstream.scalars).map { $0 * $1 }, shape: upstream.shape)
    let expected = try sample.evaluation(.none).gradients(upstream: product)
    for (label, gradient) in try weighted.evaluation(.none).gradients(upstream: upstream) {
      expectClose(gradient, expected[label]!, ulps: Self.ulps)
    }
  }

  @Test(arguments: samples)
  func shapes(_ sample: LossUnderTest) { expectShapeErrors(of: sample, insteadOf: sample.expected.shape) }

  /// Bytes of a mask that is foreign memory need not be those of `Bool`.
  @Test func masksOfBytes() throws {
    let bytes: [UInt8] = [2, 0, 255, 1]
    let input: Tensor<Double> = [1, 2, 3, 4]
    let sum = try unsafe bytes.withUnsafeBytes { bytes in
      let mask = unsafe Tensor<Bool>(unsafeBorrowingBytes: bytes, shape: [4])
      return try MSELoss(reduction: .sum)(input, target: .zeros([4]), mask: mask).value().item
    }
    #expect(sum == 1 + 9 + 16)
  }

  /// Compares a call whose samples have these weights in effect with the same call without, once what is out has been
  /// replaced.
  private func expectWeighted(
    _ weighted: LossUnderTest, _ weights: [Double], _ rubbish: Double, of sample: LossUnderTest
  ) throws {
    let unit = try #require(sample.loss.valueUnit)
    let shape = sample.expected.shape
    let isOut = weights.map { $0 == 0 }
    var call = weighted
    let own = weighted.arguments.sampleWeight
    call.arguments = call.arguments.replacing(isOut, unit, real: rubbish, label: 1 << 40)
    call.arguments.sampleWeight = own

    let values = zip(weights, sample.expected.scalars).map { $0 == 0 ? 0 : $0 * $1 }
    let found = try call.value(.none)
    expectClose(found, Tensor(values, shape: shape), ulps: Self.ulps)
    for (value, isOut) in zip(found.scalars, isOut) where isOut { #expect(value == 0 && value.sign == .plus) }

    let contributions = meanWeights(sample)
    let denominatorOfMean = zip(weights, contributions).reduce(0) { $0 + $1.0 * $1.1 }
    expectClose(Tensor(contributions.reduce(0, +)), Tensor(sample.meanDenominator!), ulps: 16)
    let sum = values.reduce(0, +)
    for (reduction, denominator) in [
      (Reduction.sum, 1), (.mean, denominatorOfMean), (.batchMean, sample.batch),
    ] {
      let scale = values.reduce(0) { $0 + $1.magnitude } / denominator
      expectClose(
        try call.value(reduction), Tensor(sum / denominator), ulps: Self.ulps, scale: scale, "\(reduction)")
      try expectGradients(
        of: call, try call.evaluation(reduction).gradients(upstream: Tensor(-1.75)), isOut,
        sample, weights.map { -1.75 * $0 / denominator }, "\(reduction)")
    }
    let upstream = Tensor<Double>.random(in: -2..<2, shape, seed: 44)
    let spoiled = Tensor(zip(upstream.scalars, isOut).map { $1 ? rubbish : $0 }, shape: shape)
    try expectGradients(
      of: call, try call.evaluation(.none).gradients(upstream: spoiled), isOut,
      sample, zip(upstream.scalars, weights).map { $0 * $1 }, "none")
  }

  /// Expects the gradients that a call without weights has for an upstream that they are part of, and +0 where all is out.
  private func expectGradients(
    of call: LossUnderTest, _ gradients: Labelled<Tensor<Double>>, _ isOut: [Bool], _ sample: LossUnderTest,
    _ upstream: [Double], _ what: String
  ) throws {
    let unit = try #require(sample.loss.valueUnit)
    let shape = sample.expected.shape
    let plain = try sample.evaluation(.none).gradients(upstream: Tensor(upstream, shape: shape))
    let input = sample.arguments.reals.values[0].shape
    for (label, gradient) in gradients {
      expectClose(gradient, plain[label]!, ulps: Self.ulps)
      guard
        let positions = unit.positions(of: label, gradient.shape, input: input, values: shape),
        positions.joined().count == gradient.count
      else { continue }
      let scalars = gradient.scalars
      for value in isOut.indices where isOut[value] {
        #expect(
          positions[value].allSatisfy { scalars[$0] == 0 && scalars[$0].sign == .plus }, "\(label), \(what)")
      }
    }
  }

  /// What each value adds to the denominator of the mean.
  private func meanWeights(_ sample: LossUnderTest) -> [Double] {
    let arguments = sample.arguments
    let ones = sample.expected.scalars.map { _ in 1.0 }
    switch sample.loss.valueUnit {
    case .element:
      return sample.loss.meanIgnoresWeights ? ones : arguments.weight?.scalars ?? ones
    case .column:
      guard let labels = arguments.integers["target"]?.ints.scalars, !(sample.loss is MultiMarginLoss) else {
        return ones
      }
      let weights = arguments.weight?.scalars
      return labels.map { $0 == ignoreIndex(sample.loss) ? 0 : weights?[$0] ?? 1 }
    case .sequence: return ones.map { _ in sample.meanDenominator! / Double(ones.count) }
    default: return ones
    }
  }

  private func ignoreIndex(_ loss: any Adapter) -> Int? {
    switch loss {
    case let loss as NLLLoss: loss.ignoreIndex
    case let loss as CrossEntropyLoss: loss.ignoreIndex
    case let loss as FocalLoss: loss.ignoreIndex
    case let loss as any ClassLoss: loss.ignoreIndex
    default: nil
    }
  }
}
