import LossRegistry
import Losses

/// One call of a loss, with all of its verbs and in more than one way.
struct CallTrial<S: LossScalar> {
  let loss: any Adapter
  let arguments: Arguments<S>
  let reduction: Reduction
  /// Whether the arguments are such that no result can be NaN.
  let isOrdinary: Bool

  typealias Gradients = Labelled<Tensor<S>>

  /// The results of the verbs that allocate.
  struct Results {
    var value: Tensor<S>
    /// The gradients that come with the value.
    var gradient: Gradients
    /// Those of all differentiable arguments.
    var all: Gradients
  }

  /// - Parameter arrangement: How all arguments lie in memory, if that is not left to chance.
  static func run(
    _ generator: Generator, _ decisions: inout Decisions, arrangement: Arrangement? = nil
  ) throws(Finding) {
    var call = generator.call(&decisions)
    call.injectShapeFaults(&decisions)
    var arguments = Arguments<S>(call.arguments)
    if let arrangement { arguments = arguments.arranged(arrangement) }
    for _ in 0..<decisions.number(below: 3) {
      arguments = arguments.arranged(
        decisions.arrangement(),
        only: decisions.isOne(in: 3) ? nil : decisions.choice(of: arguments.arrangeable))
    }
    let reduction = call.loss.hasReduction ? decisions.reduction() : .none
    let trial = CallTrial(
      loss: call.loss, arguments: arguments, reduction: reduction, isOrdinary: !decisions.isHostile)
    do {
      try trial.run(&decisions)
    } catch {
      throw Finding(
        description: "\(generator.name), \(S.self), \(reduction), \(arguments.summary): \(error)")
    }
  }

  private func run(_ decisions: inout Decisions) throws(Finding) {
    let evaluation: ErasedEvaluation<S>
    do {
      evaluation = try loss.evaluation(of: arguments, reduction)
    } catch {
      try demandFault(error)
      return try demandSameError(error)
    }
    let value = evaluation.value()
    let upstream = upstream(of: value.shape, &decisions)
    if let upstream, upstream.shape != value.shape {
      let error = LossError.shapeMismatch(argument: "upstream", shape: upstream.shape, expected: value.shape)
      return try demandError(error, of: evaluation, upstream, &decisions)
    }
    let results = try results(of: evaluation, upstream)
    try compareWithPlain(value: value, results.all, upstream)
    try demandSameBits(results.value, value, "the value that comes with gradients")
    try fill(&decisions, evaluation, upstream, results)
    try accumulate(&decisions, evaluation, upstream, results)
    try repeatElsewhere(&decisions, upstream, results)
    try compareWithSum(value)
    guard isOrdinary else { return }
    try demand(!value.scalars.contains(where: \.isNaN), "the value has NaN")
    for (label, gradient) in results.all {
      try demand(!gradient.scalars.contains(where: \.isNaN), "the gradient of \(label) has NaN")
    }
  }

  /// Returns an upstream, or none, or one of another shape.
  private func upstream(of shape: Shape, _ decisions: inout Decisions) -> Tensor<S>? {
    if decisions.injectsFault(in: 6) { return Tensor(0.5).broadcast(to: decisions.altered(shape)) }
    guard decisions.isOne(in: 2) else { return nil }
    let upstream = Tensor<S>(decisions.tensor(shape, -2..<2))
    return decisions.isOne(in: 2) ? decisions.arrangement().view(of: upstream) : upstream
  }

  /// Returns the value and all gradients, from the verbs that allocate.
  func results(of evaluation: ErasedEvaluation<S>, _ upstream: Tensor<S>?) throws(Finding) -> Results {
    let (value, gradient) = try valid("the gradient beside the value") { () throws(LossError) in
      try evaluation.valueWithGradient(upstream: upstream)
    }
    let alone = try valid("the gradient alone") { () throws(LossError) in
      try evaluation.backward(upstream: upstream)
    }
    try demandSameBits(alone, gradient, "alone")
    let all = try valid("all gradients") { () throws(LossError) in
      try evaluation.gradients(upstream: upstream)
    }
    for (label, tensor) in gradient { try demandSameBits(all[label]!, tensor, "\(label) among all") }
    return Results(value: value, gradient: gradient, all: all)
  }

  /// Returns the result of a call that must not throw.
  func valid<Result>(_ what: String, _ body: () throws(LossError) -> Result) throws(Finding) -> Result {
    do { return try body() } catch { throw Finding(description: "\(what) is rejected: \(error)") }
  }

  /// Demands the same bits of each gradient.
  func demandSameBits(
    _ gradients: Gradients, _ expected: Gradients, _ what: @autoclosure () -> String
  ) throws(Finding) {
    for (label, gradient) in gradients {
      try LossesTests.demandSameBits(gradient, expected[label]!, "the gradient of \(label), \(what())")
    }
  }

  func demandSameBits(
    _ tensor: Tensor<S>, _ expected: Tensor<S>, _ what: @autoclosure () -> String
  ) throws(Finding) {
    try LossesTests.demandSameBits(tensor, expected, what())
  }
}
