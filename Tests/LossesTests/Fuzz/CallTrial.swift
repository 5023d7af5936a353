import Losses

/// One call of a loss, by all of its verbs and in more than one way.
struct CallTrial<S: LossScalar> {
  let form: any Form
  let arguments: Arguments<S>
  let reduction: Reduction
  /// Whether the arguments are such that no result can be without a value.
  let isOrdinary: Bool

  typealias Results = (value: Tensor<S>, gradients: [Tensor<S>])

  /// - Parameter arrangement: How all arguments lie in memory, if that is not left to chance.
  static func run(
    _ recipe: Recipe, _ decisions: inout Decisions, arrangement: Arrangement? = nil
  ) throws(Finding) {
    var call = recipe.call(&decisions)
    call.mangle(&decisions)
    var arguments = Arguments<S>(call.arguments)
    if let arrangement { arguments = arguments.arranged(arrangement) }
    for _ in 0..<decisions.number(below: 3) {
      arguments = arguments.arranged(
        decisions.arrangement(), only: decisions.isOne(in: 3) ? nil : decisions.number(below: 5))
    }
    let reduction = recipe.hasReductions ? decisions.reduction() : .none
    let trial = CallTrial(
      form: call.form, arguments: arguments, reduction: reduction, isOrdinary: !decisions.isHostile)
    do {
      try trial.run(&decisions)
    } catch {
      throw Finding(description: "\(recipe.name), \(S.self), \(reduction), \(arguments.summary): \(error)")
    }
  }

  private func run(_ decisions: inout Decisions) throws(Finding) {
    let value: Tensor<S>
    do {
      value = try form.value(arguments, reduction)
    } catch {
      return try refuse(upstream: nil, error, &decisions)
    }
    let upstream = upstream(of: value.shape, &decisions)
    if let upstream, upstream.shape != value.shape {
      let error = LossError.shapeMismatch(argument: "upstream", shape: upstream.shape, expected: value.shape)
      return try refuse(upstream: upstream, error, &decisions)
    }
    let results = try results(arguments, upstream)
    try demandSameBits(results.value, value, "the value that comes with gradients")
    try fill(&decisions, upstream, results)
    try repeatElsewhere(&decisions, upstream, results)
    try compareWithSum(value)
    guard isOrdinary else { return }
    try demand(!value.scalars.contains(where: \.isNaN), "the value is not a number")
    for gradient in results.gradients {
      try demand(!gradient.scalars.contains(where: \.isNaN), "a gradient is not a number")
    }
  }

  /// An upstream, or none, or one of another shape.
  private func upstream(of shape: Shape, _ decisions: inout Decisions) -> Tensor<S>? {
    if decisions.isMischief(in: 6) { return Tensor(0.5).broadcast(to: decisions.altered(shape)) }
    guard decisions.isOne(in: 2) else { return nil }
    let upstream = Tensor<S>(decisions.tensor(shape, -2..<2))
    return decisions.isOne(in: 2) ? decisions.arrangement().view(of: upstream) : upstream
  }

  /// The value and all gradients, by the verbs that allocate.
  func results(_ arguments: Arguments<S>, _ upstream: Tensor<S>?) throws(Finding) -> Results {
    let (value, gradient) = try accepted("the gradient beside the value") { () throws(LossError) in
      try form.valueWithGradient(arguments, reduction, upstream: upstream)
    }
    let alone = try accepted("the gradient alone") { () throws(LossError) in
      try form.backward(arguments, reduction, upstream: upstream)
    }
    try demandSameBits(alone, gradient, "the gradient alone")
    let all = try accepted("the gradients") { () throws(LossError) in
      try form.gradients(arguments, reduction, upstream: upstream)
    }
    guard let all else { return (value, [gradient]) }
    try demandSameBits(all.input, gradient, "the gradient among all")
    return (value, [all.input, all.target])
  }

  /// The result of a call that must not throw.
  func accepted<Result>(
    _ what: String, _ body: () throws(LossError) -> Result
  ) throws(Finding) -> Result {
    do { return try body() } catch { throw Finding(description: "\(what) is refused: \(error)") }
  }
}

extension Arguments {
  fileprivate var summary: String {
    let shapes = [
      "input \(input.shape)", target.map { "target \($0.shape)" }, labels.map { "labels \($0.shape)" },
      weight.map { "weight \($0.shape)" }, positiveWeight.map { "positiveWeight \($0.shape)" },
    ]
    return shapes.compactMap(\.self).joined(separator: ", ")
  }
}
