internal import Tensors

/// The lengths in a call of a linear layer whose results are scores of classes.
struct LinearLengths: Sendable {
  /// The rows of the input.
  let rows: Int
  let features: Int
  let classes: Int
  /// The number of columns of scores for each row: the product of the axes between classes and features.
  let positions: Int

  var columns: Int { rows * positions }
}

/// The shapes in such a call, found to be right.
struct LinearShapes {
  let rows: Shape
  /// The shape of the labels: the rows, with the positions of each.
  let samples: Shape
  let scores: Shape
  let lengths: LinearLengths

  /// - Parameter slice: The classes that the layer gives the scores of, if these are not all.
  init(
    input: Shape, linearWeight: Shape, linearBias: Shape?, _ slice: ClassSlice?
  ) throws(LossError) {
    guard 1...3 ~= input.count else {
      throw .unsupportedShape(
        argument: "input", shape: input,
        requirement: "only [features], [N, features] and [B, T, features] are possible")
    }
    guard linearWeight.count >= 2 else {
      throw .unsupportedShape(
        argument: "linearWeight", shape: linearWeight,
        requirement: "only [classes, features] and [classes, d…, features] are possible")
    }
    guard linearWeight.count == 2 || input.count == 2 else {
      throw .unsupportedShape(
        argument: "input", shape: input,
        requirement: "it must be [N, features] where linearWeight has more than two axes")
    }
    try slice?.check(linearWeight, named: "linearWeight", axis: 0)
    let (features, classes) = (input.last!, linearWeight[0])
    let layer = Shape(linearWeight.dropLast())
    let expected = layer.followed(by: [features])
    try Check.shape(
      linearWeight, named: "linearWeight", is: expected,
      hint: linearWeight.count == 2 && classes == features
        ? "did you mean linearWeight.transposed()?"
        : linearWeight.hint(named: "linearWeight", toBe: expected))
    if let linearBias {
      try Check.shape(
        linearBias, named: "linearBias", is: layer, hint: linearBias.hint(named: "linearBias", toBe: layer))
    }
    try Check.size(of: input, named: "input")
    try Check.size(of: linearWeight, named: "linearWeight")

    let positions = Shape(layer.dropFirst())
    rows = Shape(input.dropLast())
    samples = rows.followed(by: positions)
    scores = rows.followed(by: [classes]).followed(by: positions)
    try Check.size(of: scores, named: "scores")
    if samples.elementCount > 0 { try Check.rowLength(classes, of: scores, named: "scores") }
    lengths = LinearLengths(
      rows: rows.elementCount, features: features, classes: classes, positions: positions.elementCount)
  }
}
