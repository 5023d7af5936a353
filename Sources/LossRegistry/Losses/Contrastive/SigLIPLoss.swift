package import Losses

extension SigLIPLoss: ReducingAdapter {
  package var comparesSamples: Bool { true }

  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    let bias = a.reals["bias"]
    return ErasedEvaluation(
      try self(
        a["input1"], input2: a["input2"], scale: a["scale"], bias: bias, sampleWeight: a.sampleWeight,
        mask: a.mask),
      without: bias == nil ? ["bias"] : [])
  }
}

extension SigLIPGradient: GradientTensors {
  package static var labels: [String] { ["input1", "input2", "scale", "bias"] }
  package var tensors: [Tensor<Scalar>] { [input1, input2, scale] + (bias.map { [$0] } ?? []) }
  package init(_ tensors: [Tensor<Scalar>], labels: [String]) {
    self.init(
      input1: tensors[0], input2: tensors[1], scale: tensors[2], bias: tensors.count > 3 ? tensors[3] : nil)
  }
}

extension SigLIPLoss {
  package func plain(_ a: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults) -> PlainCall? {
    guard faults.matrix(a["input1"], of: "input1") else { return nil }
    faults.shape(a["input2"].shape, of: "input2", is: a["input1"].shape)
    let parameters = ["scale", "bias"].filter { a.reals[$0] != nil }
    for label in parameters { faults.shape(a[label].shape, of: label, is: []) }
    let count = a["input1"].shape[0]
    faults.similarities(of: count, with: count)
    guard faults.isEmpty else { return nil }
    let rows = (0..<count).map {
      PlainRow(vector: $0, others: Array(count..<2 * count), positives: [$0], value: $0)
    }
    let (scale, bias) = (numbers(a["scale"].item), numbers(a.reals["bias"]?.item ?? 0))
    let vectors = ["input1", "input2"]
    return PlainCall(
      a, labels: vectors + parameters, vectors: vectors, areNormalized: false, rows: rows,
      valueCount: count, mean: count, numbers
    ) { similarities, positives in
      let z: [Bounded] = similarities.map { scale * $0 + bias }
      var (values, slopes): ([Bounded], [Bounded]) = ([], [])
      for index in z.indices {
        let isPositive = positives.contains(index)
        values.append(isPositive ? (-z[index]).softplus : z[index].softplus)
        slopes.append(isPositive ? -(-z[index]).sigmoid : z[index].sigmoid)
      }
      let weighted = zip(slopes, similarities).map { $0 * $1 }
      return (values.sum, slopes.map { $0 * scale }, [weighted.sum, slopes.sum])
    }
  }
}

extension RegisteredLoss {
  static let sigLIP = RegisteredLoss(
    "siglip_loss", default: SigLIPLoss(), spelledOut: SigLIPLoss(reduction: .mean),
    others: [SigLIPLoss(reduction: .sum)],
    reference: ReferenceCall(
      ["reduction"],
      [
        ReferenceCall.Parameter("input1"), ReferenceCall.Parameter("input2"),
        ReferenceCall.Parameter("scale", .numbers), ReferenceCall.Parameter("bias", .optionalNumbers),
      ]
    ) { arguments in SigLIPLoss(reduction: try arguments.reduction()) },
    samples: {
      [
        LossUnderTest(sigLIP: 5, features: 4, scale: 2.5, bias: -1),
        LossUnderTest(sigLIP: 3, features: 2, scale: 4, bias: nil),
      ]
    },
    largeSamples: { [LossUnderTest(sigLIP: 130, features: 40, scale: 1.5, bias: -2)] },
    generators: [
      Generator("SigLIP") { decisions in
        let (count, features) = decisions.vectors()
        var arguments = Arguments([
          "input1": decisions.matrix(count, features), "input2": decisions.matrix(count, features),
          "scale": decisions.tensor([], 0.5..<10),
        ])
        if decisions.isOne(in: 2) { arguments["bias"] = decisions.tensor([], -10..<1) }
        return Generator.Call(SigLIPLoss(), arguments)
      }
    ])
}

extension LossUnderTest {
  fileprivate init(sigLIP count: Int, features: Int, scale: Double, bias: Double?) {
    var arguments = Arguments<Double>([
      "input1": .random(in: -1..<1, [count, features], seed: 88),
      "input2": .random(in: -1..<1, [count, features], seed: 89), "scale": Tensor(scale),
    ])
    arguments.reals["bias"] = bias.map { Tensor($0) }
    self.init("SigLIP, \(count) pairs", SigLIPLoss(), arguments, shared: Set(arguments.reals.labels))
  }
}
