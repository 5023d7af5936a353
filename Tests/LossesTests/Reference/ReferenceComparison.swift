import LossRegistry
import Losses

/// How a result differs from the expected one.
enum ReferenceMismatch: Equatable, CustomStringConvertible {
  case shape(actual: Shape, expected: [Int])
  case element(position: Shape, actual: Double, expected: Double)

  var description: String {
    switch self {
    case .shape(let actual, let expected): "shape is \(actual), expected \(expected)"
    case .element(let position, let actual, let expected): "at \(position) is \(actual), expected \(expected)"
    }
  }
}

extension ReferenceTensor {
  /// The first difference from `actual`, if there is one.
  ///
  /// With s the largest finite magnitude that is expected, two elements agree if both are NaN, or the same infinity,
  /// or |actual − expected| ≤ ε · max(|expected|, 0.05·s).
  func mismatch<S: BinaryFloatingPoint>(with actual: Tensor<S>, tolerance: Double) -> ReferenceMismatch? {
    guard case .floats(let expected) = values else { return .shape(actual: actual.shape, expected: shape) }
    let scale = expected.reduce(0) { max($0, $1.flatMap { $0.isFinite ? $0.magnitude : nil } ?? 0) }
    return mismatch(with: actual) { tolerance * max($0.magnitude, 0.05 * scale) }
  }

  /// The first element of `actual` that is farther from the expected one than so many ulp of itself.
  ///
  /// Numbers below the normal ones are as far apart as the least of them.
  func mismatch<S: BinaryFloatingPoint>(with actual: Tensor<S>, ulps: Double) -> ReferenceMismatch? {
    let (relative, absolute) = (Double(S.ulpOfOne), Double(S.leastNonzeroMagnitude))
    return mismatch(with: actual) { ulps * max(relative * $0.magnitude, absolute) }
  }

  private func mismatch<S: BinaryFloatingPoint>(
    with actual: Tensor<S>, allowance: (_ expected: Double) -> Double
  ) -> ReferenceMismatch? {
    guard case .floats(let expected) = values, Array(actual.shape) == shape else {
      return .shape(actual: actual.shape, expected: shape)
    }
    let results = actual.scalars
    for index in expected.indices {
      guard let expected = expected[index] else { continue }
      let result = Double(results[index])
      let agrees =
        expected.isFinite
        ? (result - expected).magnitude <= allowance(expected)
        : result == expected || result.isNaN && expected.isNaN
      if !agrees {
        return .element(
          position: actual.shape.index(ofElement: index), actual: result, expected: expected)
      }
    }
    return nil
  }
}
