public import LossEngine
public import RealMath
public import Tensors

/// A loss of pairs of boxes: its value, and its slopes in the quantities that a pair of boxes is described by.
///
/// From these slopes come the derivatives with respect to the eight coordinates, in one place.
@usableFromInline
protocol BoxFormula: RowFormula {
  var eps: Double { get }
  var reduction: Reduction { get }

  func terms(_ pair: BoxPair) -> BoxTerms
}

/// The value of a loss of boxes, and its derivatives with respect to quantities that are taken as independent.
@frozen @usableFromInline
struct BoxTerms {
  @usableFromInline var value: Double
  /// The area of the intersection.
  @usableFromInline var intersection: Double
  /// The area of either box.
  @usableFromInline var area: Double
  /// The sides of the enclosing box.
  @usableFromInline var enclosing: (width: Double, height: Double)
  /// The offset of the centres.
  @usableFromInline var offset: (x: Double, y: Double)
  /// The sides of either box, apart from their area.
  @usableFromInline var input: (width: Double, height: Double)
  @usableFromInline var target: (width: Double, height: Double)

  @export(implementation) @inline(__always)
  init(value: Double, intersection: Double, area: Double, enclosing: (width: Double, height: Double)) {
    self.value = value
    self.intersection = intersection
    self.area = area
    self.enclosing = enclosing
    offset = (0, 0)
    input = (0, 0)
    target = (0, 0)
  }
}

extension BoxFormula {
  /// Returns the evaluation of a loss of boxes.
  @inlinable
  func evaluation<S: LossScalar>(
    _ input: Tensor<S>, _ target: Tensor<S>, _ sampleWeight: Tensor<S>?, _ mask: Tensor<Bool>?
  ) throws(LossError) -> RowEvaluation<Self, Tensor<S>, InputTargetGradient<S>> {
    try Check.hyperparameter("eps", eps, .finiteNonNegative)
    try Check.boxShape(input.shape, named: "input")
    let arguments = try RowArguments(
      input, target, names: ["target"], sampleWeight: sampleWeight, mask: mask, reduction: reduction)
    try Check.boxes(of: input, named: "input", samples: arguments.samples)
    try Check.boxes(of: target, named: "target", samples: arguments.samples)
    return RowEvaluation(self, arguments)
  }

  @export(implementation) @inline(__always)
  package func compute<C: RealScalar>(_ row: Row<C>) {
    let pair = BoxPair(row.first, row.second, eps: eps)
    store(terms(pair), of: pair, to: row)
  }

  /// Stores the value and the gradients of a pair.
  @export(implementation) @inline(__always)
  func store<C: RealScalar>(_ terms: BoxTerms, of pair: BoxPair, to row: Row<C>) {
    row.value = select(pair.isFinite, terms.value, .nan)
    let scale = select(pair.isFinite, row.scale * pair.scale, .nan)
    if let gradient = row.firstGradient {
      let sides = terms.sides(of: pair, pair.input, bounding: pair.shares, terms.input)
      terms.write(sides, offset: (0.5 * terms.offset.x, 0.5 * terms.offset.y), scale: scale, to: gradient)
    }
    if let gradient = row.secondGradient {
      let shares = Box(
        x1: 1 - pair.shares.x1, y1: 1 - pair.shares.y1, x2: 1 - pair.shares.x2, y2: 1 - pair.shares.y2)
      let sides = terms.sides(of: pair, pair.target, bounding: shares, terms.target)
      terms.write(sides, offset: (-0.5 * terms.offset.x, -0.5 * terms.offset.y), scale: scale, to: gradient)
    }
  }
}

extension BoxTerms {
  /// Returns the slopes in the four coordinates of a box, outwards: how the loss grows where a side moves away from the
  /// box. The movement of its centre is left out.
  ///
  /// - Parameters:
  ///   - shares: The shares of the box's coordinates in the ends of the overlap.
  ///   - own: The slopes in the sides of the box, apart from its area.
  @export(implementation) @inline(__always)
  func sides(
    of pair: BoxPair, _ box: Box, bounding shares: Box, _ own: (width: Double, height: Double)
  ) -> Box {
    let inner = (width: intersection * pair.overlap.height, height: intersection * pair.overlap.width)
    let width = area * box.height + own.width
    let height = area * box.width + own.height
    return Box(
      x1: width + shares.x1 * inner.width + (1 - shares.x1) * enclosing.width,
      y1: height + shares.y1 * inner.height + (1 - shares.y1) * enclosing.height,
      x2: width + shares.x2 * inner.width + (1 - shares.x2) * enclosing.width,
      y2: height + shares.y2 * inner.height + (1 - shares.y2) * enclosing.height)
  }

  @export(implementation) @inline(__always)
  func write<C: RealScalar>(
    _ sides: Box, offset: (x: Double, y: Double), scale: Double, to gradient: UncheckedBuffer<C>
  ) {
    gradient[0] = C(scale * (offset.x - sides.x1))
    gradient[1] = C(scale * (offset.y - sides.y1))
    gradient[2] = C(scale * (offset.x + sides.x2))
    gradient[3] = C(scale * (offset.y + sides.y2))
  }
}
