// Uses the library as another package does, and fails unless the numbers are right.

import Foundation
import Losses
import RealMath

func expect(_ condition: Bool, _ message: @autoclosure () -> String) {
  if condition { return }
  print("error: \(message())")
  exit(1)
}

try checkCrossEntropy()
try checkLogCoshLoss()
try checkFocalLoss()
try checkMemoryOfOthers()
try await checkSharedLoss()

func checkCrossEntropy() throws {
  // The scores are the logarithms of (1, 2, 5) and (2, 1, 1), so the softmax is (1, 2, 5) / 8 and (2, 1, 1) / 4. The
  // third row is ignored.
  let logits = Tensor<Double>(
    [0, Foundation.log(2), Foundation.log(5), Foundation.log(2), 0, 0, 7, 8, 9], shape: [3, 3])
  let labels: Tensor<Int32> = [1, 2, -100]
  let (value, gradient) = try CrossEntropyLoss()(logits, target: labels).valueWithGradient()

  // Both labels have probability 1/4. The gradient is (softmax − one-hot) / 2, here in sixteenths.
  let sixteenths: [Double] = [1, -6, 5, 4, 2, -6, 0, 0, 0]
  let differences = zip(gradient.scalars, sixteenths).map { ($0 - $1 / 16).magnitude }
  expect(abs(value.item - Foundation.log(4.0)) < 1e-14, "the loss is \(value), not log 4")
  expect(
    gradient.shape == [3, 3] && differences.allSatisfy { $0 < 1e-15 },
    "the gradient is\n\(gradient)\nnot \(sixteenths) / 16")

  // The same as one sequence of three tokens, whose classes are along the last axis.
  let tokens = try CrossEntropyLoss(classAxis: -1)(
    logits.reshaped(to: [1, 3, 3]), target: labels.reshaped(to: [1, 3])
  ).valueWithGradient()
  expect(
    tokens.value == value && tokens.gradient == gradient.reshaped(to: [1, 3, 3]),
    "with a class axis of its own, the loss is \(tokens.value), the gradient\n\(tokens.gradient)")
  print("cross entropy \(value), as expected")
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

func checkLogCoshLoss() throws {
  let loss = try LogCoshLoss(reduction: .sum)([1, -2] as Tensor<Double>, target: [0, 0])
  let (value, gradient) = loss.valueWithGradient()
  let expectedValue = Foundation.log(cosh(1.0)) + Foundation.log(cosh(2.0))
  expect(abs(value.item - expectedValue) < 1e-14, "log cosh is \(value), not \(expectedValue)")
  expect(
    abs(gradient[0].item - tanh(1.0)) < 1e-14 && abs(gradient[1].item + tanh(2.0)) < 1e-14,
    "the gradient of log cosh is \(gradient), not \(tanh(1.0)), \(-tanh(2.0))")

  var accumulated = gradient
  try loss.valueWithGradient(addingTo: &accumulated)
  expect(accumulated == gradient.map { 2 * $0 }, "the gradient added to itself is \(accumulated)")

  // What a mask leaves out may be anything.
  let masked = try LogCoshLoss(reduction: .sum)(
    [1, -2, .nan] as Tensor<Double>, target: [0, 0, 0], mask: [true, true, false])
  expect(masked.value() == value, "with a mask, log cosh is \(masked), not \(value)")
  expect(masked.backward()[2].item == 0, "the gradient of what is out is \(masked.backward()[2])")
  print("an elementwise loss of our own \(value), as expected")
}

/// Numbers in memory of our own, where the gradient is written to as well.
func checkMemoryOfOthers() throws {
  let memory = UnsafeMutableBufferPointer<Float>.allocate(capacity: 6)
  defer { memory.deallocate() }
  _ = memory.initialize(from: [1, 2, 4, 0, 0, 0])
  let numbers = UnsafeBufferPointer(rebasing: memory[..<3])
  let gradient = UnsafeMutableBufferPointer(rebasing: memory[3...])
  let input = Tensor(unsafeBorrowing: numbers, shape: [3])
  let value = try MSELoss(reduction: .sum)(input, target: .zeros([3])).valueWithGradient(into: gradient)
  expect(value.item == 21, "the loss of borrowed numbers is \(value), not 21")
  expect(memory.elementsEqual([1, 2, 4, 2, 4, 8]), "the memory holds \(Array(memory)), not 2 · [1, 2, 4]")
  print("numbers and a gradient in memory of our own")
}

/// Several tasks call one loss, and share one evaluation.
func checkSharedLoss() async throws {
  let loss = MSELoss()
  let input = Tensor<Float>((0..<100_000).map { Float($0 % 7) }, shape: [100_000])
  let target = Tensor<Float>.zeros([100_000])
  let evaluation = try loss(input, target: target)
  let expected = evaluation.value()
  let values = try await withThrowingTaskGroup(of: Tensor<Float>.self) { group in
    for _ in 0..<4 { group.addTask { try loss(input, target: target).value() } }
    for _ in 0..<4 { group.addTask { evaluation.value() } }
    return try await group.reduce(into: []) { $0.append($1) }
  }
  expect(values == Array(repeating: expected, count: 8), "the tasks got \(values), not \(expected)")
  print("one loss and one evaluation in eight tasks")
}
