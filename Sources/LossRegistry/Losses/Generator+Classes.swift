import Losses

extension Generator {
  /// Calls with scores and labels.
  ///
  /// - Parameter loss: Returns the loss and the label that it ignores, given one that it may ignore.
  static func labels(
    _ name: String, ranks: ClosedRange<Int>,
    loss: @escaping @Sendable (inout Decisions, _ ignored: Int?) -> (loss: any Adapter, ignored: Int?)
  ) -> Generator {
    Generator(name) { decisions in
      let shape = decisions.shape(ranks: ranks)
      let axis = shape.count > 1 ? 1 : 0
      let classes = shape.isEmpty ? 1 : shape[axis]
      let drawn = decisions.ignoreIndex(classes: classes)
      let (loss, ignored) = loss(&decisions, drawn)
      let sampleShape = shape.isEmpty ? shape : shape.dropping(axis: axis)
      return Call(
        loss,
        Arguments(
          input: decisions.tensor(shape, -50..<50),
          labels: decisions.labels(sampleShape.orScalar, classes: classes, ignored: ignored),
          weight: decisions.weight(ofClassesIn: shape)))
    }
  }
}

extension Decisions {
  /// Returns the options of cross entropy that keep scores small.
  mutating func zLossAndSoftCap() -> (zLoss: Double, softCap: Double?) {
    (choice(of: [0, 1e-4, real(0..<1)]), choice(of: [nil, 30, real(0.5..<100)]))
  }

  /// Returns a weight for each class, or none.
  mutating func weight(ofClassesIn shape: Shape) -> Tensor<Double>? {
    let classes = shape.isEmpty ? 1 : shape[shape.count > 1 ? 1 : 0]
    return isOne(in: 2) ? tensor(([classes] as Shape).orScalar, 0.1..<2) : nil
  }
}
