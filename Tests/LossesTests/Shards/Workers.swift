import Foundation
import LossRegistry
import Losses

/// Workers that have slices of the classes of one call, and exchange their partial results as JSON.
struct Workers<S: LossScalar>: Sendable {
  /// What a worker has: its classes, and its share of the loss.
  struct Worker: Sendable {
    let classes: Range<Int>
    let partial: @Sendable () -> PartialCrossEntropy
    let evaluation: @Sendable (PartialCrossEntropy) throws -> ErasedEvaluation<S>
  }

  let workers: [Worker]
  private let slicedAxes: Labelled<Int>

  /// - Parameter slices: The classes of each worker.
  init(_ loss: CrossEntropyLoss, _ arguments: Arguments<S>, _ slices: [Range<Int>]) throws {
    let axis = loss.classAxis == 1 && arguments.input.rank < 2 ? 0 : loss.classAxis
    let classCount = slices.map(\.upperBound).max()!
    workers = try slices.map { classes in
      try Self.worker(loss, arguments, arguments.labels, axis: axis, classes, of: classCount)
    }
    slicedAxes = ["input": axis]
  }

  init(_ loss: LinearCrossEntropyLoss, _ arguments: Arguments<S>, _ slices: [Range<Int>]) throws {
    let classCount = slices.map(\.upperBound).max()!
    workers = try slices.map { classes in
      try Self.worker(loss, arguments, arguments.labels, classes, of: classCount)
    }
    slicedAxes = ["linearWeight": 0, "linearBias": 0]
  }

  private static func worker(
    _ loss: CrossEntropyLoss, _ a: Arguments<S>, _ labels: some IntegerTensor, axis: Int,
    _ classes: Range<Int>,
    of classCount: Int
  ) throws -> Worker {
    let shard = try loss.shard(
      a.input.sliced(classes, of: classCount, along: axis), target: labels.tensor, classes: classes,
      of: classCount,
      weight: a.weight.map { $0.sliced(classes, of: classCount, along: 0) }, sampleWeight: a.sampleWeight,
      mask: a.mask)
    return Worker(classes: classes) {
      shard.partial()
    } evaluation: {
      ErasedEvaluation(try shard.evaluation(with: $0))
    }
  }

  private static func worker(
    _ loss: LinearCrossEntropyLoss, _ a: Arguments<S>, _ labels: some IntegerTensor, _ classes: Range<Int>,
    of classCount: Int
  ) throws -> Worker {
    let bias = a.reals["linearBias"]?.sliced(classes, of: classCount, along: 0)
    let shard = try loss.shard(
      a.input, linearWeight: a["linearWeight"].sliced(classes, of: classCount, along: 0), linearBias: bias,
      target: labels.tensor, classes: classes, of: classCount,
      weight: a.weight.map { $0.sliced(classes, of: classCount, along: 0) }, sampleWeight: a.sampleWeight,
      mask: a.mask)
    return Worker(classes: classes) {
      shard.partial()
    } evaluation: {
      ErasedEvaluation(try shard.evaluation(with: $0), without: bias == nil ? ["linearBias"] : [])
    }
  }

  /// The partial results of all workers as they arrive at another one, merged from the last to the first.
  func whole() throws -> PartialCrossEntropy {
    let received = try workers.map { try $0.partial().sent() }
    return try received.dropLast().reversed().reduce(into: received.last!) { try $0.merge($1) }
  }

  /// The value that all workers agree on, and their gradients put together.
  func results(
    upstream: Tensor<S>?
  ) throws -> (value: Tensor<S>, gradients: Labelled<Tensor<S>>, evaluations: [ErasedEvaluation<S>]) {
    let whole = try whole()
    let evaluations = try workers.map { try $0.evaluation(whole) }
    let value = evaluations[0].value()
    var gradients: Labelled<Tensor<S>> = [:]
    for label in evaluations[0].labels {
      let parts = try evaluations.map { try $0.backward(upstream: upstream)[label]! }
      gradients[label] =
        slicedAxes[label].map { Tensor(joining: parts, at: workers.map(\.classes), along: $0) }
        ?? parts.dropFirst().reduce(parts[0], +)
    }
    return (value, gradients, evaluations)
  }
}

extension PartialCrossEntropy {
  /// What another process would decode.
  func sent() throws -> PartialCrossEntropy {
    try JSONDecoder().decode(PartialCrossEntropy.self, from: JSONEncoder().encode(self))
  }
}

extension Tensor {
  /// A view of some indices of an axis, or the tensor where that has another length.
  func sliced(_ range: Range<Int>, of length: Int, along axis: Int) -> Tensor {
    let axis = axis < 0 ? axis + rank : axis
    guard shape.indices.contains(axis), shape[axis] == length else { return self }
    var axes = Array(shape.indices)
    axes.swapAt(0, axis)
    let order = AxisList(axes)
    return permuted(order)[range].permuted(order)
  }

  /// Puts slices together again.
  init(joining slices: [Tensor], at ranges: [Range<Int>], along axis: Int) {
    let axis = axis < 0 ? axis + slices[0].rank : axis
    var shape = slices[0].shape
    shape[axis] = ranges.map(\.upperBound).max()!
    self.init(shape: shape) { (index: Shape) -> Scalar in
      let place = ranges.firstIndex { $0.contains(index[axis]) }!
      var own = index
      own[axis] -= ranges[place].lowerBound
      return slices[place][own]
    }
  }
}

/// Slices of so many classes, at random, in the order of the workers: none is empty.
func randomSlices(of classCount: Int, seed: UInt64) -> [Range<Int>] {
  var generator = SplitMix64(seed: seed)
  let cuts = (0..<Int.random(in: 1...4, using: &generator)).map { _ in
    Int.random(in: 0..<classCount, using: &generator)
  }
  let bounds = Set(cuts + [0]).sorted() + [classCount]
  return zip(bounds, bounds.dropFirst()).map { $0..<$1 }.shuffled(using: &generator)
}
