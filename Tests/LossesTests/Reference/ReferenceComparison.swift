import Losses

/// How a result differs from what is expected.
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
  /// The first difference to `actual`, if there is one.
  ///
  /// With s the largest finite magnitude that is expected, two elements agree if both are NaN, or the same infinity,
  /// or |actual − expected| ≤ ε · max(|expected|, 0.05·s).
  func mismatch<S: BinaryFloatingPoint>(with actual: Tensor<S>, tolerance: Double) -> ReferenceMismatch? {
    guard case .floats(let expected) = values, Array(actual.shape) == shape else {
      return .shape(actual: actual.shape, expected: shape)
    }
    let scale = expected.reduce(0) { max($0, $1.flatMap { $0.isFinite ? $0.magnitude : nil } ?? 0) }
    let results = actual.scalars
    for index in expected.indices {
      guard let expected = expected[index] else { continue }
      let result = Double(results[index])
      let agrees =
        expected.isFinite
        ? (result - expected).magnitude <= tolerance * max(expected.magnitude, 0.05 * scale)
        : result == expected || result.isNaN && expected.isNaN
      if !agrees {
        return .element(
          position: actual.shape.index(ofElement: index),
          actual: result,
          expected: expected
        )
      }
    }
    return nil
  }
}

extension Tensor {
  /// Whether both have the same layout and memory, to the bit.
  func isIdentical(to other: Tensor) -> Bool {
    guard layout == other.layout else { return false }
    return unsafe storage.withUnsafeBytes { bytes in
      unsafe other.storage.withUnsafeBytes { unsafe bytes.elementsEqual($0) }
    }
  }
}
