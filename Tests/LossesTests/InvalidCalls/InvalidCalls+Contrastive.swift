import LossRegistry
import Losses

extension InvalidCall {
  static let contrastive = contrastiveShapes + temperatures + embeddings

  private static func zeros(_ shape: Shape) -> Tensor<Double> { .zeros(shape) }

  private static func pair(_ labels: [String], _ first: Shape, _ second: Shape) -> Arguments<Double> {
    Arguments(Labelled(labels: labels, values: [zeros(first), zeros(second)]))
  }

  private static func infoNCE(
    positive: Shape = [2, 3], negatives: Shape? = nil, temperature: Tensor<Double>? = nil
  ) -> Arguments<Double> {
    var arguments = pair(["query", "positive"], [2, 3], positive)
    arguments.reals["negatives"] = negatives.map { zeros($0) }
    arguments.reals["temperature"] = temperature
    return arguments
  }

  private static func supCon(labels: Shape) -> Arguments<Double> {
    Arguments(input: zeros([2, 3]), labels: Tensor<Int>.zeros(labels))
  }

  private static func sigLIP(scale: Shape = [], bias: Shape = []) -> Arguments<Double> {
    var arguments = pair(["input1", "input2"], [2, 3], [2, 3])
    arguments["scale"] = zeros(scale)
    arguments["bias"] = zeros(bias)
    return arguments
  }

  private static let contrastiveShapes: [InvalidCall] =
    ([
      ("InfoNCE", InfoNCELoss(), "positive", [3, 3], [2, 3], infoNCE(positive: [3, 3])),
      ("InfoNCE", InfoNCELoss(), "positive", [2, 4], [2, 3], infoNCE(positive: [2, 4])),
      ("InfoNCE", InfoNCELoss(), "negatives", [5, 4], [5, 3], infoNCE(negatives: [5, 4])),
      ("InfoNCE", InfoNCELoss(), "temperature", [1], [], infoNCE(temperature: zeros([1]))),
      ("NTXent", NTXentLoss(), "input2", [3, 2], [2, 3], pair(["input1", "input2"], [2, 3], [3, 2])),
      ("SupCon", SupConLoss(), "target", [3], [2], supCon(labels: [3])),
      ("SupCon", SupConLoss(), "target", [], [2], supCon(labels: [])),
      ("SigLIP", SigLIPLoss(), "scale", [2], [], sigLIP(scale: [2])),
      ("SigLIP", SigLIPLoss(), "bias", [1, 1], [], sigLIP(bias: [1, 1])),
    ] as [(String, any Adapter, String, Shape, Shape, Arguments<Double>)]).map {
      name, loss, argument, shape, expected, arguments in
      mismatch(name, loss, arguments, argument, shape, expected: expected)
    } + [
      unsupported(
        "InfoNCE", InfoNCELoss(), pair(["query", "positive"], [3], [3]), "only [N, D] is possible"),
      unsupported(
        "NTXent", NTXentLoss(), pair(["input1", "input2"], [2, 3, 1], [2, 3, 1]), "only [N, D] is possible"),
      InvalidCall(
        "InfoNCE: symmetric with negatives", InfoNCELoss(isSymmetric: true), infoNCE(negatives: [5, 3]),
        .unsupportedShape(
          argument: "negatives", shape: [5, 3],
          requirement: "a symmetric loss has the other pairs as negatives, and no others"),
        "negatives has shape [5, 3], but a symmetric loss has the other pairs as negatives, and no others"),
      InvalidCall(
        "InfoNCE: a vector of negatives", InfoNCELoss(), infoNCE(negatives: [3]),
        .unsupportedShape(argument: "negatives", shape: [3], requirement: "only [N, D] is possible"),
        "negatives has shape [3], but only [N, D] is possible"),
      mismatch(
        "NTXent", NTXentLoss(), pair(["input1", "input2"], [2, 3], [2, 3]), upstream: zeros([2]), "upstream",
        [2], expected: [4]),
    ]

  private static let temperatures: [InvalidCall] =
    ([0, -1, .nan, .leastNonzeroMagnitude] as [Double]).flatMap { temperature in
      let isTiny = 0 < temperature
      let text = temperature.isNaN || isTiny ? "\(temperature)" : "\(Int(temperature))"
      let requirement = isTiny ? "positive, with a reciprocal in Double" : "positive"
      func invalidCall(_ loss: any Adapter, _ arguments: Arguments<Double>) -> InvalidCall {
        hyperparameter(loss.typeName, loss, arguments, "temperature", temperature, text, requirement)
      }
      return [
        invalidCall(InfoNCELoss(temperature: temperature), infoNCE()),
        invalidCall(
          NTXentLoss(temperature: temperature), pair(["input1", "input2"], [2, 3], [2, 3])),
        invalidCall(SupConLoss(temperature: temperature), supCon(labels: [2])),
        InvalidCall(
          "InfoNCE: learned temperature \(text)", InfoNCELoss(), infoNCE(temperature: Tensor(temperature)),
          .valueOutOfRange(
            argument: "temperature", position: [], value: temperature, requirement: requirement),
          "temperature[] is \(text), but it must be \(requirement)"),
      ]
    }

  private static func embeddings(
    classWeights: Shape = [4, 3], labels: Tensor<Int> = [0, 1]
  ) -> Arguments<Double> {
    var arguments = Arguments(["input": zeros([2, 3]), "classWeights": zeros(classWeights)])
    arguments.integers["target"] = labels
    return arguments
  }

  private static let embeddings: [InvalidCall] =
    ([
      ("ArcFace", ArcFaceLoss(), "classWeights", [4, 2], [4, 3], embeddings(classWeights: [4, 2])),
      ("CosFace", CosFaceLoss(), "target", [3], [2], embeddings(labels: [0, 1, 2])),
    ] as [(String, any Adapter, String, Shape, Shape, Arguments<Double>)]).map {
      name, loss, argument, shape, expected, arguments in
      mismatch(name, loss, arguments, argument, shape, expected: expected)
    } + [
      InvalidCall(
        "CosFace: label of no class", CosFaceLoss(), embeddings(labels: [3, 4]),
        .labelOutOfRange(
          argument: "target", position: [1], label: "4", classCount: 4, ignoreIndex: nil),
        "target[1] is 4, but there are 4 classes"),
      hyperparameter("ArcFace", ArcFaceLoss(margin: 28.6), embeddings(), "margin", 28.6, "28.6", "in 0...π"),
      hyperparameter("CosFace", CosFaceLoss(scale: 0), embeddings(), "scale", 0, "0", "positive and finite"),
    ]
}
