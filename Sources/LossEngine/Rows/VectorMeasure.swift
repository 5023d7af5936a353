public import RealMath
public import Tensors

/// A number that compares two vectors, such as a distance, with its gradient: what it takes to write one.
///
/// A measure is called with tensors, and works along their last axis:
///
///     let distance = try PairwiseDistance()([[3, 0]] as Tensor<Float>, [[0, 4]])
///     print(distance)  // [5.0]
///
/// A measure of your own gives the value and the gradient for two vectors. It is called in the same way, and serves
/// `TripletMarginWithDistanceLoss`:
///
///     /// Σ |a − b|
///     struct CityBlockDistance: VectorMeasure {
///       func value<S: RealScalar>(of a: Span<S>, _ b: Span<S>) -> Double {
///         a.indices.reduce(0) { $0 + Double((a[$1] - b[$1]).magnitude) }
///       }
///
///       func addGradients<S: RealScalar>(
///         of a: Span<S>, _ b: Span<S>, scale: Double, to da: inout MutableSpan<S>, _ db: inout MutableSpan<S>
///       ) {
///         for index in a.indices {
///           let slope: S = a[index] > b[index] ? 1 : a[index] < b[index] ? -1 : 0
///           da[index] += S(scale) * slope
///           db[index] -= S(scale) * slope
///         }
///       }
///     }
public protocol VectorMeasure: Hashable, Codable, Sendable {
  /// Returns the measure of two vectors of the same length.
  func value<S: RealScalar>(of a: Span<S>, _ b: Span<S>) -> Double

  /// Adds `scale` times the derivatives with respect to both vectors to `da` and `db`.
  func addGradients<S: RealScalar>(
    of a: Span<S>, _ b: Span<S>, scale: Double, to da: inout MutableSpan<S>, _ db: inout MutableSpan<S>)

  /// Does the same, given the value of the measure there, for measures that can make use of it. By default it ignores
  /// the value.
  func addGradients<S: RealScalar>(
    of a: Span<S>, _ b: Span<S>, value: Double, scale: Double, to da: inout MutableSpan<S>,
    _ db: inout MutableSpan<S>)

  /// Throws if a hyperparameter has a value that the measure is not defined for. By default none has.
  func checkHyperparameters() throws(LossError)
}

extension VectorMeasure {
  @export(implementation) @inline(__always)
  public func addGradients<S: RealScalar>(
    of a: Span<S>, _ b: Span<S>, value: Double, scale: Double, to da: inout MutableSpan<S>,
    _ db: inout MutableSpan<S>
  ) {
    addGradients(of: a, b, scale: scale, to: &da, &db)
  }

  @inlinable
  public func checkHyperparameters() throws(LossError) {}

  /// Returns the measure of the vectors along the last axis of two tensors.
  ///
  /// - Parameters:
  ///   - input1: Vectors, of shape [D] or [N…, D]. A single number counts as a vector of one.
  ///   - input2: As many vectors, in the same shape.
  /// - Returns: An evaluation, whose value lacks the last axis.
  /// - Throws: `LossError` where the shapes differ, or a hyperparameter is out of range.
  @inlinable
  public func callAsFunction<Scalar: LossScalar>(
    _ input1: Tensor<Scalar>, _ input2: Tensor<Scalar>
  ) throws(LossError) -> some Evaluation<Scalar, PairGradient<Scalar>, PairGradient<Scalar>> {
    try evaluation(MeasureFormula(self), input1, input2)
  }

  /// Returns the evaluation of a function of this measure.
  @inlinable
  package func evaluation<Function: RowFunction, Scalar: LossScalar>(
    _ function: Function, _ input1: Tensor<Scalar>, _ input2: Tensor<Scalar>
  ) throws(LossError) -> RowEvaluation<Function, PairGradient<Scalar>, PairGradient<Scalar>> {
    try checkHyperparameters()
    return RowEvaluation(function, try RowArguments(input1, input2, names: ["input2"], reduction: .none))
  }
}

/// A measure of each row's two vectors.
@frozen @usableFromInline
package struct MeasureFormula<Measure: VectorMeasure>: RowFormula {
  @usableFromInline let measure: Measure

  @export(implementation) @inline(__always)
  package init(_ measure: Measure) { self.measure = measure }

  @export(implementation) @inline(__always)
  package func compute<C: RealScalar>(_ row: Row<C>) {
    let value = measure.value(of: row.first, row.second, count: row.count)
    row.value = value
    guard let da = row.firstGradient, let db = row.secondGradient else { return }
    if value.isNaN { return row.fillGradients(.nan) }
    da.clear(count: row.count)
    db.clear(count: row.count)
    measure.addGradients(
      of: row.first, row.second, count: row.count, value: value, scale: row.scale, to: da, db)
  }
}

// Vectors in memory as the spans that measures take. A row has `count` numbers of each, and outlives the spans.
extension VectorMeasure {
  @export(implementation) @inline(__always)
  package func value<C: RealScalar>(of a: UncheckedBuffer<C>, _ b: UncheckedBuffer<C>, count: Int) -> Double {
    value(
      of: unsafe Span(_unsafeStart: a.pointer, count: count),
      unsafe Span(_unsafeStart: b.pointer, count: count))
  }

  @export(implementation) @inline(__always)
  package func addGradients<C: RealScalar>(
    of a: UncheckedBuffer<C>, _ b: UncheckedBuffer<C>, count: Int, value: Double, scale: Double,
    to da: UncheckedBuffer<C>, _ db: UncheckedBuffer<C>
  ) {
    var da = unsafe MutableSpan(_unsafeStart: da.pointer, count: count)
    var db = unsafe MutableSpan(_unsafeStart: db.pointer, count: count)
    addGradients(
      of: unsafe Span(_unsafeStart: a.pointer, count: count),
      unsafe Span(_unsafeStart: b.pointer, count: count), value: value, scale: scale, to: &da, &db)
  }
}
