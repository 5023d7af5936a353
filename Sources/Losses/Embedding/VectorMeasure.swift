public import RealMath
public import Tensors

/// A number that tells how two vectors compare, such as a distance, with its gradient.
///
/// A measure is called with tensors, whose last axis it works along:
///
///     let distance = try PairwiseDistance()([[3, 0]] as Tensor<Float>, [[0, 4]])
///     print(distance)  // [5.0]
///
/// One of your own gives the value and the gradient for two vectors; it can be called in the same way then, and serves
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
  /// The measure of two vectors of the same length.
  func value<S: RealScalar>(of a: Span<S>, _ b: Span<S>) -> Double

  /// Adds `scale` times the derivatives by both vectors to `da` and `db`.
  func addGradients<S: RealScalar>(
    of a: Span<S>, _ b: Span<S>, scale: Double, to da: inout MutableSpan<S>, _ db: inout MutableSpan<S>)

  /// The same, given the value that the measure has there, for measures that can make use of it. By default it is
  /// left alone.
  func addGradients<S: RealScalar>(
    of a: Span<S>, _ b: Span<S>, value: Double, scale: Double, to da: inout MutableSpan<S>,
    _ db: inout MutableSpan<S>)

  /// Throws if a hyperparameter has a value that the measure is not defined for. By default none has.
  func checkHyperparameters() throws(LossError)
}

extension VectorMeasure {
  @inlinable @inline(__always)
  public func addGradients<S: RealScalar>(
    of a: Span<S>, _ b: Span<S>, value: Double, scale: Double, to da: inout MutableSpan<S>,
    _ db: inout MutableSpan<S>
  ) {
    addGradients(of: a, b, scale: scale, to: &da, &db)
  }

  @inlinable
  public func checkHyperparameters() throws(LossError) {}

  /// The measure of the vectors along the last axis of two tensors.
  ///
  /// - Parameters:
  ///   - input1: Vectors, of shape [D] or [N…, D].
  ///   - input2: As many, of the same shape.
  /// - Returns: A tensor without the last axis.
  /// - Throws: `LossError` where the shapes differ. A single number counts as a vector of one.
  @inlinable
  public func callAsFunction<S: LossScalar>(
    _ input1: Tensor<S>, _ input2: Tensor<S>
  ) throws(LossError) -> Tensor<S> {
    try call(input1, input2, upstream: nil).value(compute)
  }

  /// The gradient by both inputs of what is computed from the measures, whose gradient by them is `upstream`.
  ///
  /// `upstream` is a tensor of the result's shape. By default all ones.
  @inlinable
  public func backward<S: LossScalar>(
    _ input1: Tensor<S>, _ input2: Tensor<S>, upstream: Tensor<S>? = nil
  ) throws(LossError) -> PairGradient<S> {
    try valueWithGradient(input1, input2, upstream: upstream).gradient
  }

  /// The measure of the vectors, and the gradient by both inputs.
  @inlinable
  public func valueWithGradient<S: LossScalar>(
    _ input1: Tensor<S>, _ input2: Tensor<S>, upstream: Tensor<S>? = nil
  ) throws(LossError) -> (value: Tensor<S>, gradient: PairGradient<S>) {
    try call(input1, input2, upstream: upstream).valueWithPairGradient(compute)
  }

  /// The measure of the vectors; the gradient by both inputs is written to `gradient`, whose tensors have the inputs'
  /// shape.
  @inlinable
  public func valueWithGradient<S: LossScalar>(
    _ input1: Tensor<S>, _ input2: Tensor<S>, upstream: Tensor<S>? = nil, into gradient: inout PairGradient<S>
  ) throws(LossError) -> Tensor<S> {
    try call(input1, input2, upstream: upstream).value(into: &gradient, compute)
  }

  @inlinable
  func call<S: LossScalar>(
    _ input1: Tensor<S>, _ input2: Tensor<S>, upstream: Tensor<S>?
  ) throws(LossError) -> VectorCall<S> {
    try checkHyperparameters()
    return try VectorCall(input1, input2, names: ["input2"], upstream: upstream, reduction: .none)
  }

  // Specialized for code that is compiled without knowing the types.
  @inlinable
  @specialized(where Self == CosineDistance, C == Float)
  @specialized(where Self == CosineDistance, C == Double)
  @specialized(where Self == CosineSimilarity, C == Float)
  @specialized(where Self == CosineSimilarity, C == Double)
  @specialized(where Self == PairwiseDistance, C == Float)
  @specialized(where Self == PairwiseDistance, C == Double)
  @specialized(where Self == SquaredEuclideanDistance, C == Float)
  @specialized(where Self == SquaredEuclideanDistance, C == Double)
  func compute<C: RealScalar>(_ block: VectorBlock<C>) { MeasureFunction(measure: self).run(block) }

  /// Compiles the kernels of the measure, where this is called.
  @inlinable @inline(__always)
  public static func _addKernels(to list: inout some _KernelList) {
    MeasureFunction<Self>.addKernels(to: &list)
  }
}

/// A measure of each row's two vectors.
@usableFromInline
struct MeasureFunction<Measure: VectorMeasure>: VectorFunction {
  @usableFromInline let measure: Measure

  @inlinable @inline(__always)
  init(measure: Measure) { self.measure = measure }

  @inlinable @inline(__always)
  func compute<C: RealScalar>(_ row: VectorRow<C>) {
    let value = measure.value(of: row.first, row.second, count: row.count)
    row.value = value
    guard let da = row.firstGradient, let db = row.secondGradient else { return }
    da.clear(count: row.count)
    db.clear(count: row.count)
    measure.addGradients(
      of: row.first, row.second, count: row.count, value: value, scale: row.scale, to: da, db)
  }
}

// Vectors in memory as the spans that measures take. A row has `count` numbers of each, and outlives the spans.
extension VectorMeasure {
  @inlinable @inline(__always)
  func value<C: RealScalar>(of a: Numbers<C>, _ b: Numbers<C>, count: Int) -> Double {
    value(
      of: unsafe Span(_unsafeStart: a.memory, count: count),
      unsafe Span(_unsafeStart: b.memory, count: count))
  }

  @inlinable @inline(__always)
  func addGradients<C: RealScalar>(
    of a: Numbers<C>, _ b: Numbers<C>, count: Int, value: Double, scale: Double, to da: Numbers<C>,
    _ db: Numbers<C>
  ) {
    var da = unsafe MutableSpan(_unsafeStart: da.memory, count: count)
    var db = unsafe MutableSpan(_unsafeStart: db.memory, count: count)
    addGradients(
      of: unsafe Span(_unsafeStart: a.memory, count: count),
      unsafe Span(_unsafeStart: b.memory, count: count), value: value, scale: scale, to: &da, &db)
  }
}
