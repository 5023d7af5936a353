import ExampleTools
import Losses

/// Handwritten digits at random places of a noisy field, and the class of each pixel.
struct Field {
  static let side = 24
  /// The background is class 0, and the digit d is class d + 1.
  static let classes = 11
  private static let digitSide = 8
  /// The pixels of a digit with at least this much ink are those of its class.
  private static let leastInk: Float = 0.5
  /// How dark the noise is at most, where 1 is the ink of a digit.
  private static let noise: Float = 0.4
  private static let mostDigits = 4
  /// How often a place for a digit is drawn; one that overlaps an earlier digit is not used.
  private static let placeDraws = 40

  /// The pixels, row by row from the top: 0 is paper, 1 is ink.
  private(set) var pixels: [Float]
  /// The class of each pixel.
  private(set) var labels = Array(repeating: 0, count: side * side)

  private init(random: inout SplitMix64) {
    pixels = (0..<Self.side * Self.side).map { _ in Self.noise * random.nextUniform() }
  }

  /// Makes fields with up to four digits that do not overlap, using each of the given digits once.
  static func fields(of digits: Digits, random: inout SplitMix64) -> [Field] {
    var order = random.permutation(of: digits.count)[...]
    var fields: [Field] = []
    while !order.isEmpty {
      var field = Field(random: &random)
      for (row, column) in places(count: min(mostDigits, order.count), random: &random) {
        let digit = order.removeFirst()
        field.add(digits.labels[digit], image: digits.images[digit, .all].scalars, row: row, column: column)
      }
      fields.append(field)
    }
    return fields
  }

  /// The top left corners of at least one and at most `count` digits that do not overlap.
  private static func places(count: Int, random: inout SplitMix64) -> [(row: Int, column: Int)] {
    var places: [(row: Int, column: Int)] = []
    for _ in 0..<placeDraws where places.count < count {
      let row = random.nextInteger(below: side - digitSide + 1)
      let column = random.nextInteger(below: side - digitSide + 1)
      if places.allSatisfy({ max(abs($0.row - row), abs($0.column - column)) >= digitSide }) {
        places.append((row, column))
      }
    }
    return places
  }

  private mutating func add(_ digit: Int, image: [Float], row: Int, column: Int) {
    for (index, ink) in image.enumerated() {
      let (y, x) = index.quotientAndRemainder(dividingBy: Self.digitSide)
      let pixel = (row + y) * Self.side + column + x
      pixels[pixel] = ink + (1 - ink) * pixels[pixel]
      if ink >= Self.leastInk { labels[pixel] = digit + 1 }
    }
  }
}

/// Several fields as tensors.
struct Batch {
  /// The pixels, [N, side, side, 1].
  let maps: Tensor<Float>
  /// The class of each pixel, [N, side, side].
  let labels: Tensor<Int>

  init(_ fields: some Collection<Field>) {
    let shape: Shape = [fields.count, Field.side, Field.side]
    maps = Tensor(fields.flatMap(\.pixels), shape: shape + [1])
    labels = Tensor(fields.flatMap(\.labels), shape: shape)
  }
}
