import LossRegistry
import Losses

extension InvalidCall {
  static let adaptive = adaptiveShapes + adaptiveLabels + adaptiveCutoffs

  private static let name = "AdaptiveLogSoftmaxWithLoss"
  private static let adaptiveLoss = AdaptiveLogSoftmaxWithLoss(cutoffs: [2, 5])

  /// A call of three features and six classes, with some of its shapes replaced: two in the shortlist, three in the first
  /// cluster, and one in the second.
  private static func arguments(
    input: Shape = [4, 3], head: Shape = [4, 3], headBias: Shape? = nil, projection: Shape = [2, 3],
    weight: Shape = [3, 2], lastWeight: Shape = [1, 1], labels: Shape = [4], sampleWeight: Shape? = nil
  ) -> Arguments<Double> {
    var arguments = Arguments<Double>(["input": .zeros(input), "weights.head": .zeros(head)])
    arguments.reals["weights.headBias"] = headBias.map { .zeros($0) }
    arguments["weights.tails[0].projection"] = .zeros(projection)
    arguments["weights.tails[0].weight"] = .zeros(weight)
    arguments["weights.tails[1].projection"] = .zeros([1, 3])
    arguments["weights.tails[1].weight"] = .zeros(lastWeight)
    arguments.reals["sampleWeight"] = sampleWeight.map { .zeros($0) }
    arguments.integers["target"] = Tensor<Int>.zeros(labels)
    return arguments
  }

  private static let adaptiveShapes: [InvalidCall] =
    ([
      ("weights.head", [4, 2], [4, 3], arguments(head: [4, 2])),
      ("weights.head", [3, 3], [4, 3], arguments(head: [3, 3])),
      ("weights.head", [4], [4, 3], arguments(head: [4])),
      ("weights.headBias", [3], [4], arguments(headBias: [3])),
      ("weights.tails[0].projection", [2, 4], [2, 3], arguments(projection: [2, 4])),
      ("weights.tails[0].weight", [2, 2], [3, 2], arguments(weight: [2, 2])),
      ("weights.tails[0].weight", [3, 3], [3, 2], arguments(weight: [3, 3])),
      ("weights.tails[1].weight", [0, 1], [1, 1], arguments(lastWeight: [0, 1])),
      ("weights.tails[1].weight", [5], [5, 1], arguments(lastWeight: [5])),
      ("target", [3], [4], arguments(labels: [3])),
      ("target", [4], [], arguments(input: [3])),
      ("sampleWeight", [3], [4], arguments(sampleWeight: [3])),
    ] as [(String, Shape, Shape, Arguments<Double>)]).map { argument, shape, expected, arguments in
      mismatch(name, adaptiveLoss, arguments, argument, shape, expected: expected)
    } + [
      unsupported(
        name, adaptiveLoss, arguments(input: []), "only [features] and [N, features] are possible"),
      unsupported(
        name, adaptiveLoss, arguments(input: [2, 4, 3]), "only [features] and [N, features] are possible"),
      InvalidCall(
        "\(name): a vector as a projection", adaptiveLoss, arguments(projection: [3]),
        .unsupportedShape(
          argument: "weights.tails[0].projection", shape: [3],
          requirement: "only [features of the tail, features] is possible"),
        "weights.tails[0].projection has shape [3], but only [features of the tail, features] is possible"),
      mismatch(name, adaptiveLoss, arguments(), upstream: .zeros([3]), "upstream", [3], expected: [4]),
    ]

  private static let adaptiveLabels: [InvalidCall] = [6, -1, -100, .max, .min].map { (label: Int) in
    var arguments = arguments()
    arguments.integers["target"] = Arrangement.reversed.view(of: Tensor([0, 5, 1, label]))
    return InvalidCall(
      "\(name): label \(label)", adaptiveLoss, arguments,
      .labelOutOfRange(
        argument: "target", position: [3], label: "\(label)", classCount: 6, ignoreIndex: nil),
      "target[3] is \(label), but there are 6 classes")
  }

  private static let adaptiveCutoffs: [InvalidCall] =
    ([
      ([], "the number of cutoffs", 0, "at least 1"),
      ([2], "the number of cutoffs", 1, "that of weights.tails, which is 2"),
      ([1, 2, 5], "the number of cutoffs", 3, "that of weights.tails, which is 2"),
      ([0, 5], "cutoffs[0]", 0, "positive"),
      ([-2, 5], "cutoffs[0]", -2, "positive"),
      ([2, 2], "cutoffs[1]", 2, "more than cutoffs[0], which is 2"),
      ([5, 2], "cutoffs[1]", 2, "more than cutoffs[0], which is 5"),
      ([2, 1 << 62], "cutoffs[1]", 1 << 62, "at most 144115188075855871"),
    ] as [([Int], String, Int, String)]).map { cutoffs, argument, value, requirement in
      hyperparameter(
        "\(name) of cutoffs \(cutoffs)", AdaptiveLogSoftmaxWithLoss(cutoffs: cutoffs), arguments(), argument,
        Double(value), "\(value)", requirement)
    }
}
