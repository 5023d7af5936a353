import LossRegistry
import Losses
import Testing

/// Calls that the generators do not make, compared with the plain implementations.
struct OracleTests {
  /// With every reduction, and weights of every kind.
  @Test(arguments: LossRegistry.samples)
  func samplesAreThoseOfThePlainFormulas(_ sample: LossUnderTest) throws {
    for (reduction, _) in sample.reductions {
      let upstream = sample.upstream(reduction)
      try compare(sample.loss, sample.arguments, reduction, upstream)
      try compare(sample.loss, Arguments<Float>(sample.arguments), reduction, Tensor<Float>(upstream))
    }
  }

  /// Multiples of a half, and round hyperparameters: kinks, ties, zeros and clamps are met exactly.
  @Test(arguments: LossRegistry.all)
  func roundNumbersAreNoExceptions(_ registered: RegisteredLoss) throws {
    for (generator, seed) in zip(registered.generators + registered.generators, (0 as UInt64)...) {
      for seed in 4 * seed..<4 * seed + 4 {
        var decisions = Decisions(seed: seed, isHostile: false, isLarge: false)
        var arguments = generator.call(&decisions).arguments
        arguments.reals = arguments.reals.map { $1.map { ($0 * 2).rounded() / 2 } }
        try compare(registered.values[0], arguments, .none, nil)
        try compare(registered.values[0], Arguments<Float>(arguments), .none, nil)
        guard registered.values[0].hasReduction else { continue }
        try compare(registered.values[0], Arguments<Half>(arguments), .mean, Tensor(-1.5))
        try compare(registered.values[0], Arguments<BFloat16>(arguments), .sum, Tensor(-1.5))
      }
    }
  }

  /// Sequences as long as those of speech.
  @Test func longSequences() throws {
    let batch = SequenceBatch.random(
      frames: 450, classes: 29, labelCounts: [90, 40, 1, 0, 120], inputLengths: [450, 300, 450, 120, 401],
      blank: 28, seed: 5)
    let normalized = try batch.normalized()
    try compare(batch, .logits, .none)
    try compare(SequenceBatch<Float>(normalized), .logProbabilities, .mean)
    try compare(SequenceBatch<Half>(normalized), .freeLogProbabilities, .batchMean)
    try compare(SequenceBatch<BFloat16>(normalized), .freeLogProbabilities, .sum)
  }

  private func compare<S: LossScalar>(
    _ batch: SequenceBatch<S>, _ input: CTCLoss.Input, _ reduction: Reduction
  ) throws {
    let arguments = Arguments<S>(
      input: batch.input, targets: batch.paddedTargets, inputLengths: Tensor(batch.inputLengths),
      targetLengths: Tensor(batch.targetLengths))
    let upstream: Tensor<S> = reduction == .none ? [0.5, -2, 1, 3, -0.25] : Tensor(-1.5)
    try compare(CTCLoss(blank: 28, input: input), arguments, reduction, upstream)
  }

  /// Compares a call, or the error that it ends in.
  private func compare<S: LossScalar>(
    _ loss: any Adapter, _ arguments: Arguments<S>, _ reduction: Reduction, _ upstream: Tensor<S>?
  ) throws {
    let trial = CallTrial(loss: loss, arguments: arguments, reduction: reduction, isOrdinary: false)
    let evaluation: ErasedEvaluation<S>
    do { evaluation = try loss.evaluation(of: arguments, reduction) } catch {
      return try trial.demandFault(error)
    }
    try trial.compareWithPlain(
      value: evaluation.value(), evaluation.gradients(upstream: upstream), upstream)
  }

  /// Matrices of no rows, whose length has any size. Nothing as large as they seem is made.
  @Test(arguments: LossRegistry.generators.filter(\.allowsLongRows), [20, 32, 40, 54])
  func longRowsOfNothing(_ generator: Generator, bits: Int) throws {
    var decisions = (0..<200).lazy.map { Decisions(seed: $0, isHostile: false, isLarge: false) }
      .first { decisions in
        var copy = decisions
        let shape = generator.call(&copy).arguments.reals.values[0].shape
        return shape.count == 2 && !shape.contains(1)
      }!
    let call = generator.call(&decisions)
    // The result would be as large.
    if let loss = call.loss as? LogSumExp, loss.axis == 0 || loss.axis == -2 { return }
    var arguments = call.arguments
    func emptied<Scalar>(_ label: String, _ tensor: Tensor<Scalar>) -> Tensor<Scalar> {
      let (row, isWeight) = (tensor.shape.last == 1 ? 1 : 1 << bits, label.lowercased().hasSuffix("weight"))
      let shape: Shape =
        tensor.rank == 2 ? [tensor.shape[0] == 1 && isWeight ? 1 : 0, row] : isWeight ? [row] : [0]
      return tensor.rank == 0 ? tensor : Tensor(tensor.scalars[0]).broadcast(to: shape)
    }
    arguments.reals = arguments.reals.map { emptied($0, $1) }
    arguments.integers = arguments.integers.map { emptied($0, $1.ints) }
    // The gradient with respect to a single row is as long as the row.
    if call.loss is GaussianNLLLoss { arguments.target = arguments.input }
    // So is that with respect to the weights of the classes.
    let hasWeightGradient =
      call.loss is MultiLabelSoftMarginLoss || generator.name.hasPrefix("CrossEntropy of probabilities")
    if hasWeightGradient { arguments.weight = nil }
    for reduction in call.loss.hasReduction ? [Reduction.none, .sum, .mean] : [.none] {
      try compare(call.loss, arguments, reduction, nil)
    }
  }
}
