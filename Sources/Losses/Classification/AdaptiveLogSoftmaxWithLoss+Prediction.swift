public import LossEngine
internal import RealMath
public import Tensors

extension AdaptiveLogSoftmaxWithLoss {
  /// Returns the log-probability of every class: PyTorch's `log_prob`.
  ///
  ///     let loss = AdaptiveLogSoftmaxWithLoss(cutoffs: [1])
  ///     let weights = AdaptiveSoftmaxWeights<Float>(
  ///       head: [[1, 0], [0, 1]], tails: [.init(projection: [[1, -1]], weight: [[1], [0]])])
  ///     let logProbabilities = try loss.logProbabilities([[1, 2]], weights: weights)
  ///     print(logProbabilities.shape)  // [1, 3]
  ///
  /// - Parameters:
  ///   - input: The rows, of shape [F] or [N, F].
  ///   - weights: The weights of head and tails.
  /// - Returns: A tensor of shape [C] or [N, C].
  /// - Throws: `LossError` where a shape does not fit, the cutoffs do not increase, or ``divValue`` is not positive.
  public func logProbabilities<Scalar: LossScalar>(
    _ input: Tensor<Scalar>, weights: AdaptiveSoftmaxWeights<Scalar>
  ) throws(LossError) -> Tensor<Scalar> {
    let softmax = try softmax(input, weights)
    return Tensor(
      softmax.logProbabilities(of: input.rows),
      shape: Shape(input.shape.dropLast() + [softmax.layout.classes]))
  }

  /// Returns the most likely class of each row: the first, where several are equally likely.
  ///
  /// The tails are computed only for rows that the head gives to a cluster. NaN counts as the largest.
  ///
  /// - Parameters:
  ///   - input: The rows, of shape [F] or [N, F].
  ///   - weights: The weights of head and tails.
  /// - Returns: A tensor of shape [] or [N].
  /// - Throws: `LossError` where a shape does not fit, the cutoffs do not increase, or ``divValue`` is not positive.
  public func predict<Scalar: LossScalar>(
    _ input: Tensor<Scalar>, weights: AdaptiveSoftmaxWeights<Scalar>
  ) throws(LossError) -> Tensor<Int> {
    let softmax = try softmax(input, weights)
    return Tensor(softmax.mostLikelyClasses(of: input.rows), shape: Shape(input.shape.dropLast()))
  }

  private func softmax<Scalar: LossScalar>(
    _ input: Tensor<Scalar>, _ weights: AdaptiveSoftmaxWeights<Scalar>
  ) throws(LossError) -> AdaptiveSoftmax<Scalar> {
    try checkHyperparameters()
    let layout = try weights.layout(cutoffs: cutoffs, input: input.shape)
    try Check.size(of: Shape(input.shape.dropLast() + [layout.classes]), named: "logProbabilities")
    return AdaptiveSoftmax(layout: layout, weights: weights)
  }
}

extension Tensor where Scalar: LossScalar {
  /// The same numbers in the type that formulas are computed in.
  fileprivate var computed: Tensor<Scalar.Computation> {
    self as? Tensor<Scalar.Computation> ?? map { $0.computation }
  }

  /// The same numbers as a matrix.
  fileprivate var rows: Tensor { rank == 1 ? reshaped(to: [1, shape[0]]) : self }
}

/// The log-probabilities of all classes, in the type that formulas are computed in.
private struct AdaptiveSoftmax<S: LossScalar> {
  typealias C = S.Computation

  let layout: AdaptiveSoftmaxLayout
  let weights: AdaptiveSoftmaxWeights<S>

  func logProbabilities(of rows: Tensor<S>) -> [S] {
    var result: [S] = []
    result.reserveCapacity(rows.shape[0] * layout.classes)
    forEachBlock(of: rows) { block in
      let logProbabilities = logProbabilities(ofBlock: block)
      result += logProbabilities as? [S] ?? logProbabilities.map { S(computation: $0) }
    }
    return result
  }

  func mostLikelyClasses(of rows: Tensor<S>) -> [Int] {
    var result: [Int] = []
    forEachBlock(of: rows) { block in
      // No class of a cluster is more likely than the cluster, which no class of the shortlist falls behind.
      var classes = firstMaxima(headLogProbabilities(block).scalars, length: layout.headScores)
      let others = classes.indices.filter { classes[$0] >= layout.shortlist }
      if !others.isEmpty {
        let logProbabilities = logProbabilities(ofBlock: block.gathering(rows: others))
        for (row, label) in zip(others, firstMaxima(logProbabilities, length: layout.classes)) {
          classes[row] = label
        }
      }
      result += classes
    }
    return result
  }

  /// Calls `body` with some rows at a time, of a million log-probabilities or one row.
  private func forEachBlock(of rows: Tensor<S>, _ body: (Tensor<C>) -> Void) {
    let (count, size) = (rows.shape[0], max(1, (1 << 20) / layout.classes))
    for start in stride(from: 0, to: count, by: size) {
      body(rows[start..<min(start + size, count)].computed)
    }
  }

  // With h the log-softmax of the head and t that of a tail, log p is h in the shortlist, and h[cluster] + t[class].
  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  @specialized(where S == BFloat16)
  private func logProbabilities(ofBlock rows: Tensor<C>) -> [C] {
    var result: [C] = []
    result.reserveCapacity(rows.shape[0] * layout.classes)
    let head = headLogProbabilities(rows).scalars
    let tails = weights.tails.map { tail in
      logSoftmax(rows.products(withRowsOf: tail.projection).products(withRowsOf: tail.weight)).scalars
    }
    for row in 0..<rows.shape[0] {
      let headRow = row * layout.headScores
      result += head[headRow..<headRow + layout.shortlist]
      for (index, cluster) in layout.clusters.enumerated() {
        let (first, ofCluster) = (row * cluster.count, head[headRow + layout.shortlist + index])
        for position in first..<first + cluster.count { result.append(ofCluster + tails[index][position]) }
      }
    }
    return result
  }

  private func headLogProbabilities(_ rows: Tensor<C>) -> Tensor<C> {
    logSoftmax(rows.products(withRowsOf: weights.head, adding: weights.headBias))
  }

  private func logSoftmax(_ scores: Tensor<C>) -> Tensor<C> {
    do { return try LogSoftmax(axis: 1)(scores).value() } catch { preconditionFailure("\(error)") }
  }

  /// Returns the position of the first of the largest elements of each row. NaN counts as the largest.
  @specialized(where S == Float) @specialized(where S == Double)
  private func firstMaxima(_ elements: [C], length: Int) -> [Int] {
    stride(from: 0, to: elements.count, by: length).map { start in
      var largest = start
      for index in start..<start + length
      where elements[index] > elements[largest] || elements[index].isNaN && !elements[largest].isNaN {
        largest = index
      }
      return largest - start
    }
  }
}
