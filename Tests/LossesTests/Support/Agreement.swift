import Foundation
import LossRegistry
import Losses
import Testing

/// Whether two tensors have one shape and the same bits at each index.
func haveSameBits<S: LossScalar>(_ tensor: Tensor<S>, _ other: Tensor<S>) -> Bool {
  guard tensor.shape == other.shape else { return false }
  // Element by element, large tensors would dominate the time of a build without optimization. An array without
  // elements has an address too.
  return unsafe tensor.scalars.withUnsafeBytes { bytes in
    unsafe other.scalars.withUnsafeBytes { others in
      unsafe memcmp(bytes.baseAddress!, others.baseAddress!, bytes.count) == 0
    }
  }
}

/// Expects the same bits at each index.
func expectSameBits<S: LossScalar>(
  _ tensor: Tensor<S>, _ other: Tensor<S>, _ comment: @autoclosure () -> String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) {
  if haveSameBits(tensor, other) { return }
  Issue.record(
    "\(comment()): \(difference(tensor, other, isAccepted: ==))", sourceLocation: sourceLocation)
}

/// Expects gradients with respect to the same arguments, with the same bits.
func expectSameBits<S: LossScalar>(
  _ gradients: Labelled<Tensor<S>>, _ others: Labelled<Tensor<S>>,
  _ comment: @autoclosure () -> String = "", sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(gradients.labels == others.labels, sourceLocation: sourceLocation)
  for (label, gradient) in gradients {
    guard let other = others[label] else { continue }
    expectSameBits(
      gradient, other, "gradient with respect to \(label), \(comment())", sourceLocation: sourceLocation)
  }
}

/// Expects numbers that differ by no more than `ulps` units in the last place of S at the largest of the expected, or at the
/// scale.
///
/// NaN and infinities must be as expected.
func expectClose<S: LossScalar>(
  _ tensor: Tensor<S>, _ expected: Tensor<Double>, ulps: Double, scale: Double? = nil,
  _ comment: @autoclosure () -> String = "", sourceLocation: SourceLocation = #_sourceLocation
) {
  expectClose(
    tensor, expected, relative: ulps * Double(S.ulpOfOne), scale: scale, comment(),
    sourceLocation: sourceLocation)
}

/// Expects numbers that differ by no more than a ratio of the largest of the expected, or of the scale.
///
/// NaN and infinities must be as expected.
func expectClose<S: LossScalar>(
  _ tensor: Tensor<S>, _ expected: Tensor<Double>, relative: Double, scale: Double? = nil,
  _ comment: @autoclosure () -> String = "", sourceLocation: SourceLocation = #_sourceLocation
) {
  let scale = scale ?? expected.scalars.reduce(0) { $1.isFinite ? max($0, $1.magnitude) : $0 }
  let tolerance = relative * scale
  func isAccepted(_ result: S, _ expected: Double) -> Bool {
    expected.isFinite
      ? (Double(result) - expected).magnitude <= tolerance
      : Double(result) == expected || result.isNaN && expected.isNaN
  }
  if tensor.shape == expected.shape, zip(tensor.scalars, expected.scalars).allSatisfy(isAccepted) { return }
  Issue.record(
    "\(comment()): \(difference(tensor, expected, isAccepted: isAccepted))", sourceLocation: sourceLocation)
}

private func difference<S: LossScalar, R: LossScalar>(
  _ tensor: Tensor<S>, _ expected: Tensor<R>, isAccepted: (S, R) -> Bool
) -> String {
  guard tensor.shape == expected.shape else { return "shape \(tensor.shape), expected \(expected.shape)" }
  let (results, numbers) = (tensor.scalars, expected.scalars)
  guard let position = results.indices.first(where: { !isAccepted(results[$0], numbers[$0]) }) else {
    return "a sign or the bits of NaN"
  }
  return "element \(position) is \(results[position]), expected \(numbers[position])"
}
