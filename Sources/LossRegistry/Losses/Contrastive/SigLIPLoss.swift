import Foundation
package import Losses

extension SigLIPLoss: ReducingAdapter {
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
  package init(taking tensors: inout [Tensor<Scalar>]) {
    self.init(
      input1: tensors[0], input2: tensors[1], scale: tensors[2], bias: tensors.count > 3 ? tensors[3] : nil)
    tensors = []
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
    let (first, second) = (arguments["input1"].rows, arguments["input2"].rows)
    let values = first.indices.map { index in
      second.indices.reduce(0) { sum, other in
        let z = scale * Similarities.dot(first[index], second[other]) + (bias ?? 0)
        return sum + log1p(exp(index == other ? -z : z))
      }
    }
    self.init(
      name: "SigLIP, \(count) pairs", loss: SigLIPLoss(), arguments: arguments, expected: Tensor(values),
      meanDenominator: Double(count), batch: Double(count), shared: Set(arguments.reals.labels))
  }
}
