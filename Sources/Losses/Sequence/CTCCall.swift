internal import RealMath
internal import Tensors

/// One call of CTC: its arguments, found to be right, and what runs a kernel over the samples.
struct CTCCall<S: LossScalar>: LossCall {
  typealias C = S.Computation

  private let scores: Tensor<S>
  private let batch: CTCBatch
  private let targets: CTCTargets
  private let blank: Int
  private let upstream: Tensor<S>?
  private let reduction: Reduction
  private let denominator: Double

  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  init(
    _ scores: Tensor<S>, targets: any ClassLabels, inputLengths: any ClassLabels,
    targetLengths: any ClassLabels, blank: Int, upstream: Tensor<S>?, reduction: Reduction
  ) throws(LossError) {
    batch = try CTCBatch(scores.shape, blank: blank, inputLengths: inputLengths)
    self.targets = try CTCTargets(targets, lengths: targetLengths, batch: batch)
    try Check.upstream(upstream, reduction: reduction, unreduced: batch.sampleShape)
    self.scores = scores
    self.blank = blank
    self.upstream = upstream
    self.reduction = reduction
    let samples = Double(batch.samples)
    denominator = reduction.denominator(mean: samples, batch: scores.rank == 3 ? batch.samples : 1)
  }

  var inputShape: Shape { scores.shape }

  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  func run(_ gradients: GradientDestinations<S>, _ kernel: (CTCSample<C>) -> Void) -> Tensor<S> {
    let scale = reduction.gradientScale(upstream: upstream, denominator: denominator)
    let upstreams = reduction == .none ? upstream?.scalars : nil
    let valueScratch = Scratch<Double>(slots: 1, slotSize: batch.samples)
    defer { valueScratch.deallocate() }
    let values = valueScratch.numbers(0)
    let sum = scores.withOperand { scores in
      Parallelism.sum(over: batch.samples, chunkSize: 1, cost: cost) { chunk in
        let rows = Scratch<C>(slots: 2, slotSize: batch.classes)
        defer { rows.deallocate() }
        var sum = 0.0
        for index in chunk {
          let weight = weight(of: index)
          let sample = sample(
            index, scores, gradients.input,
            scale: scale * weight * (upstreams.map { Double($0[index]) } ?? 1),
            value: values.advanced(by: index), rows: rows)
          kernel(sample)
          sum += values[index] * weight
        }
        return sum
      }
    }
    if reduction == .none {
      return Tensor((0..<batch.samples).map { S(C(values[$0])) }, shape: batch.sampleShape)
    }
    return Reduction.result(sum, over: denominator)
  }

  /// What a sample counts: in the mean, its loss is that of a label.
  private func weight(of sample: Int) -> Double {
    reduction == .mean ? 1 / Double(max(1, targets.labels[sample].count)) : 1
  }

  /// About how long the work takes, in nanoseconds.
  private var cost: Double {
    zip(batch.lengths, targets.labels).reduce(0) { cost, sample in
      cost + Double(sample.0) * Double(100 + batch.classes + 4 * sample.1.count)
    }
  }

  private func sample(
    _ index: Int, _ scores: Operand<S>, _ gradient: Destination<S>?, scale: Double, value: Numbers<Double>,
    rows: Scratch<C>
  ) -> CTCSample<C> {
    func range(_ frame: Int) -> Range<Int> {
      let start = (frame &* batch.samples &+ index) &* batch.classes
      return start..<start &+ batch.classes
    }
    let stride = batch.samples * batch.classes
    let (scoreMemory, gradientMemory) = (rows.numbers(0), rows.numbers(1))
    let gradientRows = gradient.map { gradient in
      CTCRows(
        first: Destination<S>.isDirect
          ? gradient.numbers(from: range(0).lowerBound, scratch: gradientMemory) : nil,
        stride: stride, load: { _ in gradientMemory },
        put: { gradient.store(range($0), from: gradientMemory) })
    }
    if let gradientRows {
      for frame in batch.lengths[index]..<batch.frames {
        gradientRows.row(frame).clear(count: batch.classes)
        gradientRows.store(frame)
      }
    }
    return CTCSample(
      frames: batch.lengths[index], classes: batch.classes, blank: blank, labels: targets.labels[index],
      scores: CTCRows(
        first: scores.isDirect ? scores.numbers(range(0), scratch: scoreMemory) : nil, stride: stride,
        load: { scores.numbers(range($0), scratch: scoreMemory) }),
      gradient: gradientRows, scale: scale, value: value)
  }
}
