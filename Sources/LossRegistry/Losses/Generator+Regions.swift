import Losses

extension Generator {
  /// Calls of a loss that compares regions.
  static func regions(
    _ name: String, loss: @escaping @Sendable (inout Decisions) -> any RegionAdapter
  ) -> Generator {
    Generator("\(name) of regions", allowsLongRows: false) { decisions in
      var loss = loss(&decisions)
      loss.mode = decisions.choice(of: RegionMode.allCases)
      loss.smoothing = decisions.choice(of: [0, 1, decisions.real(0..<2)])
      loss.fromLogits = !decisions.isOne(in: 3)
      loss.perSample = decisions.isOne(in: 2)
      loss.ignoreIndex = decisions.choice(of: [nil, -100, -1, 255, 1])
      let shape = decisions.shape(ranks: 2...4)
      let scores = decisions.tensor(shape, loss.fromLogits ? -8..<8 : 0..<1)
      if decisions.isOne(in: 3) {
        return Call(loss, Arguments(input: scores, target: decisions.tensor(shape, 0..<1)))
      }
      let hasClasses = loss.mode == .multiclass && shape.count > 1 && !decisions.isOne(in: 6)
      let labels = decisions.labels(
        hasClasses ? shape.dropping(axis: 1).orScalar : shape, classes: hasClasses ? shape[1] : 2,
        ignored: loss.ignoreIndex)
      return Call(loss, Arguments(input: scores, labels: labels))
    }
  }
}

extension ReferenceArguments {
  /// The loss with the arguments that all losses of regions have.
  func regions<Loss: RegionAdapter>(_ loss: Loss) throws(ReferenceProblem) -> Loss {
    var loss = loss
    let mode = try text("mode", default: loss.mode.rawValue)
    guard let known = RegionMode(rawValue: mode) else { throw .inexpressible("mode is \(mode)") }
    loss.mode = known
    loss.fromLogits = try boolean("from_logits")
    loss.smoothing = try number("smoothing")
    loss.perSample = try boolean("per_sample")
    loss.ignoreIndex = isGiven("ignore_index") ? try integer("ignore_index") : nil
    loss.reduction = try reduction()
    return loss
  }
}

extension ReferenceCall {
  /// A call of a loss that compares regions.
  static func regions<Loss: RegionAdapter>(
    _ options: [String] = [], loss: @escaping @Sendable (ReferenceArguments) throws -> Loss
  ) -> ReferenceCall {
    ReferenceCall(
      options + ["mode", "from_logits", "smoothing", "per_sample", "ignore_index", "reduction"],
      [Parameter("input"), Parameter("target", .labelsOrProbabilities)]
    ) { try $0.regions(try loss($0)) }
  }
}
