import Foundation
import Losses

/// The similarities of vectors by the plain formula.
enum Similarities {
  /// Vectors divided by their lengths.
  static func units(_ tensor: Tensor<Double>) -> [[Double]] {
    tensor.rows.map { row in
      let length = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
      return row.map { $0 / length }
    }
  }

  static func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

  /// −log of the share of one of several numbers in the sum of their exponentials.
  static func crossEntropy(_ logits: [Double], of index: Int) -> Double {
    log(logits.reduce(0) { $0 + exp($1 - logits[index]) })
  }
}

extension Decisions {
  /// Returns how many vectors there are and how long they are.
  mutating func vectors() -> (count: Int, features: Int) {
    // Large enough for similarities in `Float`.
    if isLarge { return (56 + number(below: 24), 110 + number(below: 30)) }
    return (
      injectsFault(in: 12) ? 0 : 1 + number(below: 7), injectsFault(in: 12) ? 0 : 1 + number(below: 9)
    )
  }

  /// Returns a matrix of vectors. Some may be zeros, or all but zeros.
  mutating func matrix(_ count: Int, _ features: Int) -> Tensor<Double> {
    if injectsFault(in: 12) { return tensor(oddShape(), -2..<2) }
    let matrix = tensor([count, features], -2..<2)
    guard isOne(in: 6) else { return matrix }
    let (row, factor) = (number(below: max(1, count)), choice(of: [0, 1e-6, 1e3]))
    return Tensor(
      matrix.scalars.enumerated().map { $0 / max(1, features) == row ? $1 * factor : $1 },
      shape: matrix.shape)
  }

  mutating func temperature() -> Double { choice(of: [0.1, 0.5, 1, real(0.05..<2)]) }
}
