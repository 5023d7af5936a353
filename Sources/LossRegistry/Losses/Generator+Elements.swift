import Losses

extension Generator {
  /// Calls without a weight.
  static func elements(
    _ name: String, _ input: Range<Double>, _ target: Range<Double>,
    loss: @escaping @Sendable (inout Decisions) -> any Adapter
  ) -> Generator {
    Generator(name) { decisions in
      let loss = loss(&decisions)
      let shape = decisions.shape(ranks: 0...4)
      let numbers = decisions.tensor(shape, target)
      // Some losses are meant for targets of ±1, and none of this range minds them.
      let targets = target == -1..<1 && decisions.isOne(in: 2) ? decisions.pairLabels(shape) : numbers
      return Call(loss, Arguments(input: decisions.tensor(shape, input), target: targets))
    }
  }

  /// Calls with a weight for each element, or some without one.
  static func weightedElements(
    _ name: String, _ input: Range<Double>, _ target: Range<Double>, isBroadcast: Bool = false,
    loss: @escaping @Sendable (inout Decisions) -> any Adapter
  ) -> Generator {
    Generator(name) { decisions in
      let loss = loss(&decisions)
      let shape = decisions.shape(ranks: 0...4)
      var arguments = Arguments(
        input: decisions.tensor(shape, input), target: decisions.tensor(shape, target))
      if decisions.isOne(in: 2) { return Call(loss, arguments) }
      let weightShape = isBroadcast ? decisions.broadcastable(to: shape) : shape
      arguments.weight = decisions.isOne(in: 3) ? nil : decisions.tensor(weightShape, 0.1..<2)
      return Call(loss, arguments)
    }
  }
}
