internal import LossEngine
internal import RealMath

extension MultiMarginLoss.Step {
  /// Computes a column whose classes are taken in parts.
  func runInParts(_ block: ColumnBlock<C>) {
    let label = block.labels[0]
    guard let labelled = block.part(ofClass: label) else { return }
    let factor = labelled.weight(at: 0) / Double(block.classes)
    let labelScore = labelled.input.line(0)[0]

    // In the order of the sums of a column in memory.
    func sum(over classes: Range<Int>, _ term: (C) -> C) -> Double {
      var sum = 0.0
      block.forEachPart(of: classes) { part in
        let scores = part.input.line(0)
        sum = Summation.sum(count: part.classes, from: sum) { term(z(scores[$0], labelScore)) }
      }
      return sum
    }
    func sum(_ term: (C) -> C) -> Double {
      sum(over: 0..<label, term) + sum(over: label + 1..<block.classes, term)
    }
    let values = sum { Power.terms($0).value }
    if values.isNaN { return computeUnordered(block, 0, labelScore: labelScore, factor: factor) }
    block.values[0] = factor * values

    if block.inputGradient == nil { return }
    let scale = factor * block.scales[0]
    let slopes = sum { Power.terms($0).slope }
    block.forEachPart(storesResults: true) { part, _ in
      guard let gradient = part.inputGradient?.line(0) else { return }
      let scores = part.input.line(0)
      for index in 0..<part.classes {
        gradient[index] = C(scale) * Power.terms(z(scores[index], labelScore)).slope
      }
      if let position = part.position(ofClass: label) { gradient[position] = C(-scale * slopes) }
    }
  }
}
