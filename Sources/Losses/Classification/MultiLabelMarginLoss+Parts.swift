internal import LossEngine
internal import RealMath

extension MultiLabelMarginLoss {
  /// A class in the list of a column in parts.
  private struct Label<C: RealScalar> {
    let index: Int
    let score: C
    /// How often it is in the list.
    var count: C = 1
    /// The sums over the other classes of max(0, z) and of its slope.
    var sum = 0.0
    var slopes = 0.0
  }

  /// Computes a column whose classes are taken in parts. Only its labels are all in memory.
  func computeInParts<C: RealScalar>(_ block: ColumnBlock<C>) {
    var labels: [Label<C>] = []
    for index in block.labelList().sorted() {
      if labels.last?.index == index {
        labels[labels.count - 1].count += 1
      } else if let part = block.part(ofClass: index) {
        labels.append(Label(index: index, score: part.input.line(0)[0]))
      }
    }
    let hasNaN = addSums(over: block, to: &labels)
    let isCompared = !labels.isEmpty && labels.count < block.classes
    let sum = labels.reduce(0) { $0 + Double($1.count) * $1.sum }
    block.values[0] = hasNaN && isCompared ? .nan : sum / Double(block.classes)

    if block.inputGradient == nil { return }
    let scale = C(block.scales[0] / Double(block.classes))
    block.forEachPart(storesResults: true) { part, _ in
      guard let gradient = part.inputGradient?.line(0) else { return }
      if hasNaN, isCompared { return gradient.fill(.nan, count: part.classes) }
      let scores = part.input.line(0)
      gradient.clear(count: part.classes)
      for label in labels {
        for index in 0..<part.classes {
          gradient[index] += z(scores[index], label.score) > 0 ? label.count : 0
        }
      }
      for index in 0..<part.classes { gradient[index] = scale * gradient[index] }
      for label in labels {
        guard let position = part.position(ofClass: label.index) else { continue }
        gradient[position] = -scale * label.count * C(label.slopes)
      }
    }
  }

  /// Adds the sums over the classes that are not in the list, in the order of those of a column in memory. Returns whether
  /// a score is NaN.
  private func addSums<C: RealScalar>(over block: ColumnBlock<C>, to labels: inout [Label<C>]) -> Bool {
    let size = Blocks.size
    let scratch = Scratch<C>(slots: 1, slotSize: size)
    defer { scratch.deallocate() }
    let others = scratch[0]
    var (otherCount, next, hasNaN) = (0, 0, false)
    func addOthers() {
      for position in labels.indices {
        let score = labels[position].score
        labels[position].sum = Summation.sum(count: otherCount, from: labels[position].sum) {
          let z = z(others[$0], score)
          return z > 0 ? z : 0
        }
        labels[position].slopes = Summation.sum(count: otherCount, from: labels[position].slopes) {
          z(others[$0], score) > 0 ? 1 as C : 0
        }
      }
      otherCount = 0
    }
    block.forEachPart(storesResults: false) { part, _ in
      let scores = part.input.line(0)
      for index in 0..<part.classes {
        hasNaN = hasNaN || scores[index].isNaN
        if next < labels.count, labels[next].index == part.firstClass + index {
          next += 1
          continue
        }
        others[otherCount] = scores[index]
        otherCount += 1
        if otherCount == size { addOthers() }
      }
    }
    addOthers()
    return hasNaN
  }
}
