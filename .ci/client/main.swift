// Uses the library as another package does, and fails unless the numbers are right.

import Foundation
import Losses
import RealMath

func check(_ isRight: Bool, _ message: @autoclosure () -> String) {
  if isRight { return }
  print(message())
  exit(1)
}

try checkCrossEntropy()
try checkOwnLoss()
try await checkSharedLoss()

func checkCrossEntropy() throws {
  // Logarithms of 1, 2, 5 and of 2, 1, 1: the softmax is (1, 2, 5) / 8 and (2, 1, 1) / 4. The third row is ignored.
  let logits = Tensor<Double>(
    [0, Foundation.log(2), Foundation.log(5), Foundation.log(2), 0, 0, 7, 8, 9], shape: [3, 3])
  let labels: Tensor<Int32> = [1, 2, -100]
  let (loss, gradient) = try CrossEntropyLoss().valueWithGradient(logits, target: labels)

  // The right classes have probability 1/4 both times. The gradient is (softmax − one-hot) / 2, here in sixteenths.
  let sixteenths: [Double] = [1, -6, 5, 4, 2, -6, 0, 0, 0]
  let differences = zip(gradient.scalars, sixteenths).map { ($0 - $1 / 16).magnitude }
  check(abs(loss.item - Foundation.log(4.0)) < 1e-14, "loss \(loss), expected log 4")
  check(
    gradient.shape == [3, 3] && differences.allSatisfy { $0 < 1e-15 },
    "gradient\n\(gradient)\nexpected \(sixteenths) / 16")
  print("cross entropy \(loss), as expected")
}

/// log cosh(x − t), whose derivative is tanh(x − t).
struct LogCoshLoss: ElementwiseLoss {
  var reduction = Reduction.mean

  @inline(__always)
  func terms<S: RealScalar>(_ x: S, target t: S) -> ElementwiseTerms<S> {
    let d = x - t
    let slope = 2 * sigmoid(2 * d) - 1
    return ElementwiseTerms(
      value: softplus(2 * d) - d - S(0.6931471805599453), inputDerivative: slope, targetDerivative: -slope)
  }
}

func checkOwnLoss() throws {
  let (value, gradient) = try LogCoshLoss(reduction: .sum).valueWithGradient(
    [1, -2] as Tensor<Double>, target: [0, 0])
  let expectedValue = Foundation.log(cosh(1.0)) + Foundation.log(cosh(2.0))
  check(abs(value.item - expectedValue) < 1e-14, "loss of our own \(value), expected \(expectedValue)")
  check(
    abs(gradient[0].item - tanh(1.0)) < 1e-14 && abs(gradient[1].item + tanh(2.0)) < 1e-14,
    "gradient of our own \(gradient), expected \(tanh(1.0)), \(-tanh(2.0))")
  print("a loss of our own \(value), as expected")
}

/// One loss value, called by several tasks at once.
func checkSharedLoss() async throws {
  let loss = MSELoss()
  let input = Tensor<Float>((0..<100_000).map { Float($0 % 7) }, shape: [100_000])
  let target = Tensor<Float>.zeros([100_000])
  let expected = try loss(input, target: target)
  let values = try await withThrowingTaskGroup(of: Tensor<Float>.self) { group in
    for _ in 0..<8 { group.addTask { try loss(input, target: target) } }
    return try await group.reduce(into: []) { $0.append($1) }
  }
  check(values == Array(repeating: expected, count: 8), "tasks found \(values), expected \(expected)")
  print("the same loss from eight tasks")
}
