import Foundation
import LossRegistry
import Losses
import Synchronization
import Testing

/// Workers with slices of the classes against the loss of all classes.
struct ShardTests {
  static let samples = LossRegistry.samples.filter {
    ($0.loss is CrossEntropyLoss || $0.loss is LinearCrossEntropyLoss)
      && $0.arguments.integers["target"] != nil
  }

  /// Rounding differs, since exponentials are of the distances to other maxima. Scores are up to 16 apart, where the
  /// rounding of a distance changes its exponential by 8 ulp.
  private static let valueUlps = 8.0
  /// A probability has the errors of two: of its own exponential, and of the sum.
  private static let gradientUlps = 16.0

  private static func classCount(of sample: LossUnderTest) -> Int {
    if sample.loss is LinearCrossEntropyLoss { return sample.arguments["linearWeight"].shape[0] }
    return sample.arguments.input.shape[sample.arguments.input.rank < 2 ? 0 : 1]
  }

  private static func workers<S>(
    _ loss: any Adapter, _ arguments: Arguments<S>, _ slices: [Range<Int>]
  ) throws -> Workers<S> {
    if let loss = loss as? CrossEntropyLoss { return try Workers(loss, arguments, slices) }
    return try Workers(loss as! LinearCrossEntropyLoss, arguments, slices)
  }

  @Test(arguments: samples)
  func agreesWithTheLossOfAllClasses(_ sample: LossUnderTest) throws {
    try expectAgreement(sample, in: Double.self)
    try expectAgreement(sample, in: Float.self)
    try expectAgreement(sample, in: Half.self)
    try expectAgreement(sample, in: BFloat16.self)
  }

  private func expectAgreement<S: LossScalar>(_ sample: LossUnderTest, in _: S.Type) throws {
    let arguments = Arguments<S>(sample.arguments)
    for (seed, (reduction, _)) in zip((0 as UInt64)..., sample.reductions) {
      let upstream = Tensor<S>(sample.upstream(reduction))
      let slices = randomSlices(of: Self.classCount(of: sample), seed: seed)
      let loss = sample.loss.reducing(by: reduction)
      let one = try loss.evaluation(of: arguments)
      let results = try Self.workers(loss, arguments, slices).results(upstream: upstream)
      expectClose(
        results.value, Tensor<Double>(one.value()), ulps: Self.valueUlps,
        "\(S.self), \(reduction), \(slices)")
      for (label, gradient) in try one.backward(upstream: upstream) {
        expectClose(
          results.gradients[label]!, Tensor<Double>(gradient), ulps: Self.gradientUlps,
          "\(label), \(S.self), \(reduction), \(slices)")
      }
    }
  }

  /// Labels without weight leave nothing to be the mean of.
  @Test func labelsOfWeightZero() throws {
    let scores: Tensor<Float> = [[1, 2, 3], [0, 2, 1]]
    let labels: Tensor<Int> = [0, 0]
    let weight: Tensor<Float> = [0, 1, 1]
    let shards = try [0..<2, 2..<3].map { classes in
      try CrossEntropyLoss().shard(
        scores[.all, classes], target: labels, classes: classes, of: 3, weight: weight[classes])
    }
    var whole = shards[0].partial()
    try whole.merge(shards[1].partial())
    for shard in shards {
      let gradient = try shard.evaluation(with: whole).backward()
      #expect(gradient == .zeros(gradient.shape))
    }
    #expect(try whole.value(as: Float.self).item.isNaN)
  }

  /// The plain formulas, in `Double`, whose own errors come on top.
  @Test(arguments: samples)
  func agreesWithThePlainFormula(_ sample: LossUnderTest) throws {
    let loss = sample.loss.reducing(by: .none)
    let slices = randomSlices(of: Self.classCount(of: sample), seed: 5)
    let value = try Self.workers(loss, sample.arguments, slices).whole().value(as: Double.self)
    expectClose(value, sample.expected, ulps: 2 * Self.valueUlps, "\(slices)")
  }

  @Test(arguments: samples)
  func theSliceOfAllClassesHasTheSameBits(_ sample: LossUnderTest) throws {
    try expectIdentity(sample, in: Double.self)
    try expectIdentity(sample, in: Float.self)
    try expectIdentity(sample, in: Half.self)
  }

  private func expectIdentity<S: LossScalar>(_ sample: LossUnderTest, in _: S.Type) throws {
    // Smoothing is multiplied in another place.
    if (sample.loss as? CrossEntropyLoss)?.labelSmoothing ?? 0 > 0 { return }
    if (sample.loss as? LinearCrossEntropyLoss)?.labelSmoothing ?? 0 > 0 { return }
    let (arguments, loss) = (Arguments<S>(sample.arguments), sample.loss.reducing(by: .none))
    let upstream = Tensor<S>(sample.upstream(.none))
    let one = try loss.evaluation(of: arguments)
    let results = try Self.workers(loss, arguments, [0..<Self.classCount(of: sample)])
      .results(upstream: upstream)
    expectSameBits(results.value, one.value())
    expectSameBits(results.gradients, try one.backward(upstream: upstream))
  }

  /// All verbs of a worker's evaluation, and buffers that are written and added to.
  @Test(arguments: samples)
  func allVerbsAgree(_ sample: LossUnderTest) throws {
    for (reduction, _) in sample.reductions {
      let upstream = Tensor<Float>(sample.upstream(reduction))
      let slices = randomSlices(of: Self.classCount(of: sample), seed: 8)
      let loss = sample.loss.reducing(by: reduction)
      let results = try Self.workers(loss, Arguments<Float>(sample.arguments), slices)
        .results(upstream: upstream)
      for evaluation in results.evaluations {
        let gradient = try evaluation.backward(upstream: upstream)
        expectSameBits(evaluation.value(), results.value)
        let (value, same) = try evaluation.valueWithGradient(upstream: upstream)
        expectSameBits(value, results.value)
        expectSameBits(same, gradient)
        expectSameBits(try evaluation.gradients(upstream: upstream), gradient)
        var buffers = gradient.map { Tensor<Float>(repeating: .nan, shape: $1.shape) }
        expectSameBits(
          try evaluation.valueWithGradient(into: &buffers, upstream: upstream), results.value)
        expectSameBits(buffers, gradient)
        buffers = gradient.map { Tensor<Float>(repeating: 0.75, shape: $1.shape) }
        expectSameBits(
          try evaluation.valueWithGradient(addingTo: &buffers, upstream: upstream), results.value)
        expectSameBits(buffers, gradient.map { $1.map { $0 + 0.75 } })
      }
    }
  }

  /// Rows of scores that no ordinary sample has.
  private static let extremeRows: [[Double]] = {
    let (masked, infinity, nan) = (-Double.infinity, Double.infinity, Double.nan)
    let tiny = Double.leastNormalMagnitude / 64
    return [
      [masked, masked, 1, 2, 3],  // a slice that is masked
      [0, infinity, 1, 2, 3], [0, infinity, 1, infinity, 3], [0, 1, nan, 2, 3],
      [masked, masked, masked, masked, masked], [1000, -1000, 0, 900, 1e300], [masked, 40, 0, 1, 2],
      [5, 5, 5, 5, 5], [1, masked, 2, masked, 0], [nan, infinity, nan, 0, 0], [tiny, 0, -tiny, 0, 0],
      [3, 1, masked, masked, masked], [5, 96, 95, 0, 1],
    ]
  }()

  @Test(arguments: [0, 0.1, 1], [0, 1e-2])
  func extremeScores(smoothing: Double, zLoss: Double) throws {
    let rows = Self.extremeRows.count
    let scores = Tensor(Self.extremeRows)
    let slicings: [[Range<Int>]] = [
      [0..<2, 2..<5], [4..<5, 3..<4, 2..<3, 1..<2, 0..<1], [1..<5, 0..<1], [0..<5],
    ]
    for slices in slicings {
      for weight in [nil, Tensor<Double>([1, 0.5, 2, 0, 3])] {
        for label in 0..<5 {
          var loss = CrossEntropyLoss(
            ignoreIndex: 7, labelSmoothing: smoothing, zLoss: zLoss, reduction: .none)
          let labels = Tensor((0..<rows).map { $0 == 9 || $0 == 12 ? 7 : label })
          let arguments = Arguments<Double>(input: scores, labels: labels, weight: weight)
          let upstream = Tensor<Double>.random(in: -2..<2, [rows], seed: 1)
          let one = try loss.evaluation(of: arguments)
          let results = try Workers(loss, arguments, slices).results(upstream: upstream)
          // Row by row, since each has a size of its own.
          for row in 0..<rows {
            expectClose(
              results.value[row...row], one.value()[row...row], ulps: 8,
              "\(slices), row \(row), label \(label)")
            expectClose(
              results.gradients["input"]![row, .all],
              try one.backward(upstream: upstream)["input"]![row, .all], ulps: 8,
              "\(slices), row \(row), label \(label), \(weight == nil)")
          }
          loss.reduction = .sum
          let sum = try Workers(loss, arguments, slices).whole().value(as: Double.self)
          #expect(sum.item.isNaN)
        }
      }
    }
  }

  /// A prediction that is almost certain keeps its digits, whichever slice has the largest score: as many as the exponential
  /// of −40 has. mpmath computed the expected values with 50 digits.
  @Test func certainPredictions() throws {
    let arguments = Arguments<Double>(input: [[40, 0, 1]], labels: Tensor<Int>([0]))
    let slicings: [[Range<Int>]] = [
      [0..<1, 1..<3], [1..<3, 0..<1], [0..<2, 2..<3], [0..<1, 1..<2, 2..<3],
    ]
    for slices in slicings {
      let results = try Workers(CrossEntropyLoss(), arguments, slices).results(upstream: nil)
      expectClose(results.value, Tensor(1.5796578428307375e-17), ulps: 16)
      expectClose(
        results.gradients["input"]!,
        [[-1.5796578428307375e-17, 4.248354255291589e-18, 1.1548224173015786e-17]], ulps: 16)
    }
  }

  @Test func noSamplesAndNoneThatCount() throws {
    let empty = Arguments<Float>(input: .zeros([0, 5]), labels: Tensor<Int>.zeros([0]))
    let ignored = Arguments<Float>(
      input: Tensor([[1, 2, .nan, 4, 5]]), labels: Tensor<Int>([-100]))
    for arguments in [empty, ignored] {
      let results = try Workers(CrossEntropyLoss(), arguments, [0..<2, 2..<5]).results(upstream: nil)
      #expect(results.value.item.isNaN)
      #expect(results.gradients["input"]!.scalars.allSatisfy { $0 == 0 })
      let sum = try Workers(CrossEntropyLoss(reduction: .sum), arguments, [0..<2, 2..<5]).whole()
      #expect(try sum.value(as: Float.self).item == 0)
    }
  }

  /// Masks and weights of samples, in every position of the class axis.
  @Test(arguments: [1, -1, 0])
  func masksAndSampleWeights(classAxis: Int) throws {
    let shape: Shape = classAxis == 1 ? [6, 40, 3] : classAxis == 0 ? [40, 6, 3] : [6, 3, 40]
    var arguments = Arguments<Float>(
      input: Tensor<Float>(Tensor<Double>.random(in: -9..<9, shape, seed: 1)),
      labels: Tensor<Int>.random(in: 0..<40, [6, 3], seed: 2),
      weight: Tensor<Float>(Tensor<Double>.random(in: 0.5..<2, [40], seed: 3)))
    arguments.reals["sampleWeight"] = Tensor<Float>(shape: [6, 3]) { [0, 0.5, 2][($0[0] + $0[1]) % 3] }
    arguments.mask = Tensor(shape: [6, 3]) { ($0[0] * 3 + $0[1]) % 4 != 1 }
    for reduction in [Reduction.none, .mean] {
      let loss = CrossEntropyLoss(labelSmoothing: 0.1, reduction: reduction, classAxis: classAxis)
      let upstream =
        reduction == .none
        ? Tensor<Float>(Tensor<Double>.random(in: -2..<2, [6, 3], seed: 4)) : Tensor(-1.5)
      let one = try loss.evaluation(of: arguments)
      let results = try Workers(loss, arguments, [30..<40, 0..<7, 7..<30]).results(upstream: upstream)
      expectClose(results.value, Tensor<Double>(one.value()), ulps: 4)
      expectClose(
        results.gradients["input"]!, Tensor<Double>(try one.backward(upstream: upstream)["input"]!), ulps: 4)
    }
  }

  /// The derivatives of the merged value with respect to the scores of each worker.
  @Test func finiteDifferences() throws {
    let loss = CrossEntropyLoss(labelSmoothing: 0.2, zLoss: 0.1, softCap: 4, reduction: .mean)
    let slices = [2..<3, 3..<7, 0..<2]
    var arguments = Arguments<Double>(
      input: .random(in: -3..<3, [3, 7], seed: 1), labels: Tensor<Int>([5, 0, 2]),
      weight: .random(in: 0.5..<2, [7], seed: 2))
    let gradient = try Workers(loss, arguments, slices).results(upstream: nil).gradients["input"]!
    let input = arguments.input
    let derivatives = try Tensor(
      input.scalars.indices.map { position in
        let index = input.shape.index(ofElement: position)
        func value(_ steps: Double) throws -> Double {
          arguments.input = input
          arguments.input[index] += steps * 0x1p-13
          return try Workers(loss, arguments, slices).whole().value(as: Double.self).item
        }
        return try (8 * (value(1) - value(-1)) - (value(2) - value(-2))) / (12 * 0x1p-13)
      }, shape: input.shape)
    expectClose(gradient, derivatives, relative: FiniteDifferenceTests.relativeError)
  }

  /// Columns so long that they are taken in parts, also in a slice, and rows of a layer that are computed in many blocks.
  @Test func longColumns() throws {
    let arguments = Arguments<Half>(
      input: Tensor<Half>(Tensor<Double>.random(in: -9..<9, [2, 2_400_000], seed: 1)),
      labels: Tensor<Int>([5, 2_300_000]))
    let loss = CrossEntropyLoss(labelSmoothing: 0.1, softCap: 20)
    let one = try loss.evaluation(of: arguments)
    let results = try Workers(loss, arguments, [2_200_000..<2_400_000, 0..<2_200_000]).results(upstream: nil)
    expectClose(results.value, Tensor<Double>(one.value()), ulps: 2)
    let gradient = try one.backward(upstream: nil)["input"]!
    expectClose(results.gradients["input"]!, Tensor<Double>(gradient), ulps: 2)
  }

  @Test func anyNumberOfThreads() throws {
    let arguments = Arguments<Float>(
      input: Tensor<Float>(Tensor<Double>.random(in: -9..<9, [2000, 90], seed: 1)),
      labels: Tensor<Int>.random(in: 0..<90, [2000], seed: 2))
    let slices = [0..<17, 17..<90]
    let loss = CrossEntropyLoss(labelSmoothing: 0.1)
    let one = try Parallelism.withThreads(1) { try Workers(loss, arguments, slices).results(upstream: nil) }
    let four = try Parallelism.withThreads(4) { try Workers(loss, arguments, slices).results(upstream: nil) }
    expectSameBits(one.value, four.value)
    expectSameBits(one.gradients, four.gradients)
  }

  /// Each worker is a thread, which waits for the partial results of the others.
  @Test func threadsAsWorkers() throws {
    let arguments = Arguments<Float>(
      [
        "input": Tensor<Float>(Tensor<Double>.random(in: -1..<1, [300, 24], seed: 1)),
        "linearWeight": Tensor<Float>(Tensor<Double>.random(in: -1..<1, [1000, 24], seed: 2)),
        "linearBias": Tensor<Float>(Tensor<Double>.random(in: -1..<1, [1000], seed: 3)),
      ],
      integers: ["target": Tensor<Int>.random(in: 0..<1000, [300], seed: 4)])
    let loss = LinearCrossEntropyLoss(labelSmoothing: 0.05, zLoss: 1e-3)
    let slices = [600..<1000, 0..<250, 250..<600]
    let workers = try Workers(loss, arguments, slices).workers
    let mailbox = Mailbox(workers: workers.count)
    let gradients = Mutex<[Int: Labelled<Tensor<Float>>]>([:])
    let group = DispatchGroup()
    for (number, worker) in workers.enumerated() {
      group.enter()
      Thread.detachNewThread {
        defer { group.leave() }
        mailbox.post(worker.partial())
        guard let whole = try? mailbox.collect(), let evaluation = try? worker.evaluation(whole),
          let gradient = try? evaluation.backward(upstream: nil)
        else {
          Issue.record("worker \(number)")
          return
        }
        gradients.withLock { $0[number] = gradient }
      }
    }
    group.wait()
    let one = try loss.evaluation(of: arguments).backward(upstream: nil)
    let parts = gradients.withLock { all in workers.indices.map { all[$0]! } }
    let inputs = parts.map { $0["input"]! }
    expectClose(inputs.dropFirst().reduce(inputs[0], +), Tensor<Double>(one["input"]!), ulps: 8)
    for (label, axis) in [("linearWeight", 0), ("linearBias", 0)] {
      expectClose(
        Tensor(joining: parts.map { $0[label]! }, at: slices, along: axis), Tensor<Double>(one[label]!),
        ulps: 8)
    }
  }

  /// The partial results of all workers, in the order in which they arrive.
  private final class Mailbox: Sendable {
    private let letters = Mutex<[PartialCrossEntropy]>([])
    private let workers: Int

    init(workers: Int) { self.workers = workers }

    func post(_ partial: PartialCrossEntropy) { letters.withLock { $0.append(partial) } }

    func collect() throws -> PartialCrossEntropy {
      while letters.withLock({ $0.count }) < workers { Thread.sleep(forTimeInterval: 0.001) }
      let received = letters.withLock { $0 }
      return try received.dropFirst().reduce(into: received[0]) { try $0.merge($1) }
    }
  }
}
