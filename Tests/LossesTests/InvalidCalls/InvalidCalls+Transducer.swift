import LossRegistry
import Losses

extension InvalidCall {
  static let transducers: [InvalidCall] =
    transducerOptions + transducerShapes + transducerLengths + transducerLabels
    + joinedShapes

  /// Two sequences of four frames, up to two labels and three classes, unless told otherwise.
  private static func rnnt(
    _ name: String, _ shape: Shape = [2, 4, 3, 3], targets: Tensor<Int> = [[1, 0], [0, 1]],
    logitLengths: Tensor<Int> = [4, 3], targetLengths: Tensor<Int> = [2, 1], blank: Int = -1,
    clamp: Double = -1, upstream: Tensor<Double>? = nil, reduction: Reduction = .none, _ error: LossError,
    _ message: String
  ) -> InvalidCall {
    InvalidCall(
      "RNNT: \(name)", RNNTLoss(blank: blank, clamp: clamp),
      Arguments(
        input: .zeros(shape), targets: targets, logitLengths: logitLengths, targetLengths: targetLengths),
      upstream: upstream, reduction: reduction, error, message)
  }

  private static let transducerOptions: [InvalidCall] = {
    let blanks: [(blank: Int, classes: Int)] = [(3, 3), (-4, 3), (0, 0), (-1, 0), (1 << 40, 3)]
    let number = rnnt(
      "clamp NaN", clamp: .nan,
      .invalidHyperparameter(name: "clamp", value: .nan, requirement: "a number"),
      "clamp is nan, but it must be a number")
    return blanks.map { blank, classes in
      let requirement = "one of the \(classes) classes, from 0 on, or from −1 back"
      return rnnt(
        "blank \(blank) of \(classes) classes", [2, 4, 3, classes], blank: blank,
        .invalidHyperparameter(name: "blank", value: Double(blank), requirement: requirement),
        "blank is \(blank), but it must be \(requirement)")
    } + [number]
  }()

  private static let transducerShapes: [InvalidCall] = {
    let ranks = ([[], [4, 3, 3], [2, 4, 3, 3, 1], [0, 4, 3, 3], [2, 0, 3, 3], [2, 4, 0, 3]] as [Shape]).map {
      shape in
      let requirement = "only [N, T, U + 1, V] is possible, with at least one sample and one frame"
      return rnnt(
        "logits of shape \(shape)", shape,
        .unsupportedShape(argument: "logits", shape: shape, requirement: requirement),
        "logits has shape \(shape), but \(requirement)")
    }
    let targets = ([[], [2], [4], [2, 3], [2, 1], [1, 2], [2, 2, 1]] as [Shape]).map { shape in
      rnnt(
        "targets of shape \(shape)", targets: .ones(shape),
        .shapeMismatch(argument: "targets", shape: shape, expected: [2, 2]),
        "targets has shape \(shape), but [2, 2] is needed")
    }
    let upstreams: [(Shape, Reduction, Shape)] = [
      ([3], .none, [2]), ([], .none, [2]), ([2, 4, 3, 3], .none, [2]), ([2], .mean, []), ([1], .sum, []),
    ]
    return ranks + targets
      + upstreams.map { shape, reduction, expected in
        rnnt(
          "upstream of shape \(shape) for \(reduction)", upstream: .zeros(shape), reduction: reduction,
          .shapeMismatch(argument: "upstream", shape: shape, expected: expected),
          "upstream has shape \(shape), but \(expected) is needed")
      }
  }()

  private static let joinedShapes: [InvalidCall] = {
    func call(
      _ encoder: Shape, _ predictor: Shape, upstream: Tensor<Double>? = nil, _ error: LossError,
      _ message: String
    ) -> InvalidCall {
      var arguments = Arguments<Double>(
        input: .zeros([]), targets: Tensor([[1, 0], [0, 1]]), logitLengths: Tensor([4, 3]),
        targetLengths: Tensor([2, 1]))
      arguments.reals = ["encoder": .zeros(encoder), "predictor": .zeros(predictor)]
      return InvalidCall(
        "RNNT of \(encoder) joined with \(predictor)", RNNTLoss(), arguments, upstream: upstream, error,
        message)
    }
    let encoders = ([[], [4, 3], [2, 4, 3, 3], [0, 4, 3], [2, 0, 3]] as [Shape]).map { shape in
      let requirement = "only [N, T, V] is possible, with at least one sample and one frame"
      return call(
        shape, [2, 3, 3], .unsupportedShape(argument: "encoder", shape: shape, requirement: requirement),
        "encoder has shape \(shape), but \(requirement)")
    }
    let predictors = ([[], [3, 3], [2, 3, 3, 1], [2, 0, 3]] as [Shape]).map { shape in
      let requirement = "only [N, U + 1, V] is possible, with at least one position"
      return call(
        [2, 4, 3], shape, .unsupportedShape(argument: "predictor", shape: shape, requirement: requirement),
        "predictor has shape \(shape), but \(requirement)")
    }
    let others = ([[1, 3, 3], [2, 3, 4]] as [Shape]).map { shape in
      call(
        [2, 4, 3], shape, .shapeMismatch(argument: "predictor", shape: shape, expected: [2, 3, 3]),
        "predictor has shape \(shape), but [2, 3, 3] is needed")
    }
    return encoders + predictors + others + [
      call(
        [2, 4, 3], [2, 3, 3], upstream: .zeros([3]),
        .shapeMismatch(argument: "upstream", shape: [3], expected: [2]),
        "upstream has shape [3], but [2] is needed")
    ]
  }()

  private static let transducerLengths: [InvalidCall] = {
    let shapes = ([[3], [1], [], [2, 1]] as [Shape]).flatMap { (shape: Shape) -> [InvalidCall] in
      func mismatch(_ argument: String) -> (LossError, String) {
        (
          .shapeMismatch(argument: argument, shape: shape, expected: [2]),
          "\(argument) has shape \(shape), but [2] is needed"
        )
      }
      let (frames, framesText) = mismatch("logitLengths")
      let (labels, labelsText) = mismatch("targetLengths")
      return [
        rnnt("logit lengths of shape \(shape)", logitLengths: .ones(shape), frames, framesText),
        rnnt("target lengths of shape \(shape)", targetLengths: .ones(shape), labels, labelsText),
      ]
    }
    let values: [(Int, String)] = [(5, "5"), (-1, "-1"), (.max, "9.223372036854776e+18")]
    return shapes
      + values.flatMap { value, text -> [InvalidCall] in
        func range(_ argument: String, _ requirement: String) -> (LossError, String) {
          (
            .valueOutOfRange(
              argument: argument, position: [1], value: Double(value), requirement: requirement),
            "\(argument)[1] is \(text), but it must be \(requirement)"
          )
        }
        let (frames, framesText) = range("logitLengths", "in 0...4, the number of frames")
        let (labels, labelsText) = range("targetLengths", "in 0...2, the number of labels in targets")
        return [
          rnnt("logit length \(value)", logitLengths: Tensor([4, value]), frames, framesText),
          rnnt("target length \(value)", targetLengths: Tensor([2, value]), labels, labelsText),
        ]
      }
  }()

  private static let transducerLabels = [3, -1, -100, .max, .min].map { (label: Int) -> InvalidCall in
    rnnt(
      "label \(label)", targets: Tensor([1, 0, label, 9], shape: [2, 2]),
      .labelOutOfRange(
        argument: "targets", position: [1, 0], label: "\(label)", classCount: 3, ignoreIndex: nil),
      "targets[1, 0] is \(label), but there are 3 classes")
  }
}
