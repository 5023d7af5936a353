internal import RealMath
package import Tensors

/// The arguments of a loss of similarities between vectors, found to be right.
@usableFromInline
package struct SimilarityArguments<S: LossScalar>: Sendable {
  /// A number that all rows share: a hyperparameter, or an argument with a gradient.
  package struct Parameter: Sendable {
    let value: Double
    let isArgument: Bool

    package init(_ argument: Tensor<S>?, named name: String, or hyperparameter: Double) throws(LossError) {
      if let argument { try Check.shape(of: argument, named: name, is: []) }
      value = argument.map { Double($0.item) } ?? hyperparameter
      isArgument = argument != nil
    }

    package init(hyperparameter: Double) {
      value = hyperparameter
      isArgument = false
    }

    /// Throws unless the number is positive, and has a reciprocal.
    package func checkDivisor(_ name: String) throws(LossError) {
      if !isArgument { return try Check.divisor(name, value, in: S.Computation.self) }
      if value > 0, Check.isDivisor(value, in: S.Computation.self) { return }
      throw .valueOutOfRange(
        argument: name, position: [], value: value,
        requirement: value > 0 ? Check.divisorRequirement(in: S.Computation.self) : "positive")
    }
  }

  /// The matrices of vectors, `nil` where an optional one is absent.
  private let vectors: [Tensor<S>?]
  /// How many of the first matrices have a row for each sample.
  private let sampledVectors: Int
  private let parameters: [Parameter]
  private let passes: [SimilarityPass]
  private let isNormalizing: Bool
  private let function: any SimilarityFunction
  private let samples: CountedSamples?
  private let rowCount: Int
  let reducer: Reducer

  /// - Parameters:
  ///   - vectors: Matrices of vectors of equal lengths, in the order of the arguments.
  ///   - shared: How many of the last matrices all samples are compared with.
  ///   - isNormalizing: Whether vectors are divided by their lengths.
  ///   - samples: The samples that count, if not all do alike. Passes know only the vectors of these.
  ///   - values: The number of the values, those of samples that do not count included: one for each sample, or the first
  ///     of all samples, then the second of all.
  ///   - mean: The denominator of the mean.
  package init(
    _ vectors: [Tensor<S>?], shared: Int = 0, parameters: [Parameter], passes: [SimilarityPass],
    isNormalizing: Bool = true, function: any SimilarityFunction, samples: CountedSamples?, values: Int,
    reduction: Reduction, mean: Double
  ) throws(LossError) {
    self.vectors = vectors
    sampledVectors = vectors.count - shared
    self.parameters = parameters
    self.passes = passes
    self.isNormalizing = isNormalizing
    self.function = function
    self.samples = samples
    rowCount = passes.first?.rows.count ?? 0
    // The mean of nothing is 0, also where all samples are out.
    reducer = try Reducer(
      reduction, shape: [values], mean: mean == 0 ? 1 : mean, batch: max(values, 1),
      weightExponent: samples?.exponent ?? 0)
  }

  var partShapes: [Shape?] { vectors.map { $0?.shape } + parameters.map { $0.isArgument ? [] : nil } }

  /// Computes the loss, and the gradients if they have destinations.
  func run(_ destinations: [Destination<S>?]?, upstream: Tensor<S>?) -> Tensor<S> {
    reducer.run(GradientDestinations(), upstream: upstream) { scaling in
      compute(destinations, scaling)
    }
  }

  /// The most products of a call for which similarities are computed in `Double` whatever the arguments are: it hardly
  /// takes longer there, and a division by a small temperature multiplies the errors of similarities.
  private static var mostProductsInDouble: Double { 0x1p18 }

  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  @specialized(where S == BFloat16)
  private func compute(_ destinations: [Destination<S>?]?, _ scaling: Reducer.Scaling<S>) -> Double {
    computeInParts(destinations, scaling)
  }

  // Not inlined into an entry that sets up all that it holds.
  @inline(never)
  private func computeInParts(_ destinations: [Destination<S>?]?, _ scaling: Reducer.Scaling<S>) -> Double {
    let values = Scratch<Double>(slots: 1, slotSize: rowCount)
    defer { values.deallocate() }
    values[0].clear(count: rowCount)
    let features = vectors[0]!.shape[1]
    // Vectors that are compared with nothing may be without number, but have gradients of 0.
    if destinations == nil, rowCount == 0 { return store(values[0], scaling) }
    let products = passes.reduce(0) {
      $0 + Double($1.rows.count) * Double($1.columns.count) * Double(features)
    }
    let given = vectors.indices.filter { vectors[$0] != nil }
    let parts = destinations.map { all in
      given.map { all[$0] } + all[vectors.count...]
    }
    func run<C: RealScalar>(in _: C.Type) {
      SimilarityRunner<S, C>(
        vectors: vectors.compactMap { $0 }, sampledVectors: sampledVectors, features: features,
        passes: passes, isNormalizing: isNormalizing, function: function, samples: samples,
        parameters: parameters.map { $0.value }, values: values[0], scaling: scaling, destinations: parts
      ).run()
    }
    if S.Computation.self == Double.self || products <= Self.mostProductsInDouble {
      run(in: Double.self)
    } else {
      run(in: Float.self)
    }
    return store(values[0], scaling)
  }

  /// Stores the values if they are not reduced, and returns their sum.
  private func store(_ values: UncheckedBuffer<Double>, _ scaling: Reducer.Scaling<S>) -> Double {
    guard let destination = scaling.values else { return Summation.sum(values, count: rowCount) }
    if samples != nil {
      for index in 0..<reducer.valueCount { destination.store(0, at: index) }
    }
    for row in 0..<rowCount { destination.store(values[row], at: samples.valuePosition(ofRow: row)) }
    return 0
  }
}

extension Check {
  /// Throws unless the tensor is a matrix that there could be memory for.
  package static func matrix<S>(_ tensor: Tensor<S>, named name: String) throws(LossError) {
    guard tensor.rank == 2 else {
      throw .unsupportedShape(argument: name, shape: tensor.shape, requirement: "only [N, D] is possible")
    }
    try size(of: tensor.shape, named: name)
  }

  /// Throws unless there could be memory for the similarities of so many vectors with so many others, whatever their length:
  /// it may be 0.
  package static func similarities(of rows: Int, with columns: Int) throws(LossError) {
    let shape: Shape = [rows, columns]
    try size(of: shape, named: "similarities")
    if rows > 0 { try rowLength(columns, of: shape, named: "similarities") }
    // Each row has numbers of its own.
    try rowCount(rows, of: shape, named: "similarities")
  }
}
