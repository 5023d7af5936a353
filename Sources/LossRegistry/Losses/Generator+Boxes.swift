import Losses

extension Generator {
  /// Calls with pairs of boxes.
  static func boxes(
    _ name: String, loss: @escaping @Sendable (_ eps: Double) -> any Adapter
  ) -> Generator {
    Generator(name) { decisions in
      let eps = decisions.choice(of: [1e-7, 0, 0.01, decisions.real(0..<1)])
      var shape = decisions.shape(ranks: 1...3)
      if !decisions.injectsFault(in: 8) { shape = Shape(shape.dropLast() + [4]).orScalar }
      let input = decisions.boxes(shape)
      return Call(
        loss(eps),
        Arguments(input: input, target: decisions.isOne(in: 8) ? input : decisions.boxes(shape)))
    }
  }
}

extension Decisions {
  /// Returns boxes, of which some are empty. Where a fault is injected, some end before they begin.
  fileprivate mutating func boxes(_ shape: Shape) -> Tensor<Double> {
    let corners = tensor(shape, -20..<20)
    if shape.last != 4 || injectsFault(in: 6) { return corners }
    let sizes = tensor(shape, 0..<20)
    return corners.completingBoxes(sizes: isOne(in: 4) ? sizes.map { max(0, $0 - 10) } : sizes)
  }
}
