package import Losses

extension RNNTLoss: ReducingAdapter {
  package var valueUnit: ValueUnit? { .sample }

  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    func call(
      _ targets: some IntegerTensor, _ logitLengths: some IntegerTensor, _ targetLengths: some IntegerTensor
    ) throws(LossError) -> ErasedEvaluation<S> {
      if let encoder = a.reals["encoder"] {
        return ErasedEvaluation(
          try self(
            encoder: encoder, predictor: a["predictor"], targets: targets.tensor,
            logitLengths: logitLengths.tensor, targetLengths: targetLengths.tensor,
            sampleWeight: a.sampleWeight, mask: a.mask))
      }
      return ErasedEvaluation(
        try self(
          a.input, targets: targets.tensor, logitLengths: logitLengths.tensor,
          targetLengths: targetLengths.tensor, sampleWeight: a.sampleWeight, mask: a.mask))
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

extension Arguments {
  /// The arguments of a transducer whose logits are these sums of encoder and predictor.
  package var joined: Tensor<Scalar> {
    let (encoder, predictor) = (self["encoder"], self["predictor"])
    let shape = encoder.shape.inserting(predictor.shape[1], axis: 2)
    return Tensor(shape: shape) { encoder[$0[0], $0[1], $0[3]] + predictor[$0[0], $0[2], $0[3]] }
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
      [false, true].flatMap { samples(areJoined: $0) }
    },
    generators: [
      Generator("RNNT", allowsLongRows: false) { $0.transducer(isJoined: false) },
      Generator("RNNT joined", allowsLongRows: false) { $0.transducer(isJoined: true) },
    ])

  private static func samples(areJoined: Bool) -> [LossUnderTest] {
    func sample(
      frames: Int, labels: [[Int]], _ logitLengths: [Int], lengths: [Int], classes: Int, blank: Int = -1
    ) -> LossUnderTest {
      let (samples, widest) = (labels.count, labels[0].count)
      var arguments = Arguments<Double>(
        input: .random(in: -2..<2, [samples, frames, widest + 1, classes], seed: 83),
        targets: Tensor(labels.flatMap(\.self), shape: [samples, widest]),
        logitLengths: Tensor(logitLengths), targetLengths: Tensor(lengths))
      if areJoined {
        arguments.reals = [
          "encoder": .random(in: -2..<2, [samples, frames, classes], seed: 84),
          "predictor": .random(in: -2..<2, [samples, widest + 1, classes], seed: 85),
        ]
      }
      let shape = areJoined ? arguments.joined.shape : arguments.input.shape
      return LossUnderTest(
        "RNNT \(shape) of \(labels)\(areJoined ? ", joined" : "")", RNNTLoss(blank: blank), arguments)
    }
    return [
      sample(frames: 4, labels: [[1, 2], [2, 2], [0, 1]], [4, 2, 3], lengths: [2, 1, 0], classes: 4),
      sample(frames: 3, labels: [[1, 0, 2]], [3], lengths: [3], classes: 3, blank: 0),
      sample(frames: 1, labels: [[1, 1], [0, 2]], [1, 1], lengths: [2, 2], classes: 3),
      sample(frames: 5, labels: [[], []], [5, 3], lengths: [0, 0], classes: 2),
      sample(frames: 2, labels: [[3, 1]], [2], lengths: [2], classes: 70, blank: 20),
    ]
  }
}

extension Decisions {
  fileprivate mutating func transducer(isJoined: Bool) -> Generator.Call {
    let classes = 1 + number(below: isOne(in: 4) ? 80 : 6)
    let samples = 1 + number(below: isLarge ? 8 : 3)
    let widest = number(below: isLarge ? 20 : 5)
    let room = isLarge ? 46_000 / (samples * (widest + 1) * classes) : 9
    let frames = max(1, isLarge ? room : 1 + number(below: room))
    let shape: Shape = [samples, frames, widest + 1, classes]
    let blank = number(below: 2 * classes) - classes
    let loss = RNNTLoss(
      blank: injectsFault(in: 10)
        ? choice(of: [-classes - 1, classes, .max, .min]) : blank,
      clamp: isOne(in: 2) ? real(0..<1) : -1)
    let counts = (0..<samples).map { _ in number(below: widest + 1) }
    let lengths = (0..<samples).map { _ in
      frames - (isOne(in: 3) ? number(below: frames) : 0)
    }
    let lengthShape: Shape = samples == 1 && isOne(in: 2) ? [] : [samples]
    var arguments = Arguments(
      input: tensor(isJoined ? [] : injectsFault(in: 10) ? oddShape() : shape, -10..<10),
      targets: labels([samples, widest], classes: classes),
      logitLengths: Tensor(faulty(lengths), shape: lengthShape),
      targetLengths: Tensor(faulty(counts), shape: lengthShape))
    if isJoined {
      arguments.reals = [
        "encoder": tensor(injectsFault(in: 10) ? oddShape() : [samples, frames, classes], -6..<6),
        "predictor": tensor(injectsFault(in: 10) ? oddShape() : [samples, widest + 1, classes], -6..<6),
      ]
    }
    return Generator.Call(loss, arguments)
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
