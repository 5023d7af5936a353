internal import LossEngine
internal import RealMath
internal import Tensors

/// The arguments of CTC, found to be right.
@usableFromInline
package struct CTCArguments<S: LossScalar>: Sendable {
  typealias C = S.Computation

  private let scores: Tensor<S>
  private let batch: CTCBatch
  private let targets: CTCTargets
  private let samples: (any SampleWeights)?
  private let blank: Int
  private let reduction: Reduction
  /// The bytes that a thread may keep of the frames of a sample.
  private let memory: Int
  /// About how long the work takes, in nanoseconds.
  private let cost: Double
  let reducer: Reducer

  @inline(never)
  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  @specialized(where S == BFloat16)
  init(
    _ scores: Tensor<S>, targets: any ClassLabels, inputLengths: any ClassLabels,
    targetLengths: any ClassLabels, sampleWeight: Tensor<S>?, mask: Tensor<Bool>?, blank: Int,
    reduction: Reduction, memory: Int
  ) throws(LossError) {
    let batch = try CTCBatch(scores.shape, named: "scores", blank: blank, inputLengths: inputLengths)
    var weights = MeanWeights<S>(
      samples: try Check.sampleWeights(sampleWeight, mask: mask, shape: batch.sampleShape))
    let targets = try CTCTargets(targets, lengths: targetLengths, batch: batch, weights.samples)
    cost = (0..<batch.samples).reduce(0) { cost, sample in
      let perFrame = 100 + batch.classes + 4 * targets.length(ofSample: sample)
      return cost + Double(batch.length(ofSample: sample)) * Double(perFrame)
    }
    (self.batch, self.targets) = (batch, targets)
    self.scores = scores
    self.blank = blank
    self.reduction = reduction
    self.memory = memory
    let mean = reduction == .mean ? weights.denominator(ofSamples: batch.samples) : 0
    samples = weights.samples
    reducer = try Reducer(
      reduction, shape: batch.sampleShape, mean: mean, batch: scores.rank == 3 ? batch.samples : 1,
      weightExponent: weights.exponent)
  }

  var shape: Shape { scores.shape }

  /// Computes the loss, and the gradient if it has a destination.
  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  @specialized(where S == BFloat16)
  func run(
    _ gradients: GradientDestinations<S>, upstream: Tensor<S>?, _ compute: (CTCSample<C>) -> Double
  ) -> Tensor<S> {
    let gradient = gradients.first
    return reducer.run(gradients, upstream: upstream) { scaling in
      scores.withOperand { scores in
        Parallelism.sum(over: batch.samples, chunkSize: 1, cost: cost) { chunk in
          // A row of scores and one of the gradient, where they cannot be used where they lie.
          let isDirect = scores.isDirect && gradient?.isDirect ?? true
          let rows = Scratch<C>(slots: isDirect ? 0 : 2, slotSize: batch.classes)
          defer { rows.deallocate() }
          var sum = 0.0
          for index in chunk {
            let labels = targets.labels(ofSample: index)
            let sampleWeight = samples?[index]
            // In the mean, each loss is divided by the length of its target.
            let weight = (reduction == .mean ? 1 / Double(max(1, labels.count)) : 1) * (sampleWeight ?? 1)
            let sample = sample(
              index, labels, scores, gradient, scale: scaling.scale(at: index) * weight, rows: rows)
            var value = 0.0
            if sampleWeight == 0 { sample.fillGradient(with: 0) } else { value = compute(sample) * weight }
            sum += value
            scaling.values?.store(value, at: index)
          }
          return sum
        }
      }
    }
  }

  private func sample(
    _ index: Int, _ labels: [Int], _ scores: Operand<S>, _ gradient: Destination<S>?, scale: Double,
    rows: Scratch<C>
  ) -> CTCSample<C> {
    let frames = batch.length(ofSample: index)
    let stride = batch.samples * batch.classes
    let (scoreRow, gradientRow) = (rows[0], rows[1])
    let gradientRows = gradient.map { gradient in
      CTCRows(
        first: gradient.isDirect
          ? gradient.buffer(from: batch.row(0, ofSample: index).lowerBound, scratch: gradientRow) : nil,
        stride: stride, load: { _ in gradientRow },
        put: { gradient.store(batch.row($0, ofSample: index), from: gradientRow) })
    }
    if let gradientRows {
      for frame in frames..<batch.frames {
        gradientRows.row(frame).clear(count: batch.classes)
        gradientRows.store(frame)
      }
    }
    return CTCSample(
      frames: frames, classes: batch.classes, blank: blank, labels: labels,
      scores: CTCRows(
        first: scores.isDirect ? scores.load(batch.row(0, ofSample: index), scratch: scoreRow) : nil,
        stride: stride,
        load: { scores.load(batch.row($0, ofSample: index), scratch: scoreRow) }),
      gradient: gradientRows, accumulates: gradient?.accumulates ?? false, scale: scale,
      relativeError: Double(S.ulpOfOne), memory: memory)
  }
}
