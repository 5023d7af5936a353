import ExampleTools
import Losses

/// Handwritten digits side by side, at uneven distances.
struct Row {
  static let height = 8

  /// Column after column from the left, each from the top: 0 for paper to 1 for ink.
  private(set) var pixels: [Float] = []
  /// What is to be read. Where each digit lies is not kept, for nobody needs to know.
  private(set) var digits: [Int] = []

  var width: Int { pixels.count / Self.height }

  /// Rows of three to five digits; each of the given digits is in one of them.
  static func rows(of digits: Digits, random: inout SplitMix64) -> [Row] {
    var order = random.permutation(of: digits.count)[...]
    var rows: [Row] = []
    while !order.isEmpty {
      var row = Row()
      for index in order.prefix(3 + random.nextInteger(below: 3)) {
        row.appendPaper(columns: random.nextInteger(below: 5))
        row.append(digits.labels[index], image: digits.images[index, .all])
      }
      row.appendPaper(columns: random.nextInteger(below: 5))
      order = order.dropFirst(row.digits.count)
      rows.append(row)
    }
    return rows
  }

  private mutating func appendPaper(columns: Int) {
    pixels += Array(repeating: 0, count: columns * Self.height)
  }

  private mutating func append(_ digit: Int, image: Tensor<Float>) {
    pixels += image.reshaped(to: [Self.height, Self.height]).transposed().scalars
    digits.append(digit)
  }
}
