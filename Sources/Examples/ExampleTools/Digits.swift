import Foundation
package import Losses

/// Images of digits, one in each row, with their labels.
package struct Digits {
  /// The pixels, [count, 64]: 0 is paper, 1 is ink.
  package let images: Tensor<Float>
  package let labels: Tensor<Int>

  package var count: Int { labels.count }

  /// A view of a range of rows, without a copy.
  package subscript(rows: some RangeExpression<Int>) -> Digits {
    let rows = rows.relative(to: 0..<count)
    return Digits(images: images[rows], labels: labels[rows])
  }

  /// A copy of some rows, in the order given.
  package func rows(_ rows: [Int]) -> Digits {
    let pixels = rows.flatMap { images[$0, .all].scalars }
    return Digits(
      images: Tensor(pixels, shape: [rows.count, images.shape[1]]),
      labels: Tensor(rows.map { labels[$0] })
    )
  }
}

extension Digits {
  /// The bundled images in random order: four fifths for training, and the rest for the test.
  package static func split(
    random: inout SplitMix64
  ) throws(Failure) -> (training: Digits, test: Digits) {
    let ordered = try bundled()
    let digits = ordered.rows(random.permutation(of: ordered.count))
    let trainingCount = digits.count * 4 / 5
    return (digits[..<trainingCount], digits[trainingCount...])
  }

  /// The images in `Data/digits.txt`; `Data/README.md` describes the format.
  private static func bundled() throws(Failure) -> Digits {
    let text = try bytes(ofDataFile: "digits.txt")
    var pixels: [Float] = []
    var labels: [Int] = []
    for line in text.split(separator: UInt8(ascii: "\n")) {
      let values = line.compactMap(digit)
      guard line.count == 66, values.count == 65, let label = values.last, label < 10 else {
        throw Failure("line \(labels.count + 1) of Data/digits.txt is not an image", exitCode: .badData)
      }
      pixels += values.dropLast().map { Float($0) / 16 }
      labels.append(label)
    }
    guard labels.count == 1797 else {
      throw Failure("Data/digits.txt has \(labels.count) images instead of 1797", exitCode: .badData)
    }
    return Digits(images: Tensor(pixels, shape: [labels.count, 64]), labels: Tensor(labels))
  }

  /// The value of a digit in base 17: 0 to 9, then a to g.
  private static func digit(_ character: UInt8) -> Int? {
    switch character {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(character - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "g"): Int(character - UInt8(ascii: "a")) + 10
    default: nil
    }
  }
}
