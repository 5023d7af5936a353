import Foundation
import LossRegistry
import Losses
import Testing

/// Means of batches that are split among workers.
struct PartialMeanTests {
  /// The mean of a part is rounded as a quotient, to its type, and as a product with its denominator, and that of all
  /// parts twice more: half an ulp each, beside the two roundings of the whole.
  private static let valueUlps = 4.0
  /// The gradient of a part is rounded with the scale of the part and with its upstream, which is rounded itself.
  private static let gradientUlps = 8.0

  /// A batch with a loss, and slices of it.
  private func expectAgreement<S: LossScalar>(
    _ whole: some Evaluation<S, Tensor<S>, some Sendable>,
    _ parts: [some Evaluation<S, Tensor<S>, some Sendable>],
    _ comment: String
  ) throws {
    let means = try parts.map { try $0.partialMean().sent() }
    var all = means.last!
    for mean in means.dropLast() { all.merge(mean) }
    expectClose(Tensor(S(all.value)), Tensor<Double>(whole.value()), ulps: Self.valueUlps, comment)
    let gradients = try zip(parts, means).map { try $0.backward(upstream: all.upstream(of: $1)) }
    let rows = gradients.map { $0.shape[0] }
    let ranges = rows.indices.map { index in
      let first = rows[..<index].reduce(0, +)
      return first..<first + rows[index]
    }
    expectClose(
      Tensor(joining: gradients, at: ranges, along: 0), Tensor<Double>(whole.backward()),
      ulps: Self.gradientUlps, comment)
  }

  private static let slices = [0..<5, 5..<5, 5..<6, 6..<20]

  @Test func crossEntropyWithWeights() throws {
    let input = Tensor<Double>.random(in: -5..<5, [20, 7], seed: 1)
    let labels = Tensor<Int>.random(in: 0..<7, [20], seed: 2).map { $0 == 3 ? -100 : $0 }
    let weight = Tensor<Double>.random(in: 0.1..<3, [7], seed: 3)
    let loss = CrossEntropyLoss(labelSmoothing: 0.1)
    try expectAgreement(
      loss(input, target: labels, weight: weight),
      Self.slices.map { try loss(input[$0], target: labels[$0], weight: weight) }, "cross entropy")
    let half = Tensor<Float>(input)
    try expectAgreement(
      loss(half, target: labels), Self.slices.map { try loss(half[$0], target: labels[$0]) }, "in Float")
  }

  @Test func otherLosses() throws {
    let (input, target) = (
      Tensor<Double>.random(in: 0.01..<1, [20, 3], seed: 1),
      Tensor<Double>.random(in: 0.01..<1, [20, 3], seed: 2)
    )
    let weight = Tensor<Double>.random(in: 0.1..<3, [20, 3], seed: 3)
    try expectAgreement(
      MSELoss()(input, target: target, weight: weight),
      Self.slices.map { try MSELoss()(input[$0], target: target[$0], weight: weight[$0]) }, "MSE")
    try expectAgreement(
      KLDivLoss(reduction: .batchMean)(input, target: target),
      Self.slices.map { try KLDivLoss(reduction: .batchMean)(input[$0], target: target[$0]) }, "batchMean")
    let labels = Tensor<Int>.random(in: 0..<3, [20], seed: 4)
    try expectAgreement(
      MultiMarginLoss()(input, target: labels),
      Self.slices.map { try MultiMarginLoss()(input[$0], target: labels[$0]) }, "margins")
  }

  /// Every registered loss tells what its mean divides by; that of `CTCLoss` is a mean of values that are divided before.
  /// Sums of weights have up to 24 addends, in another order.
  @Test(
    arguments: LossRegistry.samples.filter {
      $0.loss.hasReduction && $0.meanDenominator != nil && !($0.loss is CTCLoss)
    })
  func denominators(_ sample: LossUnderTest) throws {
    for (reduction, denominator) in sample.reductions {
      let found = try sample.evaluation(reduction).denominator
      expectClose(Tensor(found), Tensor(denominator), ulps: 8, "\(reduction)")
    }
  }

  @Test func everyOrderHasTheSameBits() throws {
    var generator = SplitMix64(seed: 1)
    let parts = try (0..<100).map { index in
      try PartialMean(
        Tensor(Double.random(in: -1...1, using: &generator) * pow(10, Double(index % 30) - 15)),
        denominator: Double.random(in: 0.1..<10, using: &generator))
    }
    var first = parts[0]
    for part in parts.dropFirst() { first.merge(part) }
    for _ in 0..<20 {
      var groups = parts.shuffled(using: &generator)
      while groups.count > 1 {
        let last = groups.removeLast()
        groups[Int.random(in: 0..<groups.count, using: &generator)].merge(last)
      }
      #expect(groups[0] == first)
      #expect(groups[0].value.bitPattern == first.value.bitPattern)
      #expect(try groups[0].sent() == first)
    }
  }

  /// Expected values by exact rational arithmetic, rounded once.
  @Test func sumsAreExact() throws {
    func sum(_ numbers: [Double]) throws -> Double {
      try numbers.dropFirst().reduce(into: PartialMean(Tensor(numbers[0]), denominator: 1)) {
        $0.merge(try PartialMean(Tensor($1), denominator: 1))
      }.sum
    }
    #expect(try sum([1e100, 1, -1e100]) == 1)
    #expect(try sum([1e16, 1, 1e-16]) == 1e16 + 2)
    #expect(try sum([1e16, 1, -1e-16]) == 1e16)
    #expect(try sum([-1e16, -1, -1e-16]) == -1e16 - 2)
    #expect(try sum([0.1, 0.2, 0.3, -0.6]) == 2.7755575615628914e-17)
    #expect(try sum([1, -1]) == 0)
    #expect(try sum([.infinity, 1]) == .infinity)
    #expect(try sum([1, .infinity, -.infinity]).isNaN)
    #expect(try sum([.nan, .infinity]).isNaN)
  }

  @Test func partsInWhichNothingCounts() throws {
    let loss = try CrossEntropyLoss()(Tensor<Float>.zeros([1, 3]), target: [-100] as Tensor<Int>)
    let mine = try loss.partialMean()
    #expect(mine.value.isNaN)
    #expect(mine.sum == 0)
    #expect(mine.denominator == 0)
    var whole = mine
    whole.merge(mine)
    #expect(whole.value.isNaN)
    #expect(try loss.backward(upstream: whole.upstream(of: mine)) == .zeros([1, 3]))
  }

  @Test func valuesThatAreNotReduced() throws {
    let loss = try MSELoss(reduction: .none)([1, 2] as Tensor<Float>, target: [0, 0])
    let error = #expect(throws: LossError.self) { try loss.partialMean() }
    #expect(
      error?.description
        == "value has shape [2], but [] is needed; did you mean a reduction? Without one there are as many "
        + "values as elements or samples")
  }

  @Test func textThatIsNoMean() {
    for text in [
      "{}", #"{"exactSum": ["x"], "exactDenominator": [1]}"#, #"{"exactSum": 1, "exactDenominator": [1]}"#,
    ] {
      #expect(throws: (any Error).self) { try JSONDecoder().decode(PartialMean.self, from: Data(text.utf8)) }
    }
    // Numbers that overlap are added up.
    let text = #"{"exactSum": [1, 1, 1e308, 1e308, "nan"], "exactDenominator": [1, 2]}"#
    let mean = try? JSONDecoder().decode(PartialMean.self, from: Data(text.utf8))
    #expect(mean?.denominator == 3)
    #expect(mean?.value.isNaN == true)
  }
}

extension PartialMean {
  /// What another process would decode.
  func sent() throws -> PartialMean {
    try JSONDecoder().decode(PartialMean.self, from: JSONEncoder().encode(self))
  }
}
