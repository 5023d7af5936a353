import Foundation
import Losses

/// Holds `FocalLoss` to arithmetic written out in `Double`, for all verbs, scalar types and orders of axes.
func checkFocalLoss() throws {
  try checkFocalLoss(Double.self, ulps: 16)
  try checkFocalLoss(Float.self, ulps: 16)
  try checkFocalLoss(BFloat16.self, ulps: 1)
  try checkFocalLossErrors()
  print("a class loss of our own, as expected")
}

private func checkFocalLoss<S: LossScalar>(_: S.Type, ulps: S) throws {
  for shape: Shape in [[5, 4], [3, 4, 6], [40, 300]] {
    for gamma in [0, 0.5, 1, 2, 3.5] {
      for isWeighted in [false, true] {
        let batch = Batch<S>(shape: shape, isWeighted: isWeighted)
        for reduction in [Reduction.none, .sum, .mean] {
          let loss = FocalLoss(gamma: gamma, reduction: reduction)
          for scores in [batch.scores, batch.transposedScores] {
            try batch.check(loss, scores, tolerance: ulps * S.ulpOfOne)
          }
        }
        try batch.checkCrossEntropy(tolerance: 4 * S.ulpOfOne)
      }
    }
  }
}

/// Scores, labels of which some are ignored, weights of the classes, and upstream gradients.
private struct Batch<S: LossScalar> {
  let scores: Tensor<S>
  let labels: Tensor<Int32>
  let weight: Tensor<S>?
  let upstream: Tensor<S>

  init(shape: Shape, isWeighted: Bool) {
    let labelShape = Shape([shape[0]] + shape.dropFirst(2))
    let classes = shape[1]
    func wave(_ index: Int, _ frequency: Double) -> S { S(sin(frequency * Double(index) + 1)) }
    scores = Tensor((0..<shape.elementCount).map { 4 * wave($0, 1.7) }, shape: shape)
    labels = Tensor(
      (0..<labelShape.elementCount).map { $0 % 5 == 3 ? -100 : Int32($0 * 7 % classes) }, shape: labelShape)
    weight = isWeighted ? Tensor((0..<classes).map { 1.5 + wave($0, 2.3) }) : nil
    upstream = Tensor((0..<labelShape.elementCount).map { wave($0, 0.9) }, shape: labelShape)
  }

  /// The same scores with the class axis innermost or outermost in memory, whichever it is not in `scores`.
  var transposedScores: Tensor<S> { scores.transposed(0, 1).contiguous().transposed(0, 1) }

  /// Checks every verb.
  func check(_ loss: FocalLoss, _ scores: Tensor<S>, tolerance: S) throws {
    let evaluation = try loss(scores, target: labels, weight: weight)
    let ones = loss.reduction == .none ? Tensor<S>.ones(labels.shape) : Tensor<S>(1)
    let upstream = loss.reduction == .none ? upstream : Tensor<S>(-0.75)
    let expected = expected(loss, upstream: ones)
    let scaled = self.expected(loss, upstream: upstream)

    expect(evaluation.value(), expected.value, tolerance, loss)
    expect(evaluation.backward(), expected.gradient, tolerance, loss)
    expect(evaluation.gradients().input, expected.gradient, tolerance, loss)
    expect(try evaluation.backward(upstream: upstream), scaled.gradient, tolerance, loss)

    let (value, gradient) = evaluation.valueWithGradient()
    expect(value, expected.value, tolerance, loss)
    expect(gradient, expected.gradient, tolerance, loss)

    var buffer = Tensor<S>(repeating: 9, shape: scores.shape)
    let bufferedValue = try evaluation.valueWithGradient(into: &buffer, upstream: upstream)
    expect(bufferedValue, expected.value, tolerance, loss)
    expect(buffer, scaled.gradient, tolerance, loss)
    try evaluation.valueWithGradient(addingTo: &buffer)
    expect(buffer, zip(scaled.gradient, expected.gradient).map { $0 + $1 }, 2 * tolerance, loss)

    // An ignored sample has a gradient of zero, not a small one.
    let perClass = gradient.transposed(0, 1)
    for classIndex in 0..<perClass.shape[0] {
      for (element, label) in zip(perClass[classIndex].scalars, labels.scalars) where label == -100 {
        expect(element == 0, "the gradient of an ignored sample is \(element)")
      }
    }
  }

  /// With γ = 0 the loss is cross entropy.
  func checkCrossEntropy(tolerance: S) throws {
    let focal = try FocalLoss(gamma: 0)(scores, target: labels, weight: weight).valueWithGradient()
    let crossEntropy = try CrossEntropyLoss()(scores, target: labels, weight: weight).valueWithGradient()
    let loss = FocalLoss(gamma: 0)
    expect(focal.value, crossEntropy.value.scalars.map { Double($0) }, tolerance, loss)
    expect(focal.gradient, crossEntropy.gradient.scalars.map { Double($0) }, tolerance, loss)
  }

  /// The value and the gradient in row-major order, from the definition.
  func expected(_ loss: FocalLoss, upstream: Tensor<S>) -> (value: [Double], gradient: [Double]) {
    let (samples, classes) = (scores.shape[0], scores.shape[1])
    let positions = scores.shape.dropFirst(2).reduce(1, *)
    let scores = scores.scalars.map { Double($0) }
    let weight = weight?.scalars.map { Double($0) } ?? Array(repeating: 1, count: classes)
    let labels = labels.scalars.map { Int($0) }

    var values = Array(repeating: 0.0, count: labels.count)
    var gradient = Array(repeating: 0.0, count: scores.count)
    let counted = labels.filter { $0 >= 0 }.map { weight[$0] }.reduce(0, +)
    let denominator = loss.reduction == .mean ? counted : 1

    for sample in 0..<samples {
      for position in 0..<positions {
        let index = sample * positions + position
        let label = labels[index]
        if label < 0 { continue }
        let places = (0..<classes).map { (sample * classes + $0) * positions + position }
        let exponentials = places.map { Foundation.exp(scores[$0]) }
        let sum = exponentials.reduce(0, +)
        let p = exponentials[label] / sum
        let q = (sum - exponentials[label]) / sum
        let gamma = loss.gamma
        values[index] = -weight[label] * pow(q, gamma) * Foundation.log(p)
        let slope =
          weight[label] * (gamma * p * pow(q, gamma - 1) * Foundation.log(p) - pow(q, gamma))
          * Double(upstream.rank == 0 ? upstream.item : upstream.scalars[index]) / denominator
        for (classIndex, place) in places.enumerated() {
          gradient[place] = slope * ((classIndex == label ? 1 : 0) - exponentials[classIndex] / sum)
        }
      }
    }
    return (loss.reduction == .none ? values : [values.reduce(0, +) / denominator], gradient)
  }
}

private func checkFocalLossErrors() throws {
  let scores: Tensor<Float> = [[1, 2], [3, 4]]
  func error(_ body: () throws -> some Evaluation) -> LossError? {
    do { _ = try body() } catch { return error as? LossError }
    return nil
  }
  let gammaError = error { try FocalLoss(gamma: -1)(scores, target: [0, 1] as Tensor<Int>) }
  guard case .invalidHyperparameter(name: "gamma", value: -1, requirement: _) = gammaError else {
    return expect(false, "a negative gamma gave \(gammaError as Any)")
  }
  let labelError = error { try FocalLoss()(scores, target: [0, 2] as Tensor<Int>) }
  guard case .labelOutOfRange = labelError else {
    return expect(false, "a label out of range gave \(labelError as Any)")
  }
}

/// Compares elements in row-major order. The tolerance is relative for values above 1.
private func expect<S: LossScalar>(
  _ found: Tensor<S>, _ expected: [Double], _ tolerance: S, _ loss: FocalLoss, line: Int = #line
) {
  let differs = zip(found.scalars, expected).contains { found, expected in
    !(abs(Double(found) - expected) <= Double(tolerance) * max(1, abs(expected)))
  }
  expect(
    found.count == expected.count && !differs,
    "line \(line): \(loss) in \(S.self) gave\n\(found)\nexpected \(expected)")
}
