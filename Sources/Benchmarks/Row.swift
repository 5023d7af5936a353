import Losses

/// A loss on an input of some size.
struct Row {
  /// Loss and size: `multi_margin/1024x1000`.
  let name: String
  /// The number of elements of the input.
  let elements: Int
  /// Makes the inputs, times the calls, and leaves no memory behind.
  let measure: (inout Meter) throws -> Void

  static var all: [Row] { elementwise + classes + sequences + activations + vectors + formats }

  init(_ name: String, elements: Int, _ measure: @escaping (inout Meter) throws -> Void) {
    self.name = name
    self.elements = elements
    self.measure = measure
  }

  /// A row that is named after the shape of its input, and the format if there is one: `mse/1000x1000/double`.
  init(
    _ loss: String, _ shape: Shape, format: String? = nil, _ measure: @escaping (inout Meter) throws -> Void
  ) {
    let lengths = shape.map { "\($0)" }.joined(separator: "x")
    let name = [loss, lengths, format].compactMap(\.self).joined(separator: "/")
    self.init(name, elements: shape.reduce(1, *), measure)
  }
}
