import LossRegistry
import Losses

extension InvalidCall {
  static let classes = labelShapes + labels + probabilities + smoothing + classAxes

  /// The default loss of each type whose classes may be along any axis.
  private static let losses = LossRegistry.all.compactMap { registered in
    (registered.values[0] as? any ClassAxisAdapter).map { (name: registered.typeName, loss: $0) }
  }

  private static let probabilityLoss = CrossEntropyLoss()

  private static func zeros(_ shape: Shape) -> Tensor<Double> { .zeros(shape) }

  private static let labelShapes = losses.flatMap { name, loss in
    [
      InvalidCall(
        "\(name) of a number", loss, Arguments(input: Tensor(1), labels: Tensor<Int>(0)),
        .unsupportedShape(
          argument: "input", shape: [],
          requirement: "only [classes], [N, classes] and [N, classes, d…] are possible"
        ),
        "input has shape [], but only [classes], [N, classes] and [N, classes, d…] are possible"),
      InvalidCall(
        "\(name): labels in a column", loss,
        Arguments(input: zeros([3, 4]), labels: Tensor<Int>.zeros([3, 1])),
        .shapeMismatch(argument: "target", shape: [3, 1], expected: [3]),
        "target has shape [3, 1], but [3] is needed"),
      InvalidCall(
        "\(name): a label for each class", loss,
        Arguments(input: zeros([3, 4]), labels: Tensor<Int>.zeros([3, 4])),
        .shapeMismatch(argument: "target", shape: [3, 4], expected: [3]),
        "target has shape [3, 4], but [3] is needed"),
      InvalidCall(
        "\(name): a list of one label", loss, Arguments(input: zeros([4]), labels: Tensor<Int>.zeros([1])),
        .shapeMismatch(argument: "target", shape: [1], expected: []), "target has shape [1], but [] is needed"
      ),
      InvalidCall(
        "\(name): axes that follow the classes", loss,
        Arguments(input: zeros([2, 3, 5]), labels: Tensor<Int>.zeros([2, 3])),
        .shapeMismatch(argument: "target", shape: [2, 3], expected: [2, 5]),
        "target has shape [2, 3], but [2, 5] is needed"),
      InvalidCall(
        "\(name): weight for a class that is none", loss,
        Arguments(input: zeros([3, 4]), labels: Tensor<Int>.zeros([3]), weight: zeros([5])),
        .shapeMismatch(argument: "weight", shape: [5], expected: [4]),
        "weight has shape [5], but [4] is needed"),
      InvalidCall(
        "\(name): one weight", loss,
        Arguments(input: zeros([3, 4]), labels: Tensor<Int>.zeros([3]), weight: Tensor(1)),
        .shapeMismatch(argument: "weight", shape: [], expected: [4]), "weight has shape [], but [4] is needed"
      ),
      InvalidCall(
        "\(name): upstream for each score", loss,
        Arguments(input: zeros([3, 4]), labels: Tensor<Int>.zeros([3])),
        upstream: zeros([3, 4]),
        .shapeMismatch(argument: "upstream", shape: [3, 4], expected: [3]),
        "upstream has shape [3, 4], but [3] is needed"),
      InvalidCall(
        "\(name): upstream for each sample of a sum", loss,
        Arguments(input: zeros([3, 4]), labels: Tensor<Int>.zeros([3])),
        upstream: zeros([3]), reduction: .sum,
        .shapeMismatch(argument: "upstream", shape: [3], expected: []),
        "upstream has shape [3], but [] is needed"),
    ]
  }

  private static let labels =
    losses.flatMap { name, loss in
      [4, 7, -1, -99, .max, .min].flatMap { (label: Int) -> [InvalidCall] in
        var labels: Tensor<Int> = .zeros([2, 3, 2])
        labels[1, 2, 0] = label
        labels[1, 2, 1] = -5
        labels[0, 0, 0] = -100
        return [
          InvalidCall(
            "\(name): label \(label) far inside", loss,
            Arguments(input: zeros([2, 4, 3, 2]), labels: Arrangement.reversed.view(of: labels)),
            .labelOutOfRange(
              argument: "target", position: [1, 2, 0], label: "\(label)", classCount: 4, ignoreIndex: -100),
            "target[1, 2, 0] is \(label), but there are 4 classes and ignoreIndex is -100"),
          InvalidCall(
            "\(name): label \(label) alone", loss, Arguments(input: zeros([4]), labels: Tensor(label)),
            reduction: .mean,
            .labelOutOfRange(
              argument: "target", position: [], label: "\(label)", classCount: 4, ignoreIndex: -100),
            "target[] is \(label), but there are 4 classes and ignoreIndex is -100"),
        ]
      }
    } + [
      InvalidCall(
        "NLL: nothing is ignored", NLLLoss(ignoreIndex: nil),
        Arguments(input: zeros([2, 3]), labels: Tensor<Int>([1, -100])),
        .labelOutOfRange(argument: "target", position: [1], label: "-100", classCount: 3, ignoreIndex: nil),
        "target[1] is -100, but there are 3 classes"),
      InvalidCall(
        "CrossEntropy: another is ignored", CrossEntropyLoss(ignoreIndex: 9),
        Arguments(input: zeros([2, 3]), labels: Tensor<Int>([9, -100]), weight: .ones([3])),
        .labelOutOfRange(argument: "target", position: [1], label: "-100", classCount: 3, ignoreIndex: 9),
        "target[1] is -100, but there are 3 classes and ignoreIndex is 9"),
      InvalidCall(
        "CrossEntropy: no classes", CrossEntropyLoss(),
        Arguments(input: zeros([1, 0]), labels: Tensor<Int>([0])),
        .labelOutOfRange(argument: "target", position: [0], label: "0", classCount: 0, ignoreIndex: -100),
        "target[0] is 0, but there are 0 classes and ignoreIndex is -100"),
    ]

  private static let probabilities = [
    InvalidCall(
      "probabilities for a number", probabilityLoss, Arguments(input: Tensor(1), target: Tensor(1)),
      .unsupportedShape(
        argument: "input", shape: [],
        requirement: "only [classes], [N, classes] and [N, classes, d…] are possible"
      ),
      "input has shape [], but only [classes], [N, classes] and [N, classes, d…] are possible"),
    InvalidCall(
      "probabilities of another shape", probabilityLoss, Arguments(input: zeros([2, 3]), target: zeros([3])),
      .shapeMismatch(argument: "target", shape: [3], expected: [2, 3]),
      "target has shape [3], but [2, 3] is needed"),
    InvalidCall(
      "probabilities with weights", probabilityLoss,
      Arguments(input: zeros([2, 3]), target: zeros([2, 3]), weight: zeros([2])),
      .shapeMismatch(argument: "weight", shape: [2], expected: [3]), "weight has shape [2], but [3] is needed"
    ),
    InvalidCall(
      "probabilities with an upstream", probabilityLoss,
      Arguments(input: zeros([2, 3]), target: zeros([2, 3])),
      upstream: zeros([3]),
      .shapeMismatch(argument: "upstream", shape: [3], expected: [2]),
      "upstream has shape [3], but [2] is needed"),
    hyperparameter(
      "probabilities", CrossEntropyLoss(ignoreIndex: 1),
      Arguments(input: zeros([2, 3]), target: zeros([2, 3])), "ignoreIndex", 1, "1",
      "negative or nil where the target is probabilities, of which none can be ignored"),
  ]

  private static let classAxes: [InvalidCall] = {
    let axes: [(axis: Int, shape: Shape)] = [
      (2, [3, 4]), (-3, [3, 4]), (2, [4]), (-2, [4]), (.max, [2, 3, 4]), (.min, [2, 3, 4]),
    ]
    return axes.flatMap { axis, shape -> [InvalidCall] in
      losses.map { name, loss in
        var loss = loss
        loss.classAxis = axis
        return InvalidCall(
          "\(name): class axis \(axis) of \(shape)", loss,
          Arguments(input: zeros(shape), labels: Tensor<Int>(0)),
          .axisOutOfRange(argument: "classAxis", axis: axis, rank: shape.count),
          "classAxis is \(axis), but the input has \(shape.count) \(shape.count == 1 ? "axis" : "axes")")
      } + [
        InvalidCall(
          "probabilities: class axis \(axis) of \(shape)", CrossEntropyLoss(classAxis: axis),
          Arguments(input: zeros(shape), target: zeros(shape)),
          .axisOutOfRange(argument: "classAxis", axis: axis, rank: shape.count),
          "classAxis is \(axis), but the input has \(shape.count) \(shape.count == 1 ? "axis" : "axes")")
      ]
    }
  }()

  private static let smoothing: [InvalidCall] = {
    let values: [(Double, String)] = [
      (-0.1, "-0.1"), (1.25, "1.25"), (.nan, "nan"), (-.leastNonzeroMagnitude, "-5e-324"), (2, "2"),
    ]
    return values.flatMap { value, text in
      let targets = [
        "labels": Arguments(input: zeros([2, 3]), labels: Tensor<Int>.zeros([2])),
        "probabilities": Arguments(input: zeros([2, 3]), target: zeros([2, 3])),
      ]
      return targets.map {
        hyperparameter(
          "CrossEntropy of \($0.key)", CrossEntropyLoss(labelSmoothing: value), $0.value, "labelSmoothing",
          value, text, "in 0...1")
      }
    }
  }()
}
