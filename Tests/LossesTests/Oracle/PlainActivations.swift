import LossRegistry
import Losses

extension Sigmoid: PlainLoss {
  func plain(_ a: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults) -> PlainCall? {
    PlainCall(elementsOf: a, ["input"], numbers, &faults) {
      ($0[0].sigmoid, [$0[0].sigmoid * (-$0[0]).sigmoid])
    }
  }
}

extension LogSigmoid: PlainLoss {
  func plain(_ a: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults) -> PlainCall? {
    PlainCall(elementsOf: a, ["input"], numbers, &faults) { (-(-$0[0]).softplus, [(-$0[0]).sigmoid]) }
  }
}

extension PlainColumns {
  /// The columns along an axis that counts from the end where it is negative.
  fileprivate init?(_ input: Tensor<Double>, along axis: Int, _ faults: inout Faults) {
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
  fileprivate init?(
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

extension Softmax: PlainLoss {
  func plain(_ a: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults) -> PlainCall? {
    PlainCall(along: axis, a, numbers, &faults) {
      $0.probabilities
    } backward: { softmax, upstream in
      let p = softmax.probabilities
      let mean = zip(p, upstream).map { $0 * $1 }.sum
      return zip(p, upstream).map { $0 * ($1 - mean) }
    }
  }
}

extension LogSoftmax: PlainLoss {
  func plain(_ a: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults) -> PlainCall? {
    PlainCall(along: axis, a, numbers, &faults) {
      $0.logProbabilities
    } backward: { softmax, upstream in
      let sum = upstream.sum
      return zip(softmax.probabilities, upstream).map { $1 - $0 * sum }
    }
  }
}

extension LogSumExp: PlainLoss {
  func plain(_ a: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults) -> PlainCall? {
    guard let columns = PlainColumns(a.input, along: axis, &faults) else { return nil }
    let scores = numbers(a.input)
    let positions = columns.positions
    let samples = positions.map { column in column.map { scores[$0] } }
    let softmaxes = samples.map { PlainSoftmax($0) }
    // With one +∞, the gradient is the limit: 1 there.
    let gradients = zip(samples, softmaxes).map { scores, softmax in
      let infinite = scores.indices.filter { scores[$0].value == .infinity }
      let isLimit = infinite.count == 1 && softmax.logSum.value == .infinity
      return isLimit ? scores.indices.map { $0 == infinite[0] ? 1 : 0 } : softmax.probabilities
    }
    let shape: Shape = a.input.rank == 0 ? [1] : a.input.shape
    return PlainCall(
      shape: shape.dropping(axis: axis < 0 ? axis + shape.count : axis), values: softmaxes.map(\.logSum)
    ) { scales in
      var gradient = scores
      for (sample, column) in positions.enumerated() {
        for (position, slope) in zip(column, gradients[sample]) {
          gradient[position] = scales[sample] * slope
        }
      }
      return ["input": gradient]
    }
  }
}
