import LossRegistry
import Losses
import Testing

/// Where a mistake is a known one, the error says what was probably meant; and doing so is a call that succeeds.
struct HintTests {
  private typealias X = Tensor<Double>

  private func expectHint(
    _ hint: String?, sourceLocation: SourceLocation = #_sourceLocation, _ call: () throws -> Void
  ) {
    let error = #expect(throws: LossError.self, sourceLocation: sourceLocation) { try call() }
    #expect(error?.hint == hint, sourceLocation: sourceLocation)
    if let hint {
      #expect(error?.description.hasSuffix(" is needed; \(hint)") == true, sourceLocation: sourceLocation)
    }
  }

  @Test func labelsAsNumbers() throws {
    let scores: Tensor<Float> = [[1, 2, 3], [3, 2, 1]]
    let target: Tensor<Float> = [0, 2]
    let error = #expect(throws: LossError.self) { try CrossEntropyLoss()(scores, target: target) }
    #expect(
      error?.description == """
        target has shape [2], but [2, 3] is needed; did you mean labels? These are integers: Tensor<Int>(target)
        """)
    _ = try CrossEntropyLoss()(scores, target: Tensor<Int>(target))
    // Before an index that no probabilities can have.
    let labels = "did you mean labels? These are integers: Tensor<Int>(target)"
    expectHint(labels) { _ = try CrossEntropyLoss(ignoreIndex: 0)(scores, target: target) }
    expectHint(labels) {
      _ = try LinearCrossEntropyLoss(ignoreIndex: 0)(scores, linearWeight: .zeros([4, 3]), target: target)
    }
    // Not where the probabilities have some other shape.
    expectHint(nil) { _ = try CrossEntropyLoss()(scores, target: [0.0, 0, 1, 1]) }
  }

  @Test func axesOfHeadsAndRegions() throws {
    expectHint("did you mean linearWeight.transposed()?") {
      _ = try LinearCrossEntropyLoss()(
        X.zeros([4, 10]), linearWeight: .zeros([10, 30]), target: Tensor<Int>.zeros([4]))
    }
    expectHint("did you mean linearWeight.broadcast(to: [30, 10])?") {
      _ = try LinearCrossEntropyLoss()(
        X.zeros([4, 10]), linearWeight: .zeros([30, 1]), target: Tensor<Int>.zeros([4]))
    }
    expectHint("the classes are along axis 1; did you mean input with the last axis there?") {
      _ = try DiceLoss()(X.zeros([2, 8, 8, 3]), target: Tensor<Int>.zeros([2, 8, 8]))
    }
    expectHint("did you mean target.reshaped(to: [2, 8])?") {
      _ = try DiceLoss()(X.zeros([2, 3, 8]), target: Tensor<Int>.zeros([2, 1, 8]))
    }
  }

  @Test func weightsOfTheFirstAxis() throws {
    let (scores, weight) = (X.zeros([4, 3]), X.ones([4]))
    expectHint("did you mean weight.reshaped(to: [4, 1]).broadcast(to: [4, 3])?") {
      _ = try MSELoss()(scores, target: scores, weight: weight)
    }
    _ = try MSELoss()(scores, target: scores, weight: weight.reshaped(to: [4, 1]).broadcast(to: [4, 3]))
    let error = #expect(throws: LossError.self) {
      try BCEWithLogitsLoss()(scores, target: scores, weight: weight)
    }
    #expect(
      error?.description == """
        weight has shape [4], which cannot be broadcast to [4, 3]; did you mean weight.reshaped(to: [4, 1])?
        """)
    _ = try BCEWithLogitsLoss()(scores, target: scores, weight: weight.reshaped(to: [4, 1]))
    let labels = Tensor<Int>.zeros([4])
    expectHint("it is one number for each class; did you mean sampleWeight?") {
      _ = try CrossEntropyLoss()(scores, target: labels, weight: weight)
    }
    _ = try CrossEntropyLoss()(scores, target: labels, sampleWeight: weight)
  }

  @Test func labelsOfOneScore() throws {
    let error = #expect(throws: LossError.self) {
      try DiceLoss()(X.zeros([2, 1, 4]), target: Tensor<Int>.ones([2, 4]))
    }
    #expect(
      error?.description == """
        target[0, 0] is 1, but there is 1 class; for one score of two classes, did you mean a binary loss or mode?
        """)
    _ = try DiceLoss(mode: .binary)(X.zeros([2, 1, 4]), target: Tensor<Int>.ones([2, 4]))
  }

  @Test func aClassAxisElsewhere() throws {
    let scores: Tensor<Float> = .zeros([2, 5, 7])
    let labels: Tensor<Int> = .zeros([2, 5])
    expectHint("the classes are along axis 1; did you mean classAxis: -1?") {
      _ = try CrossEntropyLoss()(scores, target: labels)
    }
    _ = try CrossEntropyLoss(classAxis: -1)(scores, target: labels)
    expectHint("the classes are along axis 1; did you mean classAxis: 2?") {
      _ = try NLLLoss()(X.zeros([2, 5, 7, 3]), target: Tensor<Int>.zeros([2, 5, 3]))
    }
    expectHint("the classes are along axis 2; did you mean classAxis: 0?") {
      _ = try FocalLoss(classAxis: -1)(scores, target: Tensor<Int>.zeros([5, 7]))
    }
    expectHint("the classes are along axis 1; did you mean classAxis: -1?") {
      _ = try SofterCrossEntropyLoss()(scores, target: labels)
    }
    // A loss without a choice of the axis.
    expectHint("did you mean input.transposed()?") {
      _ = try MultiMarginLoss()(X.zeros([2, 3]), target: [0, 1, 0] as Tensor<Int>)
    }
    expectHint(nil) { _ = try CrossEntropyLoss()(scores, target: Tensor<Int>.zeros([2, 6])) }
  }

  @Test func oneHotLabels() {
    expectHint("labels have no class axis, but one number for each sample") {
      _ = try CrossEntropyLoss()(X.zeros([2, 3]), target: [[0, 1, 0], [1, 0, 0]] as Tensor<Int>)
    }
  }

  /// An axis of length 1, as the output of a model has that predicts one number.
  @Test func anAxisOfOne() throws {
    let (column, list): (X, X) = ([[0.5], [0.25]], [0, 1])
    expectHint("did you mean target.reshaped(to: [2, 1])?") {
      _ = try BCEWithLogitsLoss()(column, target: list)
    }
    _ = try BCEWithLogitsLoss()(column, target: list.reshaped(to: [2, 1]))
    expectHint("did you mean target.reshaped(to: [2])?") { _ = try MSELoss()(list, target: column) }
    expectHint("did you mean target.reshaped(to: [2])?") {
      _ = try CrossEntropyLoss()(X.zeros([2, 3]), target: [[0], [1]] as Tensor<Int>)
    }
    expectHint("did you mean upstream.reshaped(to: [])?") {
      _ = try MSELoss()(list, target: list).backward(upstream: [1])
    }
    expectHint("did you mean target.reshaped(to: [2])?") {
      _ = try CosineEmbeddingLoss()(X.zeros([2, 3]), input2: X.zeros([2, 3]), target: [[1], [1]])
    }
  }

  @Test func broadcastingAndTransposing() throws {
    let (matrix, row): (X, X) = ([[1, 2, 3], [4, 5, 6]], [1, 2, 3])
    expectHint("did you mean target.broadcast(to: [2, 3])?") { _ = try MSELoss()(matrix, target: row) }
    _ = try MSELoss()(matrix, target: row.broadcast(to: [2, 3]))
    expectHint("did you mean weight.broadcast(to: [2, 3])?") {
      _ = try L1Loss()(matrix, target: matrix, weight: row)
    }
    expectHint("did you mean upstream.broadcast(to: [2, 3])?") {
      _ = try MSELoss(reduction: .none)(matrix, target: matrix).backward(upstream: 1)
    }
    expectHint("did you mean target.transposed()?") {
      _ = try MSELoss()(matrix, target: matrix.transposed())
    }
    expectHint(nil) { _ = try MSELoss()(matrix, target: [1, 2, 3, 4]) }
  }

  @Test(arguments: [Reduction.sum, .mean, .batchMean, .sumDivided(by: 2)])
  func anUpstreamForEachSample(_ reduction: Reduction) throws {
    let hint = "the reduction makes one number of the loss; did you mean the reduction .none?"
    var loss = CrossEntropyLoss(reduction: reduction)
    let (scores, labels): (X, Tensor<Int>) = ([[1, 2, 3], [3, 2, 1]], [0, 1])
    expectHint(hint) { _ = try loss(scores, target: labels).valueWithGradient(upstream: [1, 2]) }
    loss.reduction = .none
    _ = try loss(scores, target: labels).valueWithGradient(upstream: [1, 2])
    expectHint(hint) {
      _ = try MSELoss(reduction: reduction)(scores, target: scores).backward(upstream: scores)
    }
    // The upstream of no value at all.
    expectHint(nil) {
      _ = try MSELoss(reduction: reduction)(scores, target: scores).backward(upstream: [1, 2])
    }
  }

  /// [samples, frames, classes], as other networks give them.
  @Test func samplesBeforeFrames() throws {
    let scores = X.zeros([2, 7, 3])
    let (targets, lengths): (Tensor<Int>, Tensor<Int>) = ([[1, 2], [2, 1]], [2, 2])
    let order = "the axes of the scores are frames, samples, classes"
    expectHint("\(order); did you mean scores.transposed(0, 1)?") {
      _ = try CTCLoss()(
        scores, targets: targets, inputLengths: [7, 7] as Tensor<Int>, targetLengths: lengths)
    }
    expectHint("\(order); did you mean logProbabilities.transposed(0, 1)?") {
      _ = try CTCGreedyDecoder()(scores, inputLengths: [7, 7] as Tensor<Int>)
    }
    _ = try CTCLoss()(
      scores.transposed(0, 1), targets: targets, inputLengths: [7, 7] as Tensor<Int>, targetLengths: lengths)
    expectHint(nil) {
      _ = try CTCLoss()(
        scores, targets: targets, inputLengths: [7, 7, 7] as Tensor<Int>, targetLengths: lengths)
    }
  }

  /// A buffer is written to, so a view of it is no help.
  @Test func noHintForBuffers() throws {
    let loss = try MSELoss()([1, 2] as X, target: [0, 1])
    var gradient = X.zeros([2, 1])
    expectHint(nil) { try loss.valueWithGradient(into: &gradient) }
  }
}
