import Foundation
package import Losses

extension RNNTLoss: ReducingAdapter {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    func call(
      _ targets: some IntegerTensor, _ logitLengths: some IntegerTensor, _ targetLengths: some IntegerTensor
    ) throws(LossError) -> ErasedEvaluation<S> {
      ErasedEvaluation(
        try self(
          a.input, targets: targets.tensor, logitLengths: logitLengths.tensor,
          targetLengths: targetLengths.tensor))
    }
    return try call(a.integer("targets"), a.integer("logitLengths"), a.integer("targetLengths"))
  }
}

extension Arguments {
  /// Logits of frames and positions, and labels, with the lengths of both.
  package init(
    input: Tensor<Scalar>, targets: some IntegerTensor, logitLengths: some IntegerTensor,
    targetLengths: some IntegerTensor
  ) {
    self.init(
      ["input": input],
      integers: ["targets": targets, "logitLengths": logitLengths, "targetLengths": targetLengths])
  }
}

extension RegisteredLoss {
  static let rnnt = RegisteredLoss(
    "rnnt_loss", default: RNNTLoss(), spelledOut: RNNTLoss(blank: -1, clamp: -1, reduction: .mean),
    others: [
      RNNTLoss(blank: 0, clamp: 0.5, reduction: .sum), RNNTLoss(clamp: 0.5, reduction: .sum),
      RNNTLoss(blank: 0, reduction: .sum), RNNTLoss(blank: 0, clamp: 0.5),
    ],
    reference: ReferenceCall(
      ["blank", "clamp", "reduction"],
      [
        ReferenceCall.Parameter("logits", as: "input"),
        ReferenceCall.Parameter("targets", .integers),
        ReferenceCall.Parameter("logit_lengths", as: "logitLengths", .integers),
        ReferenceCall.Parameter("target_lengths", as: "targetLengths", .integers),
      ]
    ) {
      RNNTLoss(
        blank: try $0.integer("blank"), clamp: try $0.number("clamp"), reduction: try $0.reduction())
    },
    samples: {
      [
        sample(frames: 4, labels: [[1, 2], [2, 2], [0, 1]], [4, 2, 3], lengths: [2, 1, 0], classes: 4),
        sample(frames: 3, labels: [[1, 0, 2]], [3], lengths: [3], classes: 3, blank: 0),
        sample(frames: 1, labels: [[1, 1], [0, 2]], [1, 1], lengths: [2, 2], classes: 3),
        sample(frames: 5, labels: [[], []], [5, 3], lengths: [0, 0], classes: 2),
        sample(frames: 2, labels: [[3, 1]], [2], lengths: [2], classes: 70, blank: 20),
      ]
    },
    generators: [
      Generator("RNNT") { decisions in
        let classes = 1 + decisions.number(below: decisions.isOne(in: 4) ? 80 : 6)
        let samples = 1 + decisions.number(below: decisions.isLarge ? 8 : 3)
        let widest = decisions.number(below: decisions.isLarge ? 20 : 5)
        let room = decisions.isLarge ? 46_000 / (samples * (widest + 1) * classes) : 9
        let frames = max(1, decisions.isLarge ? room : 1 + decisions.number(below: room))
        let shape: Shape = [samples, frames, widest + 1, classes]
        let blank = decisions.number(below: 2 * classes) - classes
        let loss = RNNTLoss(
          blank: decisions.injectsFault(in: 10)
            ? decisions.choice(of: [-classes - 1, classes, .max, .min]) : blank,
          clamp: decisions.isOne(in: 2) ? decisions.real(0..<1) : -1)
        let counts = (0..<samples).map { _ in decisions.number(below: widest + 1) }
        let lengths = (0..<samples).map { _ in
          frames - (decisions.isOne(in: 3) ? decisions.number(below: frames) : 0)
        }
        let lengthShape: Shape = samples == 1 && decisions.isOne(in: 2) ? [] : [samples]
        return Generator.Call(
          loss,
          Arguments(
            input: decisions.tensor(decisions.injectsFault(in: 10) ? decisions.oddShape() : shape, -10..<10),
            targets: decisions.labels([samples, widest], classes: classes),
            logitLengths: Tensor(decisions.faulty(lengths), shape: lengthShape),
            targetLengths: Tensor(decisions.faulty(counts), shape: lengthShape)))
      }
    ])

  private static func sample(
    frames: Int, labels: [[Int]], _ logitLengths: [Int], lengths: [Int], classes: Int, blank: Int = -1
  ) -> LossUnderTest {
    let (samples, widest) = (labels.count, labels[0].count)
    let input = Tensor<Double>.random(in: -2..<2, [samples, frames, widest + 1, classes], seed: 83)
    let values = labels.indices.map { sample in
      PlainRNNT(
        recurrencesOf: input.logProbabilities(
          ofSample: sample, frames: logitLengths[sample], positions: lengths[sample] + 1),
        labels: Array(labels[sample].prefix(lengths[sample])), blank: blank < 0 ? blank + classes : blank
      ).loss
    }
    return LossUnderTest(
      name: "RNNT \(input.shape) of \(labels)", loss: RNNTLoss(blank: blank),
      arguments: Arguments(
        input: input, targets: Tensor(labels.flatMap(\.self), shape: [samples, widest]),
        logitLengths: Tensor(logitLengths), targetLengths: Tensor(lengths)),
      expected: Tensor(values), meanDenominator: Double(samples), batch: Double(samples))
  }
}

extension Tensor<Double> {
  /// Returns the log-softmax of a sample's logits, [N, T, U + 1, V], up to its lengths.
  package func logProbabilities(ofSample sample: Int, frames: Int, positions: Int) -> [[[Double]]] {
    (0..<frames).map { frame in
      (0..<positions).map { position in
        let row = (0..<shape[3]).map { self[sample, frame, position, $0] }
        let logSum = logSumExp(row)
        return row.map { $0 - logSum }
      }
    }
  }
}
