internal import RealMath

/// The rows of the input of a linear layer.
enum LinearInput<S: LossScalar> {
  typealias C = S.Computation

  case argument(Operand<S>)
  /// Rows that were computed, one after the other.
  case computed(UncheckedBuffer<C>)

  /// Returns rows, in increasing order: where they are if they are neighbours there, or else copied to `scratch`.
  func rows(_ rows: [Int], features: Int, scratch: UncheckedBuffer<C>) -> UncheckedBuffer<C> {
    if isDirect, rows.areConsecutive {
      return elements(at: rows[0] * features..<(rows[0] + rows.count) * features, scratch: scratch)
    }
    Parallelism.forEachLine(count: rows.count, length: features) { chunk in
      copy(Array(rows[chunk]), features: features, to: scratch.advanced(by: chunk.lowerBound * features))
    }
    return scratch
  }

  /// Copies rows, in increasing order.
  func copy(_ rows: [Int], features: Int, to memory: UncheckedBuffer<C>) {
    var start = 0
    while start < rows.count {
      // Neighbouring rows are copied at once.
      var end = start + 1
      while end < rows.count, rows[end] == rows[end - 1] + 1 { end += 1 }
      let (place, count) = (memory.advanced(by: start * features), (end - start) * features)
      let elements = elements(at: rows[start] * features..<rows[start] * features + count, scratch: place)
      if isDirect { for index in 0..<count { place[index] = elements[index] } }
      start = end
    }
  }

  private var isDirect: Bool {
    switch self {
    case .argument(let operand): operand.isDirect
    case .computed: true
    }
  }

  private func elements(at range: Range<Int>, scratch: UncheckedBuffer<C>) -> UncheckedBuffer<C> {
    switch self {
    case .argument(let operand): operand.load(range, scratch: scratch)
    case .computed(let elements): elements.advanced(by: range.lowerBound)
    }
  }
}

extension [Int] {
  /// Whether increasing numbers have no gaps.
  var areConsecutive: Bool { isEmpty || last! - first! == count - 1 }
}
