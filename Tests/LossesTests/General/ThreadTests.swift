import LossRegistry
import Losses
import Testing

/// Work that several threads share gives the bits that one thread gives.
@Suite(.serialized)
struct ThreadTests {
  @Test(arguments: LossRegistry.largeSamples)
  func bitsAreThoseOfOneThread(_ sample: LossUnderTest) throws {
    for reduction in sample.meanDenominator == nil ? [Reduction.none] : [.none, .mean] {
      try expectBitsOfOneThread(
        sample.loss, sample.arguments, reduction, upstream: sample.upstream(reduction))
    }
  }

  /// Every loss, for all types of numbers.
  @Test(arguments: LossRegistry.generators)
  func everyLossHasTheBitsOfOneThread(_ generator: Generator) throws {
    var decisions = Decisions(seed: 1, isHostile: false, isLarge: true)
    let call = generator.call(&decisions)
    let reduction: Reduction = call.loss.hasReduction ? .mean : .none
    try expectBitsOfOneThread(call.loss, call.arguments, reduction)
    try expectBitsOfOneThread(call.loss, Arguments<Float>(call.arguments), reduction)
    try expectBitsOfOneThread(call.loss, Arguments<Half>(call.arguments), reduction)
    try expectBitsOfOneThread(call.loss, Arguments<BFloat16>(call.arguments), reduction)
  }

  /// The expected sum adds some 10⁵ terms one after another, which may cost it 1000 ulp of the sum of magnitudes.
  @Test(arguments: LossRegistry.largeSamples)
  func valuesAreThoseOfTheFormula(_ sample: LossUnderTest) throws {
    try expectClose(sample.value(.none), sample.expected, ulps: 64)
    guard let denominator = sample.meanDenominator else { return }
    let sum = sample.expected.scalars.reduce(0, +)
    let scale = sample.expected.scalars.reduce(0) { $0 + $1.magnitude }
    try expectClose(sample.value(.mean), Tensor(sum / denominator), ulps: 1000, scale: scale / denominator)
  }

  /// A part of the samples has the bits that it has by itself, wherever it lies in blocks and chunks. Samples that have a value
  /// in common are not parts, nor are those that are compared with each other.
  @Test(
    arguments: LossRegistry.largeSamples.filter { !$0.shared.contains("input") && !$0.loss.comparesSamples })
  func partsHaveTheBitsOfTheWhole(_ sample: LossUnderTest) throws {
    let axis = sample.arguments.reals.values[0].rank > 2 ? -1 : 0
    let length = sample.expected.shape[axis < 0 ? sample.expected.rank - 1 : 0]
    let upstream = sample.upstream(.none)
    let (value, gradient) = try sample.evaluation(.none).valueWithGradient(upstream: upstream)
    for part in [0..<1, length / 3..<length * 2 / 3, length - 1..<length] {
      func selected<Scalar>(_ tensor: Tensor<Scalar>) -> Tensor<Scalar> { tensor.selecting(part, axis: axis) }
      // A weight with one axis belongs to the columns, unless it is that of the samples.
      let reals = sample.arguments.reals.map { label, tensor in
        let isOfSamples = tensor.rank > 1 || label == "sampleWeight"
        return isOfSamples && !sample.shared.contains(label) ? selected(tensor) : tensor
      }
      let integers = sample.arguments.integers.map { selected($1.ints) as any IntegerTensor }
      let (ownValue, ownGradient) = try sample.loss.evaluation(
        of: Arguments(reals, integers: integers), .none
      ).valueWithGradient(upstream: selected(upstream))
      expectSameBits(selected(value), ownValue, "value of \(part)")
      for (label, tensor) in gradient where !sample.shared.contains(label) {
        expectSameBits(selected(tensor), ownGradient[label]!, "\(label), \(part)")
      }
    }
  }

  private func expectBitsOfOneThread<S: LossScalar>(
    _ loss: any Adapter, _ arguments: Arguments<S>, _ reduction: Reduction, upstream: Tensor<S>? = nil
  ) throws {
    let evaluation = try loss.evaluation(of: arguments, reduction)
    func results(threads: Int) throws -> (Tensor<S>, Labelled<Tensor<S>>, Labelled<Tensor<S>>) {
      try Parallelism.withThreads(threads) {
        let (value, gradient) = try evaluation.valueWithGradient(upstream: upstream)
        return (value, gradient, try evaluation.gradients(upstream: upstream))
      }
    }
    let alone = try results(threads: 1)
    for threads in [2, 3, 8] {
      let shared = try results(threads: threads)
      let comment = "\(S.self), \(reduction), \(threads) threads"
      expectSameBits(shared.0, alone.0, comment)
      expectSameBits(shared.1, alone.1, comment)
      expectSameBits(shared.2, alone.2, comment)
    }
  }
}
