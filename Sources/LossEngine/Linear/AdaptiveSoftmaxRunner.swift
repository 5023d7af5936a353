internal import RealMath
internal import Tensors

/// Runs a function over the scores of an adaptive softmax: those of the head for all rows, and those of each tail for the
/// rows of its cluster.
///
/// The loss of a row is that of the head, plus that of the tail if the row's label is in a cluster. Head and tail are
/// linear layers. The input of a tail is h = P · x, computed for the rows of the cluster alone. With its gradient dh,
/// those of what it is made of are ∂/∂P = dhᵀ · x and ∂/∂x = dh · P.
struct AdaptiveSoftmaxRunner<S: LossScalar> {
  typealias C = S.Computation

  let layout: AdaptiveSoftmaxLayout
  let rows: Int
  let features: Int
  let input: LinearInput<S>
  let weights: AdaptiveSoftmaxWeights<S>
  let labels: [Int]
  let samples: (any SampleWeights)?
  /// What each row counts for, if not all do alike.
  let sampleWeights: [Double]?
  let scaling: Reducer.Scaling<S>
  let gradients: AdaptiveSoftmaxDestinations<S>?

  /// How many bytes head and tail may use each.
  private static var memoryLimit: Int { 32 << 20 }

  /// Returns the sum of the values.
  func run(_ compute: (ColumnBlock<C>) -> Void) -> Double {
    let values = Scratch<C>(slots: 1, slotSize: scaling.values == nil ? 0 : rows)
    let hasCopy = gradients.map { !$0.input.isDirect } ?? false
    let inputCopy = Scratch<C>(slots: 1, slotSize: hasCopy ? rows * features : 0)
    defer {
      values.deallocate()
      inputCopy.deallocate()
    }
    let inputGradient = gradients?.input.buffer(from: 0, scratch: inputCopy[0])
    var sum = CompensatedSum()
    sum.add(runHead(values[0], inputGradient, compute))
    for index in weights.tails.indices { sum.add(runTail(index, values[0], inputGradient, compute)) }
    if let inputGradient { gradients?.input.store(0..<rows * features, from: inputGradient) }

    guard let destination = scaling.values else { return sum.value }
    for row in 0..<rows { destination.store(Double(values[0][row]), at: row) }
    return 0
  }

  /// Computes the head, with the gradients with respect to what it is made of. Returns the sum of its values, or writes them
  /// where they are asked for.
  private func runHead(
    _ values: UncheckedBuffer<C>, _ inputGradient: UncheckedBuffer<C>?, _ compute: (ColumnBlock<C>) -> Void
  ) -> Double {
    let headLabels = Tensor(labels.map { layout.headLabel(of: $0) })
    return weights.head.withOperand { head in
      weights.headBias.withElements { bias in
        runLayer(
          LinearLengths(rows: rows, features: features, classes: layout.headScores, positions: 1), input,
          weight: head, bias: bias, headLabels, samples, upstream: scaling.upstream, values,
          gradients.map {
            LinearDestinations([Destination(unrounded: inputGradient!, from: 0), $0.head, $0.headBias])
          }, compute)
      }
    }
  }

  /// Computes a tail: adds its gradient with respect to the input, and writes those with respect to its weights. Returns the
  /// sum of its values, or adds them where they are asked for.
  private func runTail(
    _ index: Int, _ values: UncheckedBuffer<C>, _ inputGradient: UncheckedBuffer<C>?,
    _ compute: (ColumnBlock<C>) -> Void
  ) -> Double {
    let (tail, classes) = (weights.tails[index], layout.clusters[index])
    let members = labels.indices.filter { classes.contains(labels[$0]) && sampleWeights?[$0] != 0 }
    let tailFeatures = tail.projection.shape[0]
    // What is not needed may be too large to be copied.
    if members.isEmpty {
      gradients?.tails[index].weight.clear(count: classes.count * tailFeatures)
      gradients?.tails[index].projection.clear(count: tailFeatures * features)
      return 0
    }
    let projected = Scratch<C>(slots: gradients == nil ? 1 : 2, slotSize: members.count * tailFeatures)
    let tailValues = Scratch<C>(slots: 1, slotSize: scaling.values == nil ? 0 : members.count)
    defer {
      projected.deallocate()
      tailValues.deallocate()
    }
    return Optional(tail.projection).withElements { projection in
      project(members, by: projection, tailFeatures, to: projected[0])
      let sum = runTailLayer(
        LinearLengths(rows: members.count, features: tailFeatures, classes: classes.count, positions: 1),
        projected[0], tail.weight, members, firstClass: classes.lowerBound, tailValues[0],
        gradients.map {
          LinearDestinations([Destination(unrounded: projected[1], from: 0), $0.tails[index].weight, nil])
        }, compute)
      if scaling.values != nil {
        for (place, row) in members.enumerated() { values[row] += tailValues[0][place] }
      }
      if let inputGradient, let projection, let destination = gradients?.tails[index].projection {
        addGradients(members, projected[1], projection, tailFeatures, to: inputGradient, destination)
      }
      return sum
    }
  }

  /// Computes the layer of a tail for the rows of its cluster.
  private func runTailLayer(
    _ lengths: LinearLengths, _ projected: UncheckedBuffer<C>, _ weight: Tensor<S>, _ members: [Int],
    firstClass: Int, _ values: UncheckedBuffer<C>, _ gradients: LinearDestinations<S>?,
    _ compute: (ColumnBlock<C>) -> Void
  ) -> Double {
    func gathered<T: LossScalar>(_ element: (Int) -> T) -> Tensor<T> {
      Tensor(whole: members.map(element), shape: [members.count])
    }
    let tailLabels = Tensor(whole: members.map { labels[$0] - firstClass }, shape: [members.count])
    let samples = sampleWeights.map { weights in
      TypedSampleWeights(weight: gathered { weights[$0] }, mask: nil, count: members.count)
    }
    let upstream = scaling.upstream.map { upstream in gathered { S(computation: upstream[$0]) } }
    return weight.withOperand { weight in
      upstream.withOperand { upstream in
        runLayer(
          lengths, .computed(projected), weight: weight, bias: nil, tailLabels, samples, upstream: upstream,
          values, gradients, compute)
      }
    }
  }

  private func runLayer(
    _ lengths: LinearLengths, _ input: LinearInput<S>, weight: Operand<S>, bias: UncheckedBuffer<C>?,
    _ labels: Tensor<Int>, _ samples: (any SampleWeights)?, upstream: Operand<S>?,
    _ values: UncheckedBuffer<C>, _ gradients: LinearDestinations<S>?, _ compute: (ColumnBlock<C>) -> Void
  ) -> Double {
    let scaling = Reducer.Scaling<S>(
      values: scaling.values == nil ? nil : Destination(unrounded: values, from: 0), upstream: upstream,
      scale: scaling.scale)
    return LinearRunner(
      lengths: lengths, memoryLimit: Self.memoryLimit, input: input, linearWeight: weight, linearBias: bias,
      labels: TypedLabels(labels, ignoreIndex: nil), ignoreIndex: nil, probabilities: nil, weight: nil,
      samples: samples, scaling: scaling, gradients: gradients
    ).run(compute)
  }
}

// Projections.
extension AdaptiveSoftmaxRunner {
  /// Calls `body` with rows of a cluster, some at a time, which are copied to memory of their own.
  private func forEachBlock(
    of members: [Int], _ body: (_ places: Range<Int>, _ rows: UncheckedBuffer<C>) -> Void
  ) {
    let size = MatrixProduct.copiedRows(columns: features)
    let rows = Scratch<C>(slots: 1, slotSize: min(size, members.count) * features)
    defer { rows.deallocate() }
    Blocks.forEach(in: 0..<members.count, size: size) { places in
      input.copy(Array(members[places]), features: features, to: rows[0])
      body(places, rows[0])
    }
  }

  /// Computes P · x for the rows of a cluster.
  ///
  /// - Parameter projection: `nil` where it has no elements.
  private func project(
    _ members: [Int], by projection: UncheckedBuffer<C>?, _ tailFeatures: Int, to result: UncheckedBuffer<C>
  ) {
    guard let projection else { return result.clear(count: members.count * tailFeatures) }
    forEachBlock(of: members) { places, rows in
      MatrixProduct.compute(
        Matrix(rows, rowStride: features), Matrix(projection, rowStride: features).transposed,
        rows: places.count, columns: tailFeatures, depth: features, adding: false,
        to: result.advanced(by: places.lowerBound * tailFeatures), stride: tailFeatures)
    }
  }

  /// Writes the gradient with respect to a projection, and adds that with respect to the rows of its cluster.
  ///
  /// - Parameter gradient: That with respect to the projected rows.
  private func addGradients(
    _ members: [Int], _ gradient: UncheckedBuffer<C>, _ projection: UncheckedBuffer<C>, _ tailFeatures: Int,
    to inputGradient: UncheckedBuffer<C>, _ destination: Destination<S>
  ) {
    let count = tailFeatures * features
    let scratch = Scratch<C>(slots: 1, slotSize: destination.isDirect ? 0 : count)
    defer { scratch.deallocate() }
    let sums = destination.buffer(from: 0, scratch: scratch[0])
    forEachBlock(of: members) { places, rows in
      let part = Matrix(gradient.advanced(by: places.lowerBound * tailFeatures), rowStride: tailFeatures)
      MatrixProduct.compute(
        part.transposed, Matrix(rows, rowStride: features), rows: tailFeatures, columns: features,
        depth: places.count, adding: places.lowerBound > 0, to: sums, stride: features)
      // The memory of the rows is free now.
      MatrixProduct.compute(
        part, Matrix(projection, rowStride: features), rows: places.count, columns: features,
        depth: tailFeatures, adding: false, to: rows, stride: features)
      for (index, row) in members[places].enumerated() {
        let (place, addends) = (
          inputGradient.advanced(by: row * features), rows.advanced(by: index * features)
        )
        for feature in 0..<features { place[feature] += addends[feature] }
      }
    }
    destination.store(0..<count, from: sums)
  }
}
