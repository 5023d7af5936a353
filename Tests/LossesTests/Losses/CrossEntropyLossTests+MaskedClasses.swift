import LossRegistry
import Losses
import Testing

// A class with a score of −∞ is not there: the loss is that of the scores without it.
extension CrossEntropyLossTests {
  /// Classes in three layouts: along rows that are short, or long enough to lie as they are, and across columns.
  private struct MaskedScores {
    let classes: Int
    let isInner: Bool
    var kept: [Int] { (0..<classes).filter { !isMasked($0) } }
    func isMasked(_ index: Int) -> Bool { index > 0 && index.isMultiple(of: 3) }
    /// Only the second sample has masked classes. Both have a label that is not masked.
    let labels: Tensor<Int> = [1, 4]

    func layout(_ tensor: Tensor<Double>) -> Tensor<Double> { isInner ? tensor.transposed() : tensor }

    var scores: Tensor<Double> {
      var scores = Tensor<Double>.random(in: -3..<3, [2, classes], seed: 61)
      for index in 0..<classes where isMasked(index) { scores[1, index] = -.infinity }
      return scores
    }
  }

  @Test(arguments: [5, 70, 40_000], [false, true])
  func maskedClassesGetNoSmoothing(classes: Int, isInner: Bool) throws {
    let masked = MaskedScores(classes: classes, isInner: isInner)
    let loss = CrossEntropyLoss(
      labelSmoothing: 0.25, zLoss: 0.1, reduction: .none, classAxis: isInner ? 0 : 1)
    let weight = Tensor<Double>.random(in: 0.2..<2, [classes], seed: 62)
    let (value, gradient) = try loss(masked.layout(masked.scores), target: masked.labels, weight: weight)
      .valueWithGradient()
    let whole = try loss(
      masked.layout(masked.scores[0..<1, .all]), target: masked.labels[0..<1], weight: weight
    ).valueWithGradient()
    expectClose(value[0..<1], whole.value, ulps: 16)
    expectClose(masked.layout(gradient)[0..<1, .all], masked.layout(whole.gradient), ulps: 16)

    func kept(_ tensor: Tensor<Double>) -> Tensor<Double> {
      Tensor(masked.kept.map { tensor[$0] })
    }
    let label = masked.kept.firstIndex(of: 4)!
    let expected = try CrossEntropyLoss(labelSmoothing: 0.25, zLoss: 0.1)(
      kept(masked.scores[1, .all]), target: Tensor(label), weight: kept(weight)
    )
    // The mean divides by the weight of the label.
    let own = weight[4]
    expectClose(Tensor(value[1]), expected.value() * own, ulps: 64)
    let row = masked.layout(gradient)[1, .all]
    expectClose(kept(row), expected.backward() * own, ulps: 64)
    for index in 0..<classes where masked.isMasked(index) { #expect(row[index] == 0) }
  }

  @Test(arguments: [5, 70, 40_000], [false, true])
  func maskedClassesGetNoSmoothingOfProbabilities(classes: Int, isInner: Bool) throws {
    let masked = MaskedScores(classes: classes, isInner: isInner)
    var target = Tensor<Double>.random(in: 0..<1, [2, classes], seed: 63)
    for index in 0..<classes where masked.isMasked(index) { target[1, index] = 0 }
    let weight = Tensor<Double>.random(in: 0.2..<2, [classes], seed: 62)
    let loss = CrossEntropyLoss(
      labelSmoothing: 0.25, zLoss: 0.1, reduction: .none, classAxis: isInner ? 0 : 1)
    let evaluation = try loss(masked.layout(masked.scores), target: masked.layout(target), weight: weight)
    let (value, gradient) = evaluation.valueWithGradient()
    func kept(_ tensor: Tensor<Double>) -> Tensor<Double> { Tensor(masked.kept.map { tensor[$0] }) }
    let expected = try CrossEntropyLoss(labelSmoothing: 0.25, zLoss: 0.1)(
      kept(masked.scores[1, .all]), target: kept(target[1, .all]), weight: kept(weight))
    expectClose(Tensor(value[1]), expected.value(), ulps: 64)
    let row = masked.layout(gradient)[1, .all]
    expectClose(kept(row), expected.backward(), ulps: 64)
    for index in 0..<classes where masked.isMasked(index) { #expect(row[index] == 0) }
    let byWeight = evaluation.gradients().weight!.scalars
    #expect(byWeight.allSatisfy { $0.isFinite })
  }

  /// The gradient with respect to the weights is the sum of those of the rows, whichever of them have masked classes.
  @Test(arguments: [false, true])
  func weightGradientOfRowsWithMaskedClasses(isInner: Bool) throws {
    let (rows, classes) = (50, 7)
    var scores = Tensor<Double>.random(in: -3..<3, [rows, classes], seed: 69)
    var target = Tensor<Double>.random(in: 0..<1, [rows, classes], seed: 70)
    for row in 0..<rows where row % 3 == 1 {
      scores[row, row % classes] = -.infinity
      target[row, row % classes] = 0
    }
    let weight = Tensor<Double>.random(in: 0.2..<2, [classes], seed: 71)
    let loss = CrossEntropyLoss(labelSmoothing: 0.25, reduction: .sum, classAxis: isInner ? 0 : 1)
    func gradient(_ rows: Range<Int>) throws -> Tensor<Double> {
      let (scores, target) = (scores[rows, .all], target[rows, .all])
      return try loss(
        isInner ? scores.transposed() : scores, target: isInner ? target.transposed() : target, weight: weight
      ).gradients().weight!
    }
    var sum = Tensor<Double>.zeros([classes])
    for row in 0..<rows { sum = sum + (try gradient(row..<row + 1)) }
    expectClose(try gradient(0..<rows), sum, ulps: 16)
  }

  /// The label's own part of the target costs ∞ where its class is masked; the gradient is its limit.
  @Test func maskedLabelCostsInfinity() throws {
    let scores = Tensor<Double>([1, 1, -.infinity], shape: [1, 3])
    let (value, gradient) = try CrossEntropyLoss(labelSmoothing: 0.5)(scores, target: [2] as Tensor<Int>)
      .valueWithGradient()
    #expect(value.item == .infinity)
    // p is ½, ½, 0, and k is ¼, ¼, ½: the sum of all k is 1.
    #expect(gradient == [[0.25, 0.25, -0.5]])
  }

  @Test func whereAllClassesAreMasked() throws {
    let scores = Tensor(repeating: -Double.infinity, shape: [1, 3])
    let loss = try CrossEntropyLoss(labelSmoothing: 0.5)(scores, target: [2] as Tensor<Int>)
    #expect(loss.value().item.isNaN)
    let gradient = loss.backward().scalars
    #expect(gradient.allSatisfy { $0.isNaN })
  }
}

// Soft cap and z-loss.
extension CrossEntropyLossTests {
  /// c·tanh(x/c) of large scores is c; of small ones, or with a cap of ∞, it changes nothing.
  @Test func extremesOfTheCap() throws {
    let scores: Tensor<Float> = [[1e30, -3e38, 0, 5]]
    let capped = try CrossEntropyLoss(softCap: 2)(scores, target: [2] as Tensor<Int>)
    let plain = try CrossEntropyLoss()([[2, -2, 0, 1.973229]] as Tensor<Float>, target: [2] as Tensor<Int>)
    expectClose(capped.value(), Tensor<Double>(plain.value()), ulps: 8)
    #expect(capped.backward()[0, 0] == 0 && capped.backward()[0, 1] == 0)

    let small = Tensor<Float>(Tensor<Double>.random(in: -3..<3, [5, 7], seed: 64))
    let labels = Tensor<Int>.random(in: 0..<7, [5], seed: 65)
    let expected = try CrossEntropyLoss()(small, target: labels).valueWithGradient()
    for cap in [Double.infinity, 1e30] {
      let (value, gradient) = try CrossEntropyLoss(softCap: cap)(small, target: labels).valueWithGradient()
      expectSameBits(value, expected.value)
      expectSameBits(gradient, expected.gradient)
    }
  }

  /// A cap makes −∞ a score like others.
  @Test func cappedInfinities() throws {
    let scores = Tensor<Double>([-.infinity, .infinity, 0], shape: [1, 3])
    let loss = try CrossEntropyLoss(labelSmoothing: 0.1, softCap: 3)(scores, target: [2] as Tensor<Int>)
    let plain = try CrossEntropyLoss(labelSmoothing: 0.1)(
      [[-3, 3, 0]] as Tensor<Double>, target: [2] as Tensor<Int>)
    expectClose(loss.value(), plain.value(), ulps: 4)
    #expect(loss.backward()[0, 0] == 0 && loss.backward()[0, 1] == 0)
  }

  /// The term is λ·z², whatever the weights of the classes.
  @Test func zLossIsOfTheLogSumExp() throws {
    let scores = Tensor<Double>.random(in: -3..<3, [5, 7], seed: 66)
    let labels = Tensor<Int>.random(in: 0..<7, [5], seed: 67)
    let weight = Tensor<Double>.random(in: 0.2..<2, [7], seed: 68)
    let z = try LogSumExp(axis: 1)(scores).value()
    let with = try CrossEntropyLoss(zLoss: 0.25, reduction: .none)(scores, target: labels, weight: weight)
    let without = try CrossEntropyLoss(reduction: .none)(scores, target: labels, weight: weight)
    expectClose(with.value(), without.value() + z * z * (0.25 as Double), ulps: 16)
  }

  /// Scores whose differences `Float` does not hold, and the shares of which it does.
  @Test func smoothingOfScoresFarApart() throws {
    let scores = Tensor<Float>([[-3e38, 3e38, -1.5e38, 0], [0, 2, 1, 0]])
    let loss = CrossEntropyLoss(labelSmoothing: 0.1, reduction: .none)
    let labels = try loss(scores, target: [1, 1] as Tensor<Int>).valueWithGradient()
    expectClose(labels.value[..<1], [3.375e37], ulps: 4)
    expectClose(labels.gradient[0, .all], [-0.025, 0.075, -0.025, -0.025], ulps: 4)
    let probabilities = try loss(scores, target: [[0, 1, 0, 0], [0, 1, 0, 0]] as Tensor<Float>)
      .valueWithGradient()
    expectClose(probabilities.value[..<1], [3.375e37], ulps: 4)
    expectClose(probabilities.gradient[0, .all], [-0.025, 0.075, -0.025, -0.025], ulps: 4)
    expectClose(labels.value[1..<2], Tensor<Double>(probabilities.value[1..<2]), ulps: 4)
  }

  /// The same of what workers find.
  @Test func smoothingOfScoresFarApartInShards() throws {
    let scores = Tensor<Float>([[-3e38, 3e38, 0]])
    let loss = CrossEntropyLoss(labelSmoothing: 0.1, reduction: .none)
    var partial = try loss.shard(scores[.all, ..<2], target: [1] as Tensor<Int>, classes: 0..<2, of: 3)
      .partial()
    try partial.merge(
      loss.shard(scores[.all, 2...], target: [1] as Tensor<Int>, classes: 2..<3, of: 3).partial())
    expectClose(try partial.value(as: Float.self), [3e37], ulps: 4)
  }

  /// A weighted share of a score may be out of range where the loss is not.
  @Test func smoothingOfLargeWeights() throws {
    let loss = try CrossEntropyLoss(labelSmoothing: 0.1)(
      [[1e23, 0]] as Tensor<Float>, target: [0] as Tensor<Int>, weight: [1e17, 1e17])
    expectClose(loss.value(), Tensor(5e21), ulps: 4)
    expectClose(loss.backward(), [[0.05, -0.05]], ulps: 4)
  }

  /// So may the difference of scores that have a share each.
  @Test func probabilitiesOfScoresFarApart() throws {
    let loss = try CrossEntropyLoss()(
      [[3e38, -3e38]] as Tensor<Float>, target: [[0.5, 0.5]] as Tensor<Float>)
    expectClose(loss.value(), Tensor(3e38), ulps: 4)
    expectClose(loss.backward(), [[0.5, -0.5]], ulps: 4)
  }

  /// And so may −log p of a class, of which a mean has but a share: 2^128 / 1000, but ∞ where the class is masked.
  @Test func targetGradientOfScoresFarApart() throws {
    let (row, share): ([Float], [Float]) = ([0x1p127, -0x1p127, -.infinity], [0.5, 0.5, 0])
    let scores = Tensor<Float>(shape: [1000, 3]) { row[$0[1]] }
    let target = Tensor<Float>(shape: [1000, 3]) { share[$0[1]] }
    let gradient = try CrossEntropyLoss()(scores, target: target).gradients().target
    for sample in [0, 500, 999] {
      expectClose(gradient[sample, .all], Tensor([0, 3.402823669209385e35, .infinity]), ulps: 2)
    }
  }

  /// A cap that `Float` does not hold changes nothing.
  @Test(arguments: [1e300, .infinity]) func softCapsOutOfRange(_ cap: Double) throws {
    let scores: Tensor<Float> = [[3e38, 1, -.infinity]]
    let capped = try CrossEntropyLoss(softCap: cap)(scores, target: [1] as Tensor<Int>).valueWithGradient()
    let plain = try CrossEntropyLoss()(scores, target: [1] as Tensor<Int>).valueWithGradient()
    expectSameBits(capped.value, plain.value)
    expectSameBits(capped.gradient, plain.gradient)
  }
}
