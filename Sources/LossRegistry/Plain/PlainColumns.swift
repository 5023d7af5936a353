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

extension PlainColumns {
  /// The columns along an axis that counts from the end where it is negative.
  init?(_ input: Tensor<Double>, along axis: Int, _ faults: inout Faults) {
    let rank = max(input.rank, 1)
    faults.size(input.shape, of: "input")
    if !(axis >= -rank && axis < rank) { faults.record(.axisOutOfRange(axis: axis, rank: input.rank)) }
    guard faults.isEmpty else { return nil }
    self.init(input.shape, axis: axis < 0 ? axis + rank : axis)
  }
}

extension PlainCall {
  /// A function along an axis, with a value for each element.
  ///
  /// - Parameters:
  ///   - values: The values of a column.
  ///   - backward: The gradient of a column, given its upstream.
  init?(
    along axis: Int, _ a: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults,
    values: (PlainSoftmax) -> [Bounded],
    backward: @escaping (PlainSoftmax, _ upstream: [Bounded]) -> [Bounded]
  ) {
    guard let columns = PlainColumns(a.input, along: axis, &faults) else { return nil }
    let scores = numbers(a.input)
    // Without elements there may be any number of columns.
    let positions = scores.isEmpty ? [] : columns.positions
    let softmaxes = positions.map { column in PlainSoftmax(column.map { scores[$0] }) }
    func scattered(_ parts: [[Bounded]]) -> [Bounded] {
      var result = scores
      for (column, part) in zip(positions, parts) {
        for (position, number) in zip(column, part) { result[position] = number }
      }
      return result
    }
    self.init(shape: a.input.shape, values: scattered(softmaxes.map(values))) { upstream in
      let parts = zip(softmaxes, positions).map { softmax, column in
        backward(softmax, column.map { upstream[$0] })
      }
      return ["input": scattered(parts)]
    }
  }
}
