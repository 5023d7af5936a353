import Foundation
import Losses

/// The shapes that a loss can have: how they are written, and how a sweep draws them.
struct ShapeDomain: Sendable {
  /// A letter for each axis, where a shape is written as `T50-N16-C20-S30` and not as `50x16x20x30`.
  private let letters: String
  private let ranks: ClosedRange<Int>
  /// Whether the loss can have a shape of these ranks, without empty axes.
  private let allows: @Sendable (Shape) -> Bool
  /// Returns the number of elements of an input.
  let elements: @Sendable (Shape) -> Int
  /// Draws a shape that a sweep measures in seconds at most.
  let draw: @Sendable (inout SplitMix64) -> Shape

  private init(
    ranks: ClosedRange<Int>, letters: String = "",
    allows: @escaping @Sendable (Shape) -> Bool = { _ in true },
    elements: @escaping @Sendable (Shape) -> Int = { $0.reduce(1, *) },
    draw: @escaping @Sendable (inout SplitMix64) -> Shape
  ) {
    self.letters = letters
    self.ranks = ranks
    self.allows = allows
    self.elements = elements
    self.draw = draw
  }

  func name(of shape: Shape) -> String {
    letters.isEmpty
      ? shape.map { "\($0)" }.joined(separator: "x")
      : zip(letters, shape).map { "\($0)\($1)" }.joined(separator: "-")
  }

  /// Returns the shape that is written so, or `nil` if it is none that the loss can have.
  func shape(named name: String) -> Shape? {
    let lengths = name.split { !$0.isNumber }.compactMap { Int($0) }
    guard ranks ~= lengths.count, lengths.allSatisfy({ $0 > 0 }) else { return nil }
    let shape = Shape(lengths)
    return allows(shape) && self.name(of: shape) == name ? shape : nil
  }
}

// The largest inputs of linear size have 64 M elements; where a call also holds several as large, or takes longer for an
// element, they are smaller.

extension ShapeDomain {
  /// Elements of a list.
  static let elements = ShapeDomain(ranks: 1...8) { generator in [generator.length(in: 1...10_000_000)] }

  /// Elements of a matrix.
  static let matrices = ShapeDomain(ranks: 2...2) { generator in
    let columns = generator.length(in: 1...4096)
    return [generator.rows(atMost: (1 << 24) / columns), columns]
  }

  /// Scores for C classes, whose axis is the last of [N, C] or the second of [N, C, H, W].
  static let classes = ShapeDomain(ranks: 2...8) { generator in
    Bool.random(using: &generator) ? generator.scores(elements: 1 << 26) : generator.images(elements: 1 << 26)
  }

  /// Scores [N, C].
  static let scores = ShapeDomain(ranks: 2...2) { generator in generator.scores(elements: 1 << 26) }

  /// Scores [N, C, H, W].
  static let classImages = ShapeDomain(ranks: 4...4) { generator in generator.images(elements: 1 << 26) }

  /// Scores [N, C] of a loss that compares every class with every other.
  static let comparedScores = ShapeDomain(ranks: 2...2) { generator in
    let classes = generator.classes(in: 1...8192)
    return [generator.rows(atMost: (1 << 26) / (classes * classes)), classes]
  }

  /// N images with scores for C classes: [N, C, H, W].
  static let images = ShapeDomain(ranks: 4...4) { generator in generator.images(elements: 1 << 23) }

  /// Boxes, of four coordinates.
  static let boxes = ShapeDomain(
    ranks: 1...1, elements: { 4 * $0[0] },
    draw: { generator in [generator.length(in: 1...4_000_000)] })

  /// Vectors of D features: [N, D].
  static let vectors = matrices

  /// At most so many vectors of D features that are compared with every other: [N, D].
  static func comparedVectors(atMost most: Int = 4096) -> ShapeDomain {
    ShapeDomain(
      ranks: 2...2, allows: { $0[0] > 1 },
      draw: { generator in
        let features = generator.length(in: 1...4096)
        let mostForFeatures = Int((Double(1 << 32) / Double(features)).squareRoot())
        return [generator.length(in: 2...min(most, mostForFeatures)), features]
      })
  }

  /// Hidden states of N samples with F features, and C classes: [N, F, C].
  static let linearHeads = ShapeDomain(ranks: 3...3) { generator in
    generator.head(features: 1...4096, classes: generator.classes(in: 1...200_000))
  }

  /// The same, with more classes than those of the clusters before the last, and features for each cluster.
  static let adaptiveHeads = ShapeDomain(
    ranks: 3...3, allows: { $0[1] >= 16 && $0[2] > 10_000 },
    draw: { generator in
      generator.head(features: 16...4096, classes: generator.length(in: 10_001...200_000))
    })

  /// T frames of N samples, with scores for C classes and at most S labels.
  static let frames = ShapeDomain(
    ranks: 4...4, letters: "TNCS", allows: { $0[2] > 1 }, elements: { $0[0] * $0[1] * $0[2] },
    draw: { generator in
      let frames = generator.length(in: 5...2000)
      // As many as there is room for even if all are alike.
      let labels = generator.length(in: 1...(frames + 1) / 2)
      let samples = generator.length(in: 1...min(64, (1 << 24) / (frames * labels)))
      let classes = generator.classes(in: 2...min(200_000, (1 << 25) / (frames * samples)))
      return [frames, samples, classes, labels]
    })

  /// The same, with scores for each frame and number of labels.
  static let lattices = ShapeDomain(
    ranks: 4...4, letters: "TNCS", allows: { $0[2] > 1 }, elements: { $0[0] * $0[1] * $0[2] * ($0[3] + 1) },
    draw: { generator in
      let frames = generator.length(in: 5...2000)
      let labels = generator.length(in: 1...frames / 2)
      let samples = generator.length(in: 1...min(16, (1 << 22) / (frames * (labels + 1))))
      let most = (1 << 23) / (frames * samples * (labels + 1))
      return [frames, samples, generator.classes(in: 2...min(200_000, most)), labels]
    })
}

extension SplitMix64 {
  /// Returns a length whose logarithm is distributed uniformly.
  fileprivate mutating func length(in range: ClosedRange<Int>) -> Int {
    let logarithms = log(Double(range.lowerBound))..<log(Double(range.upperBound + 1))
    let length = Int(exp(Double.random(in: logarithms, using: &self)))
    return min(max(length, range.lowerBound), range.upperBound)
  }

  /// Returns a number of rows: at most ten million, and so many, at least one.
  fileprivate mutating func rows(atMost most: Int) -> Int { length(in: 1...max(1, min(10_000_000, most))) }

  /// Returns a number of classes, below 32 in half of the cases.
  fileprivate mutating func classes(in range: ClosedRange<Int>) -> Int {
    let few = range.lowerBound...min(31, range.upperBound)
    if range.upperBound < 32 || Bool.random(using: &self) { return length(in: few) }
    return length(in: 32...range.upperBound)
  }

  /// Returns the shape of scores, [N, C].
  fileprivate mutating func scores(elements: Int) -> Shape {
    let classes = self.classes(in: 1...200_000)
    return [rows(atMost: elements / classes), classes]
  }

  /// Returns the shape of scores for the pixels of images, [N, C, H, W].
  fileprivate mutating func images(elements: Int) -> Shape {
    let classes = self.classes(in: 1...200_000)
    let height = length(in: 1...min(1024, elements / classes))
    let width = length(in: 1...min(1024, elements / (classes * height)))
    return [length(in: 1...min(64, elements / (classes * height * width))), classes, height, width]
  }

  /// Returns the shape of a linear head, [N, F, C].
  fileprivate mutating func head(features: ClosedRange<Int>, classes: Int) -> Shape {
    let features = length(in: features)
    return [rows(atMost: min((1 << 26) / classes, (1 << 32) / (features * classes))), features, classes]
  }
}
