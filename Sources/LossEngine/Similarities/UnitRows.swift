internal import RealMath

/// Vectors divided by their lengths, one behind the other, as numbers of the type that similarities are computed in.
///
/// A vector of zeros stays as it is, and takes no gradient. Vectors whose squares would overflow or underflow are scaled
/// by powers of two first, which rounds nothing.
struct UnitRows<C: RealScalar> {
  let features: Int
  let elements: UncheckedBuffer<C>
  /// Whether vectors are divided by their lengths, or taken as they are.
  let isNormalizing: Bool
  /// The power of two that each vector was multiplied by, and its length then.
  let scales: UncheckedBuffer<Double>
  let lengths: UncheckedBuffer<Double>

  func row(_ index: Int) -> UncheckedBuffer<C> { elements.advanced(by: index * features) }

  /// Sets a row.
  @specialized(where C == Float, Source == Float) @specialized(where C == Double, Source == Float)
  @specialized(where C == Double, Source == Double)
  func set<Source: RealScalar>(_ index: Int, to vector: UncheckedBuffer<Source>) {
    let row = row(index)
    guard isNormalizing else {
      for feature in 0..<features { row[feature] = C(vector[feature]) }
      return
    }
    var scale = 1.0
    var square = Summation.sum(count: features) { Double(vector[$0]) * Double(vector[$0]) }
    if !(PowerSums.accurate ~= square) {
      scale = PowerSums.scale(largest: Double(vector.largestMagnitude(count: features)))
      square = Summation.sum(count: features) {
        let element = Double(vector[$0]) * scale
        return element * element
      }
    }
    let length = square.squareRoot()
    (scales[index], lengths[index]) = (scale, length)
    if length == 0 { return row.clear(count: features) }
    for feature in 0..<features { row[feature] = C(Double(vector[feature]) * scale / length) }
  }

  /// Turns the gradient with respect to a row into that with respect to the vector.
  // With u = v / |v|: ∂/∂v = (g − (g·u)·u) / |v|.
  @specialized(where C == Float, Result == Float) @specialized(where C == Double, Result == Float)
  @specialized(where C == Double, Result == Double)
  func makeVectorGradient<Result: RealScalar>(
    _ index: Int, of gradient: UncheckedBuffer<C>, to result: UncheckedBuffer<Result>
  ) {
    guard isNormalizing else {
      for feature in 0..<features { result[feature] = Result(gradient[feature]) }
      return
    }
    let (row, scale, length) = (row(index), scales[index], lengths[index])
    if length == 0 { return result.clear(count: features) }
    let along = Summation.sum(count: features) { Double(gradient[$0]) * Double(row[$0]) }
    for feature in 0..<features {
      let across = Double(gradient[feature]) - along * Double(row[feature])
      result[feature] = Result(across / length * scale)
    }
  }
}

extension UncheckedBuffer where Element: RealScalar {
  /// The largest magnitude; a NaN does not count.
  fileprivate func largestMagnitude(count: Int) -> Element {
    (0..<count).reduce(0) { max($0, self[$1].magnitude) }
  }
}
