// Computes the value and gradient of some rows in `Float`, and prints their names. `.ci/platforms` counts the instructions
// that arm64 takes between the marks, for some elements and for twice as many.

import Losses
import RealMath

private nonisolated(unsafe) var marks = 0

/// Where a count begins or ends. Not inlined, so that it is found by its name among the instructions.
@c(mark) @inline(never)
public func mark() { unsafe marks += 1 }

/// - Parameter samples: The number of samples, of 128 elements each.
private func computeRows(samples: Int) throws(LossError) {
  func numbers(from lower: Float, to upper: Float, _ shape: Shape? = nil) -> Tensor<Float> {
    var state: UInt32 = 1
    return Tensor(shape: shape ?? [samples, 128]) { _ in
      state = state &* 1_664_525 &+ 1_013_904_223
      return lower + (upper - lower) * Float(state >> 8) * 0x1p-24
    }
  }

  func row(_ name: StaticString, _ function: (Float) -> Float) {
    print(name)
    var scalars = numbers(from: 0.1, to: 3).scalars
    mark()
    for index in scalars.indices { scalars[index] = function(scalars[index]) }
    mark()
  }

  func row<E: Evaluation>(_ name: StaticString, _ loss: E) throws(LossError) {
    print(name)
    var gradient = loss.backward()
    mark()
    _ = try loss.valueWithGradient(into: &gradient)
    mark()
  }

  let (x, t) = (numbers(from: -4, to: 4), numbers(from: -2, to: 2))
  let (p, q) = (numbers(from: 0.1, to: 0.9), numbers(from: 0, to: 1))
  var label: Int32 = 0
  let labels = Tensor(shape: [samples]) { _ -> Int32 in
    label = (label + 37) % 128
    return label
  }

  row("exp") { exp($0) }
  row("log") { log($0) }
  row("sigmoid") { sigmoid($0) }
  try row("MSELoss", MSELoss()(x, target: t))
  try row("SmoothL1Loss", SmoothL1Loss()(x, target: t))
  try row("BCELoss", BCELoss()(p, target: q))
  try row("BCEWithLogitsLoss", BCEWithLogitsLoss()(x, target: q))
  try row("KLDivLoss", KLDivLoss()(x, target: q))
  try row("GaussianNLLLoss", GaussianNLLLoss()(x, target: t, variance: p))
  try row("CrossEntropyLoss", CrossEntropyLoss()(x, target: labels))
  try row("CrossEntropyLoss of probabilities", CrossEntropyLoss()(x, target: q))
  try row("MultiMarginLoss", MultiMarginLoss()(x, target: labels))
  try row("Softmax", Softmax(axis: 1)(x))
  try row("Softmax across", Softmax(axis: 1)(x.reshaped(to: [samples / 8, 8, 128])))
  try row("LogSoftmax", LogSoftmax(axis: 1)(x))
  try row("CosineSimilarity", CosineSimilarity()(x, t))
}

do throws(LossError) {
  try computeRows(samples: 8)
  try computeRows(samples: 16)
} catch {
  print("error: \(error)")
}
