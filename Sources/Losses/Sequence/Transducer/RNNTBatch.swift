internal import LossEngine
internal import RealMath
internal import Tensors

/// The sequences of a call of a transducer's loss, found to be right: their targets and lengths, and how the losses are
/// reduced.
struct RNNTBatch: Sendable {
  let samples: Int
  /// The number of frames of all samples, and of positions: one more than the labels in targets.
  let frames: Int
  let positions: Int
  let classes: Int
  private let blank: Int
  private let targets: any ClassLabels
  private let logitLengths: any ClassLabels
  private let targetLengths: any ClassLabels
  private let weights: (any SampleWeights)?
  /// About how long the work takes, in nanoseconds.
  private let cost: Double
  let reducer: Reducer

  /// - Parameter shape: That of the logits, [N, T, U + 1, V], with at least one sample, frame and position.
  init(
    shape: Shape, targets: any ClassLabels, logitLengths: any ClassLabels, targetLengths: any ClassLabels,
    blank: Int, weights: (any SampleWeights)?, reduction: Reduction
  ) throws(LossError) {
    (samples, frames, positions, classes) = (shape[0], shape[1], shape[2], shape[3])
    let labels = positions - 1
    guard -classes..<classes ~= blank else {
      throw .invalidHyperparameter(
        name: "blank", integer: blank,
        requirement: "one of the \(classes) classes, from 0 on, or from −1 back")
    }
    try Check.lengths(logitLengths, named: "logitLengths", samples: samples, atMost: frames, of: "frames")
    try Check.shape(
      targets.shape, named: "targets", is: [samples, labels],
      hint: targets.shape == [samples, positions]
        ? "there is one position more than there are labels" : nil)
    try Check.lengths(
      targetLengths, named: "targetLengths", samples: samples, atMost: labels, of: "labels in targets")
    var cost = 0.0
    for sample in 0..<samples {
      let length = targetLengths[sample]
      try Check.labels(
        targets, at: sample * labels..<sample * labels + length, named: "targets", classes: classes,
        unless: weights?[sample] == 0)
      cost += Double(logitLengths[sample]) * Double(length + 1) * Double(200 + classes)
    }
    self.targets = targets
    self.logitLengths = logitLengths
    self.targetLengths = targetLengths
    self.blank = blank < 0 ? classes + blank : blank
    self.cost = cost
    var sampleWeights = MeanWeights<Double>(samples: weights)
    let mean = reduction == .mean ? sampleWeights.denominator(ofSamples: samples) : 0
    self.weights = sampleWeights.samples
    reducer = try Reducer(
      reduction, shape: [samples], mean: mean, batch: samples, weightExponent: sampleWeights.exponent)
  }

  /// Computes the loss from that of each sample, and the gradients if they have destinations.
  ///
  /// - Parameters:
  ///   - makeSample: Returns a sample of the batch, given what its gradient is multiplied by.
  ///   - compute: Returns the loss of a sample, and computes its gradient if it is asked for.
  func run<S: LossScalar>(
    _ gradients: GradientDestinations<S>, upstream: Tensor<S>?,
    _ makeSample: (_ index: Int, RNNTTarget, _ scale: Double) -> RNNTSample<S.Computation>,
    _ compute: (RNNTSample<S.Computation>) -> Double
  ) -> Tensor<S> {
    reducer.run(gradients, upstream: upstream) { scaling in
      Parallelism.sum(over: samples, chunkSize: 1, cost: cost) { chunk in
        var sum = 0.0
        for index in chunk {
          let weight = weights?[index] ?? 1
          let sample = makeSample(index, target(ofSample: index), scaling.scale(at: index) * weight)
          var value = 0.0
          if weight == 0 { sample.gradient?.fill(with: 0, sample) } else { value = compute(sample) * weight }
          sum += value
          scaling.values?.store(value, at: index)
        }
        return sum
      }
    }
  }

  private func target(ofSample index: Int) -> RNNTTarget {
    let start = index * (positions - 1)
    return RNNTTarget(
      frames: logitLengths[index], labels: targets[start..<start + targetLengths[index]], blank: blank)
  }
}

/// What a sample is to be read as.
struct RNNTTarget {
  /// The number of frames that count.
  let frames: Int
  let labels: [Int]
  let blank: Int

  var positions: Int { labels.count + 1 }
}
