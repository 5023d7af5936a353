import LossRegistry
import Losses

extension InvalidCall {
  static let linear = linearShapes + linearLabels + linearHyperparameters

  private static let linearLoss = LinearCrossEntropyLoss()

  private static func zeros(_ shape: Shape) -> Tensor<Double> { .zeros(shape) }

  /// A call of four classes and three features, with some of its shapes replaced.
  private static func arguments(
    input: Shape = [2, 3], linearWeight: Shape = [4, 3], linearBias: Shape? = nil, labels: Shape = [2],
    probabilities: Shape? = nil, weight: Shape? = nil, sampleWeight: Shape? = nil
  ) -> Arguments<Double> {
    var arguments = Arguments(["input": zeros(input), "linearWeight": zeros(linearWeight)])
    arguments.reals["linearBias"] = linearBias.map { zeros($0) }
    arguments.reals["weight"] = weight.map { zeros($0) }
    arguments.reals["sampleWeight"] = sampleWeight.map { zeros($0) }
    arguments.reals["target"] = probabilities.map { zeros($0) }
    if probabilities == nil { arguments.integers["target"] = Tensor<Int>.zeros(labels) }
    return arguments
  }

  private static let linearShapes: [InvalidCall] =
    ([
      ("linearWeight", [4, 2], [4, 3], arguments(linearWeight: [4, 2])),
      ("linearWeight", [3, 4], [3, 3], arguments(linearWeight: [3, 4])),
      ("linearBias", [3], [4], arguments(linearBias: [3])),
      ("linearBias", [4], [4, 5], arguments(linearWeight: [4, 5, 3], linearBias: [4], labels: [2, 5])),
      ("target", [3], [2], arguments(labels: [3])),
      ("target", [2], [2, 5], arguments(linearWeight: [4, 5, 3])),
      ("target", [], [2, 5], arguments(input: [2, 5, 3], labels: [])),
      ("target", [2, 3], [2, 4], arguments(probabilities: [2, 3])),
      ("target", [2, 5, 4], [2, 4, 5], arguments(linearWeight: [4, 5, 3], probabilities: [2, 5, 4])),
      ("weight", [2], [4], arguments(weight: [2])),
      ("sampleWeight", [4], [2], arguments(sampleWeight: [4])),
      ("sampleWeight", [2, 4], [2], arguments(probabilities: [2, 4], sampleWeight: [2, 4])),
    ] as [(String, Shape, Shape, Arguments<Double>)]).map { name, shape, expected, arguments in
      mismatch("LinearCrossEntropy", linearLoss, arguments, name, shape, expected: expected)
    } + [
      unsupported(
        "LinearCrossEntropy", linearLoss, arguments(input: []),
        "only [features], [N, features] and [B, T, features] are possible"),
      unsupported(
        "LinearCrossEntropy", linearLoss, arguments(input: [1, 2, 2, 3]),
        "only [features], [N, features] and [B, T, features] are possible"),
      unsupported(
        "LinearCrossEntropy of positions", linearLoss, arguments(input: [3], linearWeight: [4, 5, 3]),
        "it must be [N, features] where linearWeight has more than two axes"),
      InvalidCall(
        "LinearCrossEntropy: a vector of weights", linearLoss, arguments(linearWeight: [3]),
        .unsupportedShape(
          argument: "linearWeight", shape: [3],
          requirement: "only [classes, features] and [classes, d…, features] are possible"),
        "linearWeight has shape [3], but only [classes, features] and [classes, d…, features] are possible"),
      mismatch(
        "LinearCrossEntropy", linearLoss, arguments(), upstream: zeros([3]), "upstream", [3], expected: [2]),
    ]

  private static let linearLabels: [InvalidCall] = [4, -1, -99, .max, .min].map { (label: Int) in
    var arguments = arguments(linearWeight: [4, 3, 3])
    var labels: Tensor<Int> = .zeros([2, 3])
    labels[1, 2] = label
    labels[0, 0] = -100
    arguments.integers["target"] = Arrangement.reversed.view(of: labels)
    return InvalidCall(
      "LinearCrossEntropy: label \(label)", linearLoss, arguments,
      .labelOutOfRange(
        argument: "target", position: [1, 2], label: "\(label)", classCount: 4, ignoreIndex: -100),
      "target[1, 2] is \(label), but there are 4 classes and ignoreIndex is -100")
  }

  private static let linearHyperparameters = [
    hyperparameter(
      "LinearCrossEntropy", LinearCrossEntropyLoss(labelSmoothing: 1.5), arguments(), "labelSmoothing", 1.5,
      "1.5", "in 0...1"),
    hyperparameter(
      "LinearCrossEntropy", LinearCrossEntropyLoss(zLoss: -1), arguments(), "zLoss", -1, "-1",
      "at least 0 and finite"),
    hyperparameter(
      "LinearCrossEntropy", LinearCrossEntropyLoss(softCap: 0), arguments(), "softCap", 0, "0", "positive"),
    hyperparameter(
      "LinearCrossEntropy", LinearCrossEntropyLoss(memoryLimit: 0), arguments(), "memoryLimit", 0, "0",
      "positive"),
    hyperparameter(
      "LinearCrossEntropy of probabilities", LinearCrossEntropyLoss(ignoreIndex: 1),
      arguments(probabilities: [2, 4]), "ignoreIndex", 1, "1",
      "negative or nil where the target is probabilities, of which none can be ignored"),
  ]
}
