public import LossEngine
public import RealMath

/// Two boxes with sides parallel to the axes, and what losses make of them: overlap, union and enclosing box.
///
/// All is computed in `Double`, in which areas and differences of `Float`s keep their digits.
@frozen @usableFromInline
struct BoxPair {
  @usableFromInline let input: Box
  @usableFromInline let target: Box
  /// What the coordinates were multiplied by. The loss is the same at every scale, but for eps.
  @usableFromInline let scale: Double
  /// Both boxes as they are given.
  @usableFromInline let given: (input: Box, target: Box)
  /// How far the boxes overlap along each axis, and 0 along both where they do not overlap.
  @usableFromInline let overlap: (width: Double, height: Double)
  /// The sides of the smallest box around both.
  @usableFromInline let enclosing: (width: Double, height: Double)
  /// The shares of the input's coordinates in the ends of the overlap: 1 where it is bounded by the input, ½ where by
  /// both. A coordinate's share in the enclosing box is 1 less this.
  @usableFromInline let shares: Box

  /// - Parameter eps: What is added to areas.
  @export(implementation) @inline(__always)
  init<C: RealScalar>(_ a: UncheckedBuffer<C>, _ b: UncheckedBuffer<C>, eps: Double) {
    let first = Box(a)
    let second = Box(b)
    given = (first, second)
    let largest = max(first.largestMagnitude, second.largestMagnitude)
    // Beyond 2⁵⁰⁰, areas or what is made of them could overflow.
    var scale: Double = select(largest > 0x1p500, 0x1p-600, 1)
    // Those of small boxes could underflow, where there is no eps that they are nothing beside.
    if eps < 0x1p-900 {
      scale = select(largest < 0x1p-400, 0x1p900, select(largest < 0x1p50, 0x1p450, scale))
    }
    self.scale = scale
    let (a, b) = (first.scaled(by: scale), second.scaled(by: scale))
    (input, target) = (a, b)
    let width = min(a.x2, b.x2) - max(a.x1, b.x1)
    let height = min(a.y2, b.y2) - max(a.y1, b.y1)
    let overlaps: Double = select(width > 0, select(height > 0, 1, 0), 0)
    overlap = (overlaps * width, overlaps * height)
    enclosing = (max(a.x2, b.x2) - min(a.x1, b.x1), max(a.y2, b.y2) - min(a.y1, b.y1))
    shares = Box(
      x1: Self.share(a.x1 - b.x1), y1: Self.share(a.y1 - b.y1), x2: Self.share(b.x2 - a.x2),
      y2: Self.share(b.y2 - a.y2))
  }

  @export(implementation) @inline(__always)
  static func share(_ difference: Double) -> Double {
    select(difference > 0, 1, select(difference == 0, 0.5, 0))
  }

  @export(implementation) @inline(__always)
  var intersection: Double { overlap.width * overlap.height }

  @export(implementation) @inline(__always)
  var union: Double { input.area + target.area - intersection }

  @export(implementation) @inline(__always)
  var enclosingArea: Double { enclosing.width * enclosing.height }

  /// Whether the squares of the sides of a box may be no normal numbers at the scale of the pair.
  @export(implementation) @inline(__always)
  var isExtreme: Bool { input.isTiny || target.isTiny || scale < 1 }

  /// The shapes of both boxes, each at a scale of its own.
  @export(implementation) @inline(__always)
  var shapes: (input: BoxShape, target: BoxShape) {
    (BoxShape(given.input, pairScale: scale), BoxShape(given.target, pairScale: scale))
  }

  /// From the target's centre to the input's.
  @export(implementation) @inline(__always)
  var offset: (x: Double, y: Double) {
    (
      ((input.x1 - target.x1) + (input.x2 - target.x2)) / 2,
      ((input.y1 - target.y1) + (input.y2 - target.y2)) / 2
    )
  }

  /// Returns eps at the scale of areas: so small a number, instead of 0, that nothing is divided by 0.
  @export(implementation) @inline(__always)
  func area(_ eps: Double) -> Double { max(eps * scale * scale, .leastNormalMagnitude) }

  /// Whether all coordinates are finite.
  @export(implementation) @inline(__always)
  var isFinite: Bool { (input.sum + target.sum).isFinite }
}

/// The sides of a box, at a scale at which the square of the larger one is a normal number.
@frozen @usableFromInline
struct BoxShape {
  @usableFromInline let width: Double
  @usableFromInline let height: Double
  /// The sides times what they were multiplied by, over what those of the pair of boxes were.
  @usableFromInline let scaledWidth: Double
  @usableFromInline let scaledHeight: Double

  @export(implementation) @inline(__always)
  init(_ box: Box) {
    (width, height) = (box.width, box.height)
    (scaledWidth, scaledHeight) = (width, height)
  }

  /// - Parameter pairScale: What the coordinates of the pair were multiplied by.
  @export(implementation) @inline(__always)
  init(_ box: Box, pairScale: Double) {
    let longer = box.longerSide
    // The difference of large coordinates may overflow. A tiny box may have large ones, so its sides are enlarged instead.
    let reducing: Double = select(longer > 0x1p300, 0x1p-600, 1)
    // Beside a very large box, the quotient of the scales must not overflow.
    let enlarging: Double = select(longer < 0x1p-300, select(pairScale < 1, 0x1p400, 0x1p600), 1)
    let reduced = box.scaled(by: reducing)
    (width, height) = (enlarging * reduced.width, enlarging * reduced.height)
    let scale = reducing * enlarging / pairScale
    (scaledWidth, scaledHeight) = (scale * width, scale * height)
  }
}

/// A box, or a number for each of its coordinates.
@frozen @usableFromInline
struct Box {
  @usableFromInline let x1: Double
  @usableFromInline let y1: Double
  @usableFromInline let x2: Double
  @usableFromInline let y2: Double

  @export(implementation) @inline(__always)
  init(x1: Double, y1: Double, x2: Double, y2: Double) {
    self.x1 = x1
    self.y1 = y1
    self.x2 = x2
    self.y2 = y2
  }

  @export(implementation) @inline(__always)
  init<C: RealScalar>(_ box: UncheckedBuffer<C>) {
    self.init(x1: Double(box[0]), y1: Double(box[1]), x2: Double(box[2]), y2: Double(box[3]))
  }

  @export(implementation) @inline(__always)
  func scaled(by scale: Double) -> Box {
    Box(x1: scale * x1, y1: scale * y1, x2: scale * x2, y2: scale * y2)
  }

  @export(implementation) @inline(__always) var width: Double { x2 - x1 }
  @export(implementation) @inline(__always) var height: Double { y2 - y1 }
  @export(implementation) @inline(__always) var area: Double { width * height }
  @export(implementation) @inline(__always) var longerSide: Double { max(width, height) }
  /// Whether the square of the longer side may be no normal number. A point has none.
  @export(implementation) @inline(__always)
  var isTiny: Bool { longerSide < 0x1p-300 && longerSide > 0 }
  @export(implementation) @inline(__always) var sum: Double { (x1 + y1) + (x2 + y2) }

  @export(implementation) @inline(__always)
  var largestMagnitude: Double { max(max(x1.magnitude, y1.magnitude), max(x2.magnitude, y2.magnitude)) }
}
