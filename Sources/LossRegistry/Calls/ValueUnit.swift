package import Losses

/// What a loss has a value for before any reduction, and with it what a weight of a sample or an element of a mask is for.
package enum ValueUnit: Sendable {
  /// An element of the input.
  case element
  /// The scores of all classes, with one label or none.
  case column
  /// The scores of all classes, with a list of labels.
  case labelledColumn
  /// A vector along the last axis.
  case row
  /// A sample of a batch of sequences.
  case sequence
  /// A sample along the first axis, with all that it holds.
  case sample

  /// Returns the shape of the values, if there can be any.
  package func valueShape<S>(_ arguments: Arguments<S>) -> Shape? {
    let input = arguments.reals.values[0].shape
    switch self {
    case .element: return input
    case .column:
      // A single label may have an axis or not.
      if input.count < 2, let labels = arguments.integers["target"]?.shape { return labels }
      return input.isEmpty ? nil : input.dropping(axis: input.count > 1 ? 1 : 0)
    case .labelledColumn, .row: return Shape(input.dropLast())
    case .sample: return input.first.map { [$0] }
    case .sequence: return input.count == 3 ? [input[1]] : input.count == 2 ? [] : nil
    }
  }

  /// Returns the positions of the elements of an argument that belong to each value, or `nil` where they belong to all.
  ///
  /// - Parameters:
  ///   - shape: The argument's shape.
  ///   - input: That of the input.
  ///   - values: That of the values.
  package func positions(of label: String, _ shape: Shape, input: Shape, values: Shape) -> [[Int]]? {
    let count = values.elementCount
    if self == .element {
      // Without the last axis, it is broadcast along it.
      let lacksLast =
        ["variance", "target"].contains(label) && shape.count + 1 == values.count && !shape.isEmpty
      let positions = Tensor(Array(0..<shape.elementCount), shape: shape)
      let aligned = lacksLast ? positions.insertingAxis(at: shape.count) : positions
      guard aligned.shape.isBroadcastable(to: values) else { return nil }
      return aligned.broadcast(to: values).scalars.map { [$0] }
    }
    if label == "weight" || label == "classWeights" || label.hasPrefix("weights.") { return nil }
    // The product of lengths beside one of 0 may be no number.
    if count == 0 { return [] }
    // Targets that are one after another may be as many as there are sequences.
    if self == .sequence, label == "targets", shape.count < 2 { return nil }
    if shape == values { return (0..<count).map { [$0] } }
    switch (self, shape.count) {
    case (.column, _) where shape == input:
      let axis = shape.count > 1 ? 1 : 0
      let inner = shape.dropFirst(axis + 1).reduce(1, *)
      let classes = shape.isEmpty ? 1 : shape[axis]
      // In a call that is rejected, they may not fit.
      if count * classes != shape.elementCount { return nil }
      return (0..<count).map { value in
        (0..<classes).map { (value / inner * classes + $0) * inner + value % inner }
      }
    case (.labelledColumn, _) where shape == input, (.row, _) where shape == input:
      let length = shape.last ?? 1
      return (0..<count).map { Array($0 * length..<($0 + 1) * length) }
    case (.sample, 1...) where shape[0] == count:
      guard let size = shape.validElementCount.map({ $0 / count }) else { return nil }
      return (0..<count).map { Array($0 * size..<($0 + 1) * size) }
    case (.sequence, _) where shape == input:
      let (frames, classes) = (shape[0], shape[shape.count - 1])
      return (0..<count).map { value in
        (0..<frames).flatMap { frame in (0..<classes).map { (frame * count + value) * classes + $0 } }
      }
    case (.sequence, 2) where shape[0] == count:
      return (0..<count).map { Array($0 * shape[1]..<($0 + 1) * shape[1]) }
    default: return nil
    }
  }
}

extension Arguments {
  /// The same arguments with another number, and another label, wherever all values are out that an element belongs to.
  ///
  /// - Parameter isOut: For each value, whether it is out.
  package func replacing(
    _ isOut: [Bool], _ unit: ValueUnit, real: Scalar, label: Int
  ) -> Arguments {
    guard let values = unit.valueShape(self) else { return self }
    let input = reals.values[0].shape
    func replaced<T>(_ name: String, _ tensor: Tensor<T>, by other: T) -> Tensor<T> {
      guard let positions = unit.positions(of: name, tensor.shape, input: input, values: values) else {
        return tensor
      }
      var isIn = Array(repeating: false, count: tensor.count)
      for (value, positions) in positions.enumerated() where !isOut[value] {
        for position in positions { isIn[position] = true }
      }
      return Tensor(zip(tensor.scalars, isIn).map { $1 ? $0 : other }, shape: tensor.shape)
    }
    var copy = self
    copy.reals = reals.map { replaced($0, $1, by: real) }
    copy.integers = integers.map { name, tensor in
      name.hasSuffix("Lengths") ? tensor : replaced(name, tensor.ints, by: label)
    }
    return copy
  }
}
