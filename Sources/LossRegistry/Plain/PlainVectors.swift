import Losses

/// A measure of two vectors, and its gradients with respect to both.
struct PlainDistance {
  var value: Bounded
  var (first, second): ([Bounded], [Bounded])

  init(_ value: Bounded, _ first: [Bounded], _ second: [Bounded]) {
    (self.value, self.first, self.second) = (value, first, second)
    // What is left of infinite or undefined vectors is not compared.
    if value.value.isFinite { return }
    self.first = first.map { _ in Bounded(0, error: .infinity) }
    self.second = self.first
  }
}

protocol PlainMeasure: Adapter {
  func distance(_ a: [Bounded], _ b: [Bounded], _ numbers: Precision) -> PlainDistance
  func recordHyperparameters(_ faults: inout Faults, _ numbers: Precision)
}

extension PlainMeasure {
  func recordHyperparameters(_ faults: inout Faults, _ numbers: Precision) {}

  package func plain(_ a: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults) -> PlainCall? {
    recordHyperparameters(&faults, numbers)
    guard let rows = PlainRows(a, ["input1", "input2"], numbers, &faults) else { return nil }
    return PlainCall(rows) {
      distance($0[0], $0[1], numbers)
    } terms: {
      ($0.value, [$0.first, $0.second])
    }
  }
}

/// The vectors along the last axis of several tensors.
struct PlainRows {
  let labels: [String]
  let shape: Shape
  /// For each row, a vector of each argument.
  let vectors: [[[Bounded]]]

  init?(_ a: Arguments<Double>, _ labels: [String], _ numbers: Precision, _ faults: inout Faults) {
    self.labels = labels
    shape = a[labels[0]].shape
    for label in labels.dropFirst() { faults.shape(a[label].shape, of: label, is: shape) }
    faults.size(shape, of: labels[1])
    guard faults.isEmpty else { return nil }
    let columns = PlainColumns(shape, axis: max(shape.count - 1, 0))
    let tensors = labels.map { numbers(a[$0]) }
    vectors = columns.positions.map { row in tensors.map { tensor in row.map { tensor[$0] } } }
  }
}

extension PlainCall {
  /// A call with a value for each row.
  ///
  /// - Parameters:
  ///   - result: What is known of a row.
  ///   - terms: Its value, and the gradient with respect to each of its vectors.
  init<Result>(
    _ rows: PlainRows, result: (_ vectors: [[Bounded]]) -> Result,
    terms: (Result) -> (value: Bounded, gradients: [[Bounded]])
  ) {
    let samples = rows.vectors.map { terms(result($0)) }
    self.init(
      shape: Shape(rows.shape.dropLast()), values: samples.map(\.value), mean: Bounded(Double(samples.count)),
      batch: rows.shape.count > 1 ? rows.shape[0] : 1
    ) { scales in
      Labelled(
        labels: rows.labels,
        values: rows.labels.indices.map { argument in
          zip(scales, samples).flatMap { scale, sample in
            sample.gradients[argument].map { $0.scaled(by: scale) }
          }
        })
    }
  }
}

extension PlainDistance {
  /// The cosine of two vectors: the product of the vectors divided by their lengths, whose gradient with respect to a is
  /// (v − cos·u) / |a|.
  ///
  /// - Parameter bounded: Returns the length to divide by, given the true one, and whether it is a constant.
  init(
    cosineOf a: [Bounded], _ b: [Bounded], _ numbers: Precision,
    bounded: (_ length: Bounded) -> (length: Bounded, isConstant: Bool)
  ) {
    let (first, second) = (Side(a, bounded), Side(b, bounded))
    if first.length.isZero || second.length.isZero {
      self.init(Bounded(0, ulp: numbers.ulp), a.map { _ in 0 }, b.map { _ in 0 })
      return
    }
    let cosine = zip(first.unit, second.unit).map { $0 * $1 }.sum
    func gradient(_ side: Side, _ other: Side) -> [Bounded] {
      zip(side.unit, other.unit).map { ($1 - (side.isConstant ? 0 : cosine * $0)) / side.length }
    }
    self.init(cosine, gradient(first, second), gradient(second, first))
  }

  private struct Side {
    /// The vector divided by its length.
    let unit: [Bounded]
    let length: Bounded
    let isConstant: Bool

    init(_ vector: [Bounded], _ bounded: (Bounded) -> (length: Bounded, isConstant: Bool)) {
      // Scaled by a power of two, so that no square is out of range.
      let largest = vector.reduce(0) { max($0, $1.value.isFinite ? $1.value.magnitude : 0) }
      let scale =
        largest > 0 ? Double(sign: .plus, exponent: min(-largest.exponent, 1000), significand: 1) : 1
      let scaled = vector.map { Bounded($0.value * scale, ulp: $0.ulp) }
      let scaledLength = scaled.map { $0 * $0 }.sum.squareRoot
      let trueLength = Bounded(
        scaledLength.value / scale, error: scaledLength.error / scale, ulp: scaledLength.ulp)
      (length, isConstant) = bounded(trueLength)
      let divisor = Bounded(length.value * scale, error: length.error * scale, ulp: length.ulp)
      unit = scaled.map { $0 / divisor }
    }
  }
}

extension PlainCall {
  /// max(0, margin + d(a, p) − min(d(a, n), d(p, n))), the second distance of the two only with `swap`. A tie shares the
  /// gradient.
  init?(
    triplets a: Arguments<Double>, _ measure: any PlainMeasure, margin: Double, swap: Bool,
    _ numbers: Precision,
    _ faults: inout Faults
  ) {
    faults.hyperparameter("margin", margin, isAllowed: margin > 0)
    measure.recordHyperparameters(&faults, numbers)
    guard let rows = PlainRows(a, ["anchor", "positive", "negative"], numbers, &faults) else { return nil }
    self.init(rows) { vectors in
      (
        near: measure.distance(vectors[0], vectors[1], numbers),
        far: measure.distance(vectors[0], vectors[2], numbers),
        between: swap ? measure.distance(vectors[1], vectors[2], numbers) : nil
      )
    } terms: { near, far, between in
      let difference = between.map { far.value - $0.value } ?? -1
      // NaN is the smaller one.
      let smaller = difference.value <= 0 || far.value.value.isNaN ? far.value : between!.value
      let gap = Bounded(margin) + near.value - smaller
      let slope = gap.step(atZero: 1)
      let farShare =
        difference.isZero && difference.error == 0
        ? Bounded(0.5, ulp: numbers.ulp) : (-difference).step(atZero: 1)
      let betweenShare = 1 - farShare
      func gradient(_ terms: [(factor: Bounded, slopes: [Bounded])]) -> [Bounded] {
        near.first.indices.map { index in
          slope * terms.map { $0.factor.isZero ? 0 : $0.factor * $0.slopes[index] }.sum
        }
      }
      let others = between ?? far
      return (
        gap.raised(to: Bounded(0, ulp: gap.ulp)),
        [
          gradient([(1, near.first), (-farShare, far.first)]),
          gradient([(1, near.second), (-betweenShare, others.first)]),
          gradient([(-farShare, far.second), (-betweenShare, others.second)]),
        ]
      )
    }
  }
}
