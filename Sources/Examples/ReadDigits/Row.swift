import ExampleTools
import Losses

/// Handwritten digits side by side, at uneven distances.
struct Row {
  static let height = 8

  /// The pixels, column by column from the left and each column from the top: 0 is paper, 1 is ink.
  private(set) var pixels: [Float] = []
  /// The digits from left to right. Their positions are not kept: nothing needs them.
  private(set) var digits: [Int] = []

  var width: Int { pixels.count / Self.height }

  /// Makes rows of three to five digits, using each of the given digits once.
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
