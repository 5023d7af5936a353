import LossRegistry
import Losses

extension InvalidCall {
  static let sequences = scores + lengths + targets + targetLabels + upstreams

  private static func zeros(_ shape: Shape) -> Tensor<Double> { .zeros(shape) }

  /// Two sequences of four frames and three classes, unless told otherwise.
  private static func ctc(
    _ name: String, _ shape: Shape = [4, 2, 3], targets: Tensor<Int> = [[1, 2], [2, 1]],
    inputLengths: Tensor<Int> = [4, 3], targetLengths: Tensor<Int> = [2, 1], blank: Int = 0,
    upstream: Tensor<Double>? = nil, reduction: Reduction = .none, _ error: LossError, _ message: String
  ) -> InvalidCall {
    return InvalidCall(
      "CTC: \(name)", CTCLoss(blank: blank),
      Arguments(
        input: zeros(shape), targets: targets, inputLengths: inputLengths, targetLengths: targetLengths),
      upstream: upstream, reduction: reduction, error, message)
  }

  private static let scores: [InvalidCall] = {
    let shapes: [Shape] = [[], [4], [4, 2, 3, 1], [0, 2, 3], [4, 0, 3], [0, 3]]
    let ranks = shapes.map { shape in
      let requirement = "only [T, N, C] and [T, C] are possible, with at least one frame and one sample"
      return ctc(
        "scores of shape \(shape)", shape,
        .unsupportedShape(argument: "scores", shape: shape, requirement: requirement),
        "scores has shape \(shape), but \(requirement)")
    }
    let blanks: [(blank: Int, classes: Int, text: String)] = [
      (3, 3, "3"), (-1, 3, "-1"), (-100, 3, "-100"), (0, 0, "0"), (1 << 40, 3, "1099511627776"),
    ]
    return ranks
      + blanks.map { blank, classes, text in
        let requirement = "one of the \(classes) classes, from 0 on"
        return ctc(
          "blank \(blank) of \(classes) classes", [4, 2, classes], blank: blank,
          .invalidHyperparameter(name: "blank", value: Double(blank), requirement: requirement),
          "blank is \(text), but it must be \(requirement)")
      }
  }()

  private static let lengths: [InvalidCall] = {
    func mismatch(_ argument: String, _ shape: Shape, expected: Shape) -> (LossError, String) {
      (
        .shapeMismatch(argument: argument, shape: shape, expected: expected),
        "\(argument) has shape \(shape), but \(expected) is needed"
      )
    }
    let shapes: [InvalidCall] = ([[3], [1], [0], [], [2, 1], [1, 2]] as [Shape]).flatMap { shape in
      let (input, inputText) = mismatch("inputLengths", shape, expected: [2])
      let (target, targetText) = mismatch("targetLengths", shape, expected: [2])
      return [
        ctc("input lengths of shape \(shape)", inputLengths: .ones(shape), input, inputText),
        ctc("target lengths of shape \(shape)", targetLengths: .ones(shape), target, targetText),
      ]
    }
    let single: [InvalidCall] = ([[2], [0], [1, 1]] as [Shape]).flatMap { shape in
      let (input, inputText) = mismatch("inputLengths", shape, expected: [1])
      let (target, targetText) = mismatch("targetLengths", shape, expected: [1])
      return ([[4, 3], [4, 1, 3]] as [Shape]).flatMap { scores in
        [
          ctc(
            "input lengths of shape \(shape) for \(scores)", scores, targets: [1], inputLengths: .ones(shape),
            targetLengths: Tensor(1), input, inputText),
          ctc(
            "target lengths of shape \(shape) for \(scores)", scores, targets: [1], inputLengths: Tensor(4),
            targetLengths: .ones(shape), target, targetText),
        ]
      }
    }

    func range(
      _ argument: String, _ value: Int, _ text: String, at position: Shape, upTo limit: Int, _ things: String
    ) -> (LossError, String) {
      let requirement = "in 0...\(limit), the number of \(things)"
      return (
        .valueOutOfRange(
          argument: argument, position: position, value: Double(value), requirement: requirement),
        "\(argument)\(position) is \(text), but it must be \(requirement)"
      )
    }
    let values: [(Int, String)] = [
      (5, "5"), (-1, "-1"), (1 << 40, "1099511627776"), (.max, "9.223372036854776e+18"),
      (.min, "-9223372036854775808"),
    ]
    let ranges: [InvalidCall] = values.flatMap { value, text in
      let (frames, framesText) = range("inputLengths", value, text, at: [1], upTo: 4, "frames")
      let (padded, paddedText) = range("targetLengths", value, text, at: [0], upTo: 2, "labels in targets")
      let (joined, joinedText) = range("targetLengths", value, text, at: [1], upTo: 3, "labels in targets")
      let (alone, aloneText) = range("inputLengths", value, text, at: [], upTo: 4, "frames")
      return [
        ctc("input length \(value)", inputLengths: Tensor([4, value]), frames, framesText),
        ctc(
          "input length \(value) in a view", inputLengths: Arrangement.reversed.view(of: Tensor([4, value])),
          frames,
          framesText),
        ctc("target length \(value)", targetLengths: Tensor([value, 1]), padded, paddedText),
        ctc(
          "target length \(value) of joined targets", targets: [1, 2, 1], targetLengths: Tensor([1, value]),
          joined,
          joinedText),
        ctc(
          "input length \(value) alone", [4, 3], targets: [1], inputLengths: Tensor(value),
          targetLengths: Tensor(1), alone, aloneText),
      ]
    }
    return shapes + single + ranges
  }()

  private static let targets: [InvalidCall] = {
    let ranks = ([[], [1, 2, 2], [2, 2, 1]] as [Shape]).map { shape in
      let requirement = "only [N, S], padded, and [S], one after another, are possible"
      return ctc(
        "targets of shape \(shape)", targets: .ones(shape),
        .unsupportedShape(argument: "targets", shape: shape, requirement: requirement),
        "targets has shape \(shape), but \(requirement)")
    }
    let places: [(shape: Shape, expected: Shape)] = [
      ([3, 2], [2, 2]), ([1, 2], [2, 2]), ([0, 2], [2, 2]), ([4], [3]), ([7], [3]),
    ]
    let shapes = places.map { shape, expected in
      ctc(
        "targets of shape \(shape)", targets: .ones(shape),
        .shapeMismatch(argument: "targets", shape: shape, expected: expected),
        "targets has shape \(shape), but \(expected) is needed")
    }
    return ranks + shapes + [
      ctc(
        "joined targets that are too few", targets: [1, 2], targetLengths: [2, 1],
        .shapeMismatch(argument: "targets", shape: [2], expected: [3]),
        "targets has shape [2], but [3] is needed"),
      ctc(
        "two rows for one sequence", [4, 3], inputLengths: Tensor(4), targetLengths: Tensor(1),
        .shapeMismatch(argument: "targets", shape: [2, 2], expected: [1, 2]),
        "targets has shape [2, 2], but [1, 2] is needed"),
    ]
  }()

  private static let targetLabels = [3, 7, -1, -100, .max, .min].flatMap { (label: Int) -> [InvalidCall] in
    func error(_ position: Shape, sample: Int? = nil) -> LossError {
      .labelOutOfRange(
        argument: "targets", position: position, label: "\(label)", classCount: 3, ignoreIndex: nil,
        sample: sample)
    }
    let padded = Tensor([1, 2, 9, 2, label, 0], shape: [2, 3])
    return [
      ctc(
        "label \(label) in a row", targets: padded, targetLengths: [2, 2], error([1, 1]),
        "targets[1, 1] is \(label), but there are 3 classes"),
      ctc(
        "label \(label) in a view", targets: Arrangement.transposed.view(of: padded), targetLengths: [2, 2],
        error([1, 1]), "targets[1, 1] is \(label), but there are 3 classes"),
      ctc(
        "label \(label) of joined targets", targets: Tensor([1, 2, label]), error([2], sample: 1),
        "targets[2], of sample 1, is \(label), but there are 3 classes"),
      ctc(
        "label \(label) of one sequence", [4, 3], targets: Tensor([1, label]), inputLengths: Tensor(4),
        targetLengths: Tensor(2), error([1], sample: 0),
        "targets[1], of sample 0, is \(label), but there are 3 classes"),
      ctc(
        "label \(label) of a sample without frames", targets: Tensor([1, 2, label]), inputLengths: [4, 0],
        reduction: .mean, error([2], sample: 1),
        "targets[2], of sample 1, is \(label), but there are 3 classes"),
    ]
  }

  private static let upstreams: [InvalidCall] = {
    let places: [(Shape, Reduction, Shape)] = [
      ([3], .none, [2]), ([], .none, [2]), ([4, 2, 3], .none, [2]), ([2], .mean, []), ([1], .sum, []),
    ]
    let batches = places.map { shape, reduction, expected in
      ctc(
        "upstream of shape \(shape) for \(reduction)", upstream: zeros(shape), reduction: reduction,
        .shapeMismatch(argument: "upstream", shape: shape, expected: expected),
        "upstream has shape \(shape), but \(expected) is needed")
    }
    return batches + [
      ctc(
        "upstream for one sequence", [4, 3], targets: [1], inputLengths: Tensor(4), targetLengths: Tensor(1),
        upstream: zeros([1]), .shapeMismatch(argument: "upstream", shape: [1], expected: []),
        "upstream has shape [1], but [] is needed")
    ]
  }()
}
