import LossRegistry
import Losses

/// The vectors along one axis of a tensor, each with the positions of its elements.
struct PlainColumns {
  let length: Int
  private let (outer, inner): (Int, Int)

  /// A single number counts as a list of one.
  init(_ shape: Shape, axis: Int) {
    let shape = shape.isEmpty ? [1] : shape
    length = shape[axis]
    (outer, inner) = (shape[..<axis].reduce(1, *), shape[(axis + 1)...].reduce(1, *))
  }

  var isEmpty: Bool { outer == 0 || inner == 0 }

  var positions: [[Int]] {
    (0..<outer * inner).map { column in
      (0..<length).map { column / inner * length * inner + $0 * inner + column % inner }
    }
  }
}

/// The softmax of a column of scores.
struct PlainSoftmax {
  let probabilities: [Bounded]
  let logProbabilities: [Bounded]
  /// log Σ eˣ
  let logSum: Bounded
  private let exponentials: [Bounded]
  private let sum: Bounded

  init(_ scores: [Bounded]) {
    // NaN anywhere, or an infinite maximum, makes all of them NaN.
    let hasNaN = scores.contains { $0.value.isNaN }
    let largest = hasNaN ? Bounded(.nan) : scores.reduce(Bounded(-.infinity)) { $0.raised(to: $1) }
    let isInfinite = largest.value.isInfinite
    let differences = scores.map { isInfinite ? Bounded(.nan) : $0 - largest }
    let exponentials = differences.map(\.exponentialOfUnit)
    let top = isInfinite ? nil : scores.firstIndex { $0.value == largest.value }
    let rest = exponentials.indices.filter { $0 != top }.map { exponentials[$0] }.sum
    let sum = 1 + rest
    let logOfSum = rest.logarithmOfOnePlus
    probabilities = exponentials.map { $0 / sum }
    logProbabilities = differences.map { $0 - logOfSum }
    logSum = isInfinite ? largest : largest + logOfSum
    (self.exponentials, self.sum) = (exponentials, sum)
  }

  /// The probability of all classes but one, which is accurate where it is small.
  func complement(of label: Int) -> Bounded {
    exponentials.indices.filter { $0 != label }.map { exponentials[$0] }.sum / sum
  }
}
