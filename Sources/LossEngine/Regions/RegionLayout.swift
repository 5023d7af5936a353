internal import Tensors

/// The input of a loss of regions as samples × classes × positions, and how its target belongs to that.
struct RegionLayout: Sendable {
  let samples: Int
  let classes: Int
  let positions: Int
  /// Whether the integers of the target are classes.
  let hasClassLabels: Bool
  /// The shape of what each position has one of: a weight, an element of a mask.
  let positionShape: Shape

  /// Throws where a shape does not fit.
  ///
  /// - Parameter needsClassLabels: Whether integers in the input's shape are no target of several classes.
  init(
    _ shape: Shape, target: Shape, hasMasks: Bool, mode: RegionMode, needsClassLabels: Bool = false
  ) throws(LossError) {
    let isBinary = mode == .binary
    guard isBinary ? shape.count >= 1 : shape.count >= 2 && shape[1] > 0 else {
      throw .unsupportedShape(
        argument: "input", shape: shape,
        requirement: isBinary
          ? "only [N, d…] is possible" : "only [N, classes, d…] is possible, with at least one class")
    }
    try Check.size(of: shape, named: "input")
    let classless = Shape(shape.indices.filter { $0 != 1 }.map { shape[$0] })
    let isWithoutAxis = shape.count > 1 && target == classless
    hasClassLabels = mode == .multiclass && !hasMasks && isWithoutAxis
    if !hasClassLabels, !(isBinary && isWithoutAxis && shape[1] == 1) {
      let hasClasses =
        mode == .multiclass && !hasMasks && (needsClassLabels || target.count != shape.count)
      let isChannelsLast = shape.count > 2 && target == Shape(shape.dropLast())
      try Check.shape(
        target, named: "target", is: hasClasses ? classless : shape,
        hint: isChannelsLast
          ? "the classes are along axis 1; did you mean input with the last axis there?"
          : mode == .multiclass && !hasMasks ? target.hint(named: "target", toBe: classless) : nil)
    }
    positionShape = isBinary ? target : classless
    samples = shape[0]
    classes = isBinary ? 1 : shape[1]
    positions = shape.dropFirst(isBinary ? 1 : 2).reduce(1, *)
  }
}
