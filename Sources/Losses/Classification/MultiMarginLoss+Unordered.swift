public import LossEngine
public import RealMath

extension MultiMarginLoss {
  /// Computes a column where a z is NaN, from a score that is, or from the difference of equal infinities. Such a
  /// difference costs nothing. All others are infinite then, where the slope is the `steepest`.
  // Not inlined: it is rare, and too much for a kernel.
  @usableFromInline
  @specialized(where C == Float) @specialized(where C == Double)
  static func computeUnordered<C: RealScalar>(
    _ block: ColumnBlock<C>, _ column: Int, margin: Double, labelScore: Double, factor: Double,
    steepest: Double
  ) {
    let (label, margin, labelScore) = (block.labels[column], C(margin), C(labelScore))
    func isCostly(_ index: Int, _ score: C) -> Bool { index != label && margin + (score - labelScore) > 0 }
    var (hasNaN, costly) = (false, 0)
    block.forEachPart(storesResults: false) { part, _ in
      for index in 0..<part.classes {
        let score = part.input[part.place(class: index, column: column)]
        hasNaN = hasNaN || score.isNaN
        costly += isCostly(part.firstClass + index, score) ? 1 : 0
      }
    }
    block.values[column] = hasNaN ? .nan : factor * (costly == 0 ? 0 : .infinity)
    if block.inputGradient == nil { return }
    let scale = factor * block.scales[column]
    block.forEachPart(storesResults: true) { part, _ in
      guard let gradient = part.inputGradient else { return }
      for index in 0..<part.classes {
        let place = part.place(class: index, column: column)
        let slope = isCostly(part.firstClass + index, part.input[place]) ? C(steepest) : 0
        gradient[place] = hasNaN ? .nan : C(scale) * slope
      }
      if !hasNaN, let position = part.position(ofClass: label) {
        gradient[part.place(class: position, column: column)] = C(
          -scale * (costly == 0 ? 0 : steepest * Double(costly)))
      }
    }
  }
}

extension MultiMarginLoss.Step {
  @export(implementation) @inline(__always)
  func computeUnordered(_ block: ColumnBlock<C>, _ column: Int, labelScore: C, factor: Double) {
    MultiMarginLoss.computeUnordered(
      block, column, margin: margin, labelScore: Double(labelScore), factor: factor,
      steepest: Double(Power.terms(.infinity as C).slope))
  }
}
