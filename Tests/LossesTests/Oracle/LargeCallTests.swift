import LossRegistry
import Losses
import RealMath
import Testing

/// Calls of many chunks, with arguments that lie in memory in every way.
@Suite(.serialized)
struct LargeCallTests {
  /// Two of the arrangements for each call, so that each arrangement meets every kind of loss.
  @Test(arguments: LargeCall.all.indices)
  func resultsAreThoseOfThePlainFormulas(_ index: Int) throws {
    let (call, arrangements) = (LargeCall.all[index], Arrangement.allCases)
    let (first, second) = (arrangements[2 * index % 7], arrangements[(2 * index + 1) % 7])
    try LargeTrial<Double>(call, first).run()
    switch index % 3 {
    case 0: try LargeTrial<Float>(call, second).run()
    case 1: try LargeTrial<Half>(call, second).run()
    default: try LargeTrial<BFloat16>(call, second).run()
    }
  }

  /// Tasks that run at once, on shared threads, get the bits of one that runs alone: in `Double`, which shows the order of
  /// a sum.
  @Test func concurrentCallsHaveTheBitsOfOne() async throws {
    let names = ["MSE weighted", "CrossEntropy weighted", "NLL of planes", "Softmax", "TripletMargin"]
    let trials = LargeCall.all.filter { names.contains($0.name) }.map { LargeTrial<Double>($0, .sliced) }
    let alone = try trials.map { trial in
      try Parallelism.$maximumThreads.withValue(1) { try trial.results(.mean) }
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for task in 0..<3 {
        group.addTask {
          // Each begins elsewhere.
          for step in trials.indices {
            let index = (step + 2 * task) % trials.count
            let results = try trials[index].results(.mean)
            expectSameBits(results.value, alone[index].value, "\(trials[index].call), task \(task)")
            expectSameBits(results.gradients, alone[index].gradients, "\(trials[index].call), task \(task)")
          }
        }
      }
      try await group.waitForAll()
    }
  }

  /// A measure that calls a loss for each pair of vectors, on whatever thread it is called.
  @Test func callsWithinCallsHaveTheirBits() throws {
    for (rows, length) in [(300, 64), (5, 20_000)] {
      let tensors = (0..<3).map { index -> Tensor<Float> in
        Arrangement.sliced.tensor([rows, length], .scores, from: index * 1000)
      }
      func results(_ distance: some VectorMeasure) throws -> [Tensor<Float>] {
        let loss = TripletMarginWithDistanceLoss(distance: distance, swap: true, reduction: .none)
        let (value, gradient) = try loss(tensors[0], positive: tensors[1], negative: tensors[2])
          .valueWithGradient()
        return [value] + gradient.tensors
      }
      let nested = try results(NestedDistance())
      for threads in [1, 4] {
        let again = try Parallelism.withThreads(threads) { try results(NestedDistance()) }
        for (result, expected) in zip(again, nested) {
          expectSameBits(result, expected, "\(threads) threads")
        }
      }
      // The sums have other orders.
      for (result, expected) in zip(nested, try results(SquaredEuclideanDistance())) {
        expectClose(result, Tensor<Double>(expected), ulps: 32)
      }
    }
  }
}

/// The squared Euclidean distance, as a sum of squared errors.
private struct NestedDistance: VectorMeasure {
  private func loss<S: RealScalar>(_ a: Span<S>, _ b: Span<S>) -> some Evaluation<
    Double, Tensor<Double>, InputTargetGradient<Double>
  > {
    func tensor(_ span: Span<S>) -> Tensor<Double> { Tensor(span.indices.map { Double(span[$0]) }) }
    do {
      return try MSELoss(reduction: .sum)(tensor(a), target: tensor(b))
    } catch { preconditionFailure("\(error)") }
  }

  func value<S: RealScalar>(of a: Span<S>, _ b: Span<S>) -> Double { loss(a, b).value().item }

  func addGradients<S: RealScalar>(
    of a: Span<S>, _ b: Span<S>, scale: Double, to da: inout MutableSpan<S>, _ db: inout MutableSpan<S>
  ) {
    let gradient = loss(a, b).backward().scalars
    for index in a.indices {
      da[index] += S(scale * gradient[index])
      db[index] -= S(scale * gradient[index])
    }
  }
}

/// One large call, with arguments in one arrangement.
struct LargeTrial<S: LossScalar>: Sendable {
  private typealias Trial = CallTrial<S>

  let call: LargeCall
  private let arrangement: Arrangement
  private let arguments: Arguments<S>

  init(_ call: LargeCall, _ arrangement: Arrangement) {
    (self.call, self.arrangement) = (call, arrangement)
    arguments = call.arguments(arrangement)
  }

  /// The value and all gradients.
  func results(
    _ reduction: Reduction, upstream: Tensor<S>? = nil
  ) throws -> (value: Tensor<S>, gradients: Labelled<Tensor<S>>) {
    let evaluation = try call.loss.evaluation(of: arguments, call.loss.hasReduction ? reduction : .none)
    return (evaluation.value(), try evaluation.gradients(upstream: upstream))
  }

  func run() throws {
    let unreduced = try call.loss.evaluation(of: arguments, .none)
    let values = unreduced.value()
    let shape = values.shape
    let upstream: Tensor<S> = arrangement.tensor(shape, .scores, from: 5000)
    let gradients = try unreduced.gradients(upstream: upstream)
    let denominator = call.denominator(arguments, samples: shape.elementCount)
    let mean = call.loss.hasReduction ? try results(.mean) : nil
    if let mean { try compareMean(mean.value, of: values, denominator) }

    let length = arguments.reals.values[0].shape[call.axis < 0 ? arguments.reals.values[0].rank - 1 : 0]
    for first in Self.samples(length, elements: arguments.reals.values[0].count) {
      let part = first..<min(first + 2, length)
      let own = call.part(arguments, part)
      func selected(_ tensor: Tensor<S>) -> Tensor<S> { tensor.selecting(part, axis: call.axis) }
      do {
        try Trial(loss: call.loss, arguments: own, reduction: .none, isOrdinary: true).compareWithPlain(
          value: selected(values), gradients.map { selected($1) }, selected(upstream))
        guard let mean, first % 3 == 0 || part.upperBound == length else { continue }
        try Trial(
          loss: call.loss, arguments: own, reduction: .sumDivided(by: denominator), isOrdinary: true
        ).compareWithPlain(value: nil, mean.gradients.map { selected($1) }, nil)
      } catch {
        throw Finding(description: "\(call), \(S.self), \(arrangement), samples \(part): \(error)")
      }
    }
  }

  /// The mean is that of the values, each of which has been rounded.
  private func compareMean(_ mean: Tensor<S>, of values: Tensor<S>, _ denominator: Double) throws {
    var (sum, scale) = (0.0, 0.0)
    for value in doubles(values) {
      sum += value
      scale += value.magnitude
    }
    let rounding = Double(S.ulpOfOne) + 16 * Double(S.Computation.ulpOfOne) + Double(values.count) * .ulpOfOne
    let tolerance = rounding * scale / denominator
    try demand(
      mean.rank == 0 && (Double(mean.item) - sum / denominator).magnitude <= tolerance,
      "\(call), \(S.self), \(arrangement): the mean is \(mean) instead of \(sum / denominator) ± \(tolerance)"
    )
  }

  /// The samples to look at: those at which a chunk may begin or end, the first and last, and some between.
  private static func samples(_ length: Int, elements: Int) -> [Int] {
    let perSample = elements / length
    let chunk = 1 << 14
    let borders = stride(from: chunk, to: elements, by: chunk).map { max(0, $0 / perSample - 1) % length }
    return Set(borders + [0, length - 1] + stride(from: 5, to: length, by: max(1, length / 5))).sorted()
  }
}
