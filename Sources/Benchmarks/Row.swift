import Losses

/// A loss, called on inputs of one shape.
struct Row {
  /// The loss and the shape: `multi_margin/1024x1000`.
  let name: String
  /// The number of elements of the input.
  let elements: Int
  /// Whether the row is part of the benchmark. The others, which are small, are only for counting instructions.
  let isTimed: Bool
  /// Makes the inputs and measures the calls. It keeps no memory afterwards.
  let measure: (inout Meter) throws -> Void

  /// Every row: the timed ones in the order they are shown.
  static var all: [Row] {
    elementwise + classes + heads + images + contrastive + sequences + activations + vectors + formats
      + registered
  }

  init(
    _ name: String, elements: Int, isTimed: Bool = true, _ measure: @escaping (inout Meter) throws -> Void
  ) {
    self.name = name
    self.elements = elements
    self.isTimed = isTimed
    self.measure = measure
  }

  /// Creates a row named after the loss, the shape and the format, if any: `mse/1000x1000/double`.
  init(
    _ loss: String, _ shape: Shape, format: String? = nil, isTimed: Bool = true,
    _ measure: @escaping (inout Meter) throws -> Void
  ) {
    let lengths = shape.map { "\($0)" }.joined(separator: "x")
    let name = [loss, lengths, format].compactMap(\.self).joined(separator: "/")
    self.init(name, elements: shape.reduce(1, *), isTimed: isTimed, measure)
  }

  /// Returns a timed row for each shape, and a row that is only counted for each shape of `counted`.
  static func rows(
    _ loss: String, _ shapes: [Shape], counted: [Shape] = [], format: String? = nil,
    _ measure: @escaping (inout Meter, Shape) throws -> Void
  ) -> [Row] {
    func row(_ shape: Shape, isTimed: Bool) -> Row {
      Row(loss, shape, format: format, isTimed: isTimed) { meter in try measure(&meter, shape) }
    }
    return shapes.map { row($0, isTimed: true) } + counted.map { row($0, isTimed: false) }
  }
}
