import Foundation
import Losses

extension Subject {
  static let elementwise: [Subject] = {
    let shape: Shape = [3, 4]
    let target = Tensor<Double>.random(in: -2..<2, shape, seed: 1)
    // The kinks of the losses below are at differences of 0 and ±0.6.
    let difference = Tensor<Double>.random(in: -1..<1, shape, seed: 2).map { draw in
      draw.magnitude < 0.5 ? 0.1 + 0.8 * draw.magnitude : 1.4 * draw
    }
    let signs = Tensor<Int>.random(in: 0..<2, shape, seed: 3)
    let input = Tensor(shape: shape) { target[$0] + (signs[$0] == 0 ? difference[$0] : -difference[$0]) }
    let weight = Tensor<Double>.random(in: 0.2..<2, shape, seed: 4)
    let bare = Arguments(input: input, target: target)
    let weighted = Arguments(input: input, target: target, weight: weight)

    func huber(_ d: Double) -> Double { abs(d) < 0.6 ? d * d / 2 : 0.6 * (abs(d) - 0.3) }
    return [
      Subject("L1", ElementwiseForm { L1Loss(reduction: $0) }, bare) { x, t, _ in abs(x - t) },
      Subject("L1 weighted", WeightedForm { L1Loss(reduction: $0) }, weighted, isMeanWeighted: true) {
        x, t, _ in abs(x - t)
      },
      Subject("MSE", ElementwiseForm { MSELoss(reduction: $0) }, bare) { x, t, _ in (x - t) * (x - t) },
      Subject("MSE weighted", WeightedForm { MSELoss(reduction: $0) }, weighted, isMeanWeighted: true) {
        x, t, _ in (x - t) * (x - t)
      },
      Subject("SmoothL1", ElementwiseForm { SmoothL1Loss(beta: 0.6, reduction: $0) }, bare) { x, t, _ in
        huber(x - t) / 0.6
      },
      Subject("SmoothL1 without parabola", ElementwiseForm { SmoothL1Loss(beta: 0, reduction: $0) }, bare) {
        x, t, _ in abs(x - t)
      },
      Subject("Huber", ElementwiseForm { HuberLoss(delta: 0.6, reduction: $0) }, bare) { x, t, _ in
        huber(x - t)
      },
      Subject("Huber weighted", WeightedForm { HuberLoss(delta: 0.6, reduction: $0) }, weighted) { x, t, _ in
        huber(x - t)
      },
    ] + binary + own
  }()

  private static let own: [Subject] = {
    let input = Tensor<Double>.random(in: 0..<5, [3, 4], seed: 17)
    let target = Tensor<Double>.random(in: 0..<5, [3, 4], seed: 18)
    let arguments = Arguments(input: input, target: target)
    return [
      Subject("a loss of one's own", ElementwiseForm { SquaredLogLoss(reduction: $0) }, arguments) {
        x, t, _ in pow(log((1 + x) / (1 + t)), 2)
      },
      Subject("a staged loss of one's own", ElementwiseForm { LogCoshLoss(reduction: $0) }, arguments) {
        x, t, _ in log(cosh(x - t))
      },
    ]
  }()

  private static let binary: [Subject] = {
    let shape: Shape = [2, 3, 4]
    let target = Tensor<Double>.random(in: 0.05..<0.95, shape, seed: 5)
    let input = Tensor<Double>.random(in: 0.25..<0.75, shape, seed: 6)
    let scores = Tensor<Double>.random(in: -3..<3, shape, seed: 7)
    let full = Tensor<Double>.random(in: 0.2..<2, shape, seed: 8)
    let row = Tensor<Double>.random(in: 0.2..<2, [4], seed: 9)
    let column = Tensor<Double>.random(in: 0.2..<3, [3, 1], seed: 10)

    func entropy(_ x: Double, _ t: Double, _: Double) -> Double { -t * log(x) - (1 - t) * log(1 - x) }
    func logitEntropy(_ x: Double, _ t: Double, _ p: Double) -> Double {
      p * t * log(1 + exp(-x)) + (1 - t) * log(1 + exp(x))
    }
    func logits(_ weight: Tensor<Double>?, _ positiveWeight: Tensor<Double>?) -> Arguments<Double> {
      Arguments(input: scores, target: target, weight: weight, positiveWeight: positiveWeight)
    }
    let bce = WeightedForm { BCELoss(reduction: $0) }
    return [
      Subject(
        "BCE", ElementwiseForm { BCELoss(reduction: $0) }, Arguments(input: input, target: target),
        formula: entropy),
      Subject("BCE weighted", bce, Arguments(input: input, target: target, weight: full), formula: entropy),
      Subject(
        "BCE weighted by column", bce, Arguments(input: input, target: target, weight: row), formula: entropy),
      Subject(
        "BCEWithLogits", ElementwiseForm { BCEWithLogitsLoss(reduction: $0) }, logits(nil, nil),
        formula: logitEntropy),
      Subject(
        "BCEWithLogits weighted", WeightedForm { BCEWithLogitsLoss(reduction: $0) }, logits(full, nil),
        formula: logitEntropy),
      Subject("BCEWithLogits positive", PositiveWeightForm(), logits(nil, row), formula: logitEntropy),
      Subject("BCEWithLogits with both", PositiveWeightForm(), logits(column, row), formula: logitEntropy),
      Subject("BCEWithLogits swapped", PositiveWeightForm(), logits(row, column), formula: logitEntropy),
    ]
  }()

  /// - Parameter formula: The loss at input, target and positive weight, without the weight.
  init(
    _ name: String, _ form: any Form, _ arguments: Arguments<Double>, isMeanWeighted: Bool = false,
    formula: (_ x: Double, _ t: Double, _ p: Double) -> Double
  ) {
    let shape = arguments.input.shape
    let weight = (arguments.weight ?? Tensor(1)).broadcast(to: shape)
    let positiveWeight = (arguments.positiveWeight ?? Tensor(1)).broadcast(to: shape)
    self.init(
      name: name, form: form, arguments: arguments,
      expected: Tensor(shape: shape) { index in
        weight[index] * formula(arguments.input[index], arguments.target![index], positiveWeight[index])
      },
      meanDenominator: isMeanWeighted ? weight.scalars.reduce(0, +) : Double(shape.elementCount),
      batch: Double(shape.first ?? 1))
  }
}
