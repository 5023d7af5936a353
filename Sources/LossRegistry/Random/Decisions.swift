package import Losses
import Tensors

/// The choices that a trial makes, read from bytes. Past their end come zeros, which stand for the plainest choice.
package struct Decisions {
  private var bytes: ArraySlice<UInt8>

  /// Whether arguments may be anything that can be passed at all, or else only what a sensible caller passes.
  package let isHostile: Bool
  /// Whether there are elements enough for several threads.
  package let isLarge: Bool

  package init(_ bytes: [UInt8], isHostile: Bool, isLarge: Bool) {
    self.bytes = bytes[...]
    self.isHostile = isHostile
    self.isLarge = isLarge
  }

  /// Creates decisions that depend on the seed alone. Half of all seeds are hostile, few are large.
  package init(seed: UInt64, isHostile: Bool? = nil, isLarge: Bool? = nil) {
    var generator = SplitMix64(seed: seed)
    let bytes = (0..<256).map { _ in UInt8.random(in: 0...255, using: &generator) }
    self.init(
      bytes, isHostile: isHostile ?? (bytes[0] % 2 == 1), isLarge: isLarge ?? (bytes[1] == 255))
  }

  private mutating func byte() -> UInt8 { bytes.popFirst() ?? 0 }

  package mutating func word() -> UInt64 { (0..<8).reduce(0) { word, _ in word << 8 | UInt64(byte()) } }

  /// Returns a number in `0..<bound`.
  package mutating func number(below bound: Int) -> Int {
    bound <= 256
      ? Int(byte()) % bound
      : Int((UInt64(byte()) << 16 | UInt64(byte()) << 8 | UInt64(byte())) % UInt64(bound))
  }

  /// Returns `true` once in `count` times.
  package mutating func isOne(in count: Int) -> Bool { number(below: count) == count - 1 }

  /// Returns `true` once in `count` times if the decisions are hostile, else never.
  package mutating func injectsFault(in count: Int) -> Bool { isHostile && isOne(in: count) }

  package mutating func choice<Element>(of elements: [Element]) -> Element {
    elements[number(below: elements.count)]
  }
}

extension Decisions {
  /// Returns a hyperparameter.
  package mutating func real(_ range: Range<Double>) -> Double {
    if injectsFault(in: 4) { return choice(of: Self.specialNumbers) }
    return range.lowerBound + (range.upperBound - range.lowerBound) * Double(number(below: 1 << 16)) * 0x1p-16
  }

  /// Numbers at which formulas change, and at which types end.
  private static let specialNumbers: [Double] = [
    .nan, .infinity, -.infinity, 0, -0.0, 1, -1, 2, -2, 0.5, 1 - 0x1p-24, 1 + 0x1p-23, -100, 88.8, -745.2,
    1e-12, 1e30, -1e30, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, .leastNormalMagnitude,
    .greatestFiniteMagnitude, -.greatestFiniteMagnitude, 0x1p-149, 0x1.fffffep127, -0x1.fffffep127, 0x1p-24,
    65504, 65520, .signalingNaN,
  ]

  package mutating func reduction() -> Reduction {
    switch number(below: 6) {
    case 0: .none
    case 1: .sum
    case 2: .mean
    case 3: .batchMean
    default: .sumDivided(by: real(0.5..<100))
    }
  }

  package mutating func arrangement() -> Arrangement { choice(of: Arrangement.allCases) }
}

extension Decisions {
  /// Returns a shape of moderate size.
  package mutating func shape(ranks: ClosedRange<Int>) -> Shape {
    if injectsFault(in: 8) { return oddShape() }
    // Along a single axis, many losses have only one value.
    let rank = max(isLarge ? 2 : 0, ranks.lowerBound + number(below: ranks.count))
    if rank == 0 { return [] }
    var shape = Shape((0..<rank).map { _ in injectsFault(in: 12) ? 0 : 1 + number(below: 7) })
    let longest = number(below: rank)
    let others = shape.dropping(axis: longest).reduce(1) { $0 * max($1, 1) }
    // Wide kernels begin at 256 elements.
    let room = max(1, (isLarge ? 46_000 : isOne(in: 8) ? 2500 : 200) / others)
    shape[longest] =
      injectsFault(in: 12) ? 0 : isLarge ? room - number(below: room / 8 + 1) : 1 + number(below: room)
    return shape
  }

  /// Returns a shape of any rank, or one without elements whose other lengths have a product beyond all memory.
  package mutating func oddShape() -> Shape {
    let lengths = isOne(in: 3) ? [0, 1, .max, 1 << 62, 3] : [1, 0, 2, 3]
    return Shape((0..<number(below: Shape.maximumRank + 1)).map { _ in choice(of: lengths) }).orScalar
  }

  /// Returns a shape like another one, but different in most cases.
  package mutating func altered(_ shape: Shape) -> Shape {
    switch number(below: 5) {
    case 0: return shape.count < Shape.maximumRank ? shape.inserting(1, axis: 0) : []
    case 1: return Shape(shape.dropLast()).orScalar
    case 2: return Shape(shape.reversed())
    case 3: return Shape(shape.map { $0 < 1 << 10 ? $0 + 1 : 0 }).orScalar
    default: return oddShape()
    }
  }

  /// Returns a shape that can be broadcast to this one.
  package mutating func broadcastable(to shape: Shape) -> Shape {
    Shape(shape.dropFirst(number(below: shape.count + 1)).map { isOne(in: 3) ? 1 : $0 }).orScalar
  }

  /// Returns random numbers, with special ones among them where a fault is injected.
  package mutating func tensor(_ shape: Shape, _ range: Range<Double>) -> Tensor<Double> {
    var tensor = Tensor<Double>.random(in: range, shape, seed: word())
    guard injectsFault(in: 3), tensor.count > 0 else { return tensor }
    if isOne(in: 4) { return Tensor(repeating: choice(of: Self.specialNumbers), shape: shape) }
    for _ in 0..<1 + number(below: 4) {
      tensor[shape.index(ofElement: number(below: tensor.count))] = choice(of: Self.specialNumbers)
    }
    return tensor
  }

  /// Returns pair labels, 1 and −1.
  package mutating func pairLabels(_ shape: Shape) -> Tensor<Double> {
    let labels = Tensor<Int>.random(in: 0..<2, shape, seed: word()).map { Double(2 * $0 - 1) }
    return injectsFault(in: 4) ? tensor(shape, -1..<1) : labels
  }

  /// Returns labels of classes. The first of them counts unless a fault is injected.
  package mutating func labels(_ shape: Shape, classes: Int, ignored: Int? = nil) -> Tensor<Int> {
    let ordinary = Tensor<Int>.random(in: 0..<max(classes, 1), shape, seed: word())
    guard ordinary.count > 0 else { return ordinary }
    var labels = ordinary.scalars
    if let ignored, isOne(in: 3) {
      for index in labels.indices.dropFirst() where index.isMultiple(of: 3) { labels[index] = ignored }
    }
    // Where the ignored label is that of a class, it is not the first.
    if !isHostile, classes > 1, labels[0] == ignored { labels[0] = (labels[0] + 1) % classes }
    if let ignored, injectsFault(in: 8) { labels = labels.map { _ in ignored } }
    if injectsFault(in: 3) {
      labels[number(below: labels.count)] = choice(of: [.min, .max, -1, classes, -100, ignored ?? 0, 0])
    }
    return Tensor(labels, shape: shape)
  }

  /// Returns a mask. Its first element counts unless a fault is injected.
  package mutating func mask(_ shape: Shape) -> Tensor<Bool> {
    let drawn = Tensor<Int>.random(in: 0..<4, shape, seed: word())
    if injectsFault(in: 6) { return drawn.map { _ in false } }
    return Tensor(drawn.scalars.enumerated().map { $0 == 0 || $1 > 0 }, shape: shape)
  }

  /// Returns a label to ignore. A single class is ignored only by hostile decisions.
  package mutating func ignoreIndex(classes: Int) -> Int? {
    let ofClass = isHostile || classes > 1 ? [0, classes - 1] : []
    return choice(of: [-100, nil, -1, .min, .max, 255] + ofClass)
  }
}

extension Shape {
  /// This shape if its elements fit into memory and a test's time, else that of a single number.
  var orScalar: Shape { validElementCount.map { $0 <= 1 << 17 } ?? false ? self : [] }
}
