import Losses

/// A loss in one format, whose calls are measured on inputs of any shape.
struct Family {
  /// The loss: `multi_margin`.
  let loss: String
  /// The format of the input, where that is not row-major `Float`: `double`.
  let format: String?
  /// The shapes that are part of the benchmark.
  let shapes: [Shape]
  /// The shapes, small ones, that are only for counting instructions.
  let countedShapes: [Shape]
  /// The shapes that the loss can have.
  let domain: ShapeDomain
  /// Whether a sweep draws shapes for it: other libraries have the loss.
  let isSwept: Bool
  /// Makes the inputs and measures the calls. It keeps no memory afterwards.
  let measure: (inout Meter, Shape) throws -> Void

  init(
    _ loss: String, _ shapes: [Shape] = [], counted countedShapes: [Shape] = [], format: String? = nil,
    in domain: ShapeDomain, isSwept: Bool = true, _ measure: @escaping (inout Meter, Shape) throws -> Void
  ) {
    self.loss = loss
    self.format = format
    self.shapes = shapes
    self.countedShapes = countedShapes
    self.domain = domain
    self.isSwept = isSwept
    self.measure = measure
  }

  /// Every family, in the order in which their rows are shown.
  static var all: [Family] {
    elementwise + classes + heads + images + contrastive + sequences + activations + vectors + formats
  }

  /// The rows of the listed shapes.
  var rows: [Row] {
    shapes.map { row($0) } + countedShapes.map { row($0, isTimed: false) }
  }

  /// Returns the row of a shape: `mse/1000x1000/double`.
  func row(_ shape: Shape, isTimed: Bool = true) -> Row {
    let name = [loss, domain.name(of: shape), format].compactMap(\.self).joined(separator: "/")
    return Row(name, elements: domain.elements(shape), isTimed: isTimed) { meter in
      try measure(&meter, shape)
    }
  }

  /// Returns the row of a name, or `nil` if it is that of another family, or of a shape that the loss cannot have.
  func row(named name: String) -> Row? {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    guard (2...3).contains(parts.count), parts[0] == loss, parts.dropFirst(2).first == format.map({ $0[...] })
    else { return nil }
    return domain.shape(named: String(parts[1])).map { row($0) }
  }
}
