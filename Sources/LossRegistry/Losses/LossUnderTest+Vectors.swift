import Foundation
import Losses

/// A measure of two vectors by its plain formula.
typealias VectorFormula = (_ a: [Double], _ b: [Double]) -> Double

/// ‖a − b + eps‖ₚ
func pNorm(_ a: [Double], _ b: [Double], p: Double, eps: Double) -> Double {
  let magnitudes = zip(a, b).map { abs($0 - $1 + eps) }
  return p == .infinity ? magnitudes.max()! : pow(magnitudes.reduce(0) { $0 + pow($1, p) }, 1 / p)
}

/// The cosine of an angle, with lengths of at least `shortest`.
func cosine(_ a: [Double], _ b: [Double], shortest: Double) -> Double {
  func length(_ vector: [Double]) -> Double {
    max(vector.reduce(0) { $0 + $1 * $1 }.squareRoot(), shortest)
  }
  return zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } / (length(a) * length(b))
}

extension LossUnderTest {
  static let vectorShapes: [Shape] = [[4], [3, 4], [2, 3, 5]]

  /// A measure of vectors along the last axis.
  init(measure shape: Shape, _ measure: some Adapter, formula: VectorFormula) {
    let first = Tensor<Double>.random(in: -1.5..<1.5, shape, seed: 76)
    // No difference is near 0, where norms have kinks.
    let second = zip(first.scalars, Tensor<Double>.random(in: -1..<1, shape, seed: 77).scalars).map {
      $0 + $1 + ($1 < 0 ? -0.3 : 0.3)
    }
    let inputs = Labelled(labels: ["input1", "input2"], values: [first, Tensor(second, shape: shape)])
    self.init(
      name: "\(measure) \(shape)", loss: measure, arguments: Arguments(inputs),
      expected: Tensor(zip(first.rows, inputs.values[1].rows).map(formula), shape: Shape(shape.dropLast())))
  }

  /// Triplets, the farthest of which cost nothing.
  init(triplets shape: Shape, _ loss: some Adapter, swap: Bool, formula: VectorFormula) {
    let anchor = Tensor<Double>.random(in: -1..<1, shape, seed: 73)
    let positive = Tensor<Double>.random(in: -1..<1, shape, seed: 74)
    let negative = Tensor<Double>.random(in: -1.6..<1.6, shape, seed: 75)
    let (anchors, positives, negatives) = (anchor.rows, positive.rows, negative.rows)
    let values = anchors.indices.map { row in
      let far = formula(anchors[row], negatives[row])
      let between = swap ? formula(positives[row], negatives[row]) : .infinity
      return max(0, 0.8 + formula(anchors[row], positives[row]) - min(far, between))
    }
    self.init(
      name: "Triplets \(shape), \(loss)", loss: loss,
      arguments: Arguments(["anchor": anchor, "positive": positive, "negative": negative]),
      expected: Tensor(values, shape: Shape(shape.dropLast())), meanDenominator: Double(values.count),
      batch: shape.count == 1 ? 1 : Double(shape[0]))
  }
}
