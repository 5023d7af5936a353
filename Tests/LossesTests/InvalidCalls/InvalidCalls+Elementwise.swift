import LossRegistry
import Losses

extension InvalidCall {
  static let elementwise = shapes + domains + hyperparameters + quantiles

  /// The default loss of each type that takes an input and a target, and has a value for each element.
  ///
  /// `QuantileLoss`, which also takes a column against a list, has calls of its own.
  private static let losses: [(name: String, loss: any Adapter)] = LossRegistry.all.filter { registered in
    let sample = registered.samples()[0]
    return sample.loss.valueUnit == .element && sample.arguments.reals.labels == ["input", "target"]
      && !(sample.loss is QuantileLoss)
  }.map { ($0.typeName, $0.values[0]) }

  private static func halves(_ shape: Shape) -> Tensor<Double> { Tensor(repeating: 0.5, shape: shape) }

  private static let shapes = losses.flatMap { name, loss in
    [
      InvalidCall(
        "\(name): column against list", loss, Arguments(input: halves([3, 1]), target: halves([3])),
        .shapeMismatch(argument: "target", shape: [3], expected: [3, 1]),
        "target has shape [3], but [3, 1] is needed"),
      InvalidCall(
        "\(name): list against column", loss, Arguments(input: halves([3]), target: halves([3, 1])),
        .shapeMismatch(argument: "target", shape: [3, 1], expected: [3]),
        "target has shape [3, 1], but [3] is needed"),
      InvalidCall(
        "\(name): a number against a list", loss, Arguments(input: halves([2, 3]), target: Tensor(0.5)),
        .shapeMismatch(argument: "target", shape: [], expected: [2, 3]),
        "target has shape [], but [2, 3] is needed"),
      InvalidCall(
        "\(name): transposed", loss, Arguments(input: halves([2, 3]), target: halves([3, 2])),
        .shapeMismatch(argument: "target", shape: [3, 2], expected: [2, 3]),
        "target has shape [3, 2], but [2, 3] is needed"),
      InvalidCall(
        "\(name): list against rows", loss, Arguments(input: halves([2, 3]), target: halves([3])),
        .shapeMismatch(argument: "target", shape: [3], expected: [2, 3]),
        "target has shape [3], but [2, 3] is needed"),
      InvalidCall(
        "\(name): upstream of a number", loss, Arguments(input: halves([2, 3]), target: halves([2, 3])),
        upstream: Tensor(1),
        .shapeMismatch(argument: "upstream", shape: [], expected: [2, 3]),
        "upstream has shape [], but [2, 3] is needed"),
      InvalidCall(
        "\(name): upstream of a list of one", loss,
        Arguments(input: halves([2, 3]), target: halves([2, 3])),
        upstream: [1], reduction: .mean,
        .shapeMismatch(argument: "upstream", shape: [1], expected: []),
        "upstream has shape [1], but [] is needed"),
    ]
  }

  static let weights: [InvalidCall] = {
    func isBroadcast(_ loss: any Adapter) -> Bool { loss is BCELoss || loss is BCEWithLogitsLoss }
    let same = (losses + [("QuantileLoss", QuantileLoss())]).filter { !isBroadcast($0.loss) }.flatMap {
      name, loss in
      ([[3], [1, 3], [], [2, 1, 3]] as [Shape]).map { shape in
        InvalidCall(
          "\(name): weight of shape \(shape)", loss,
          Arguments(input: halves([2, 3]), target: halves([2, 3]), weight: halves(shape)),
          .shapeMismatch(argument: "weight", shape: shape, expected: [2, 3]),
          "weight has shape \(shape), but [2, 3] is needed")
      }
    }
    let broadcast = losses.filter { isBroadcast($0.loss) }.flatMap { name, loss in
      ([[2], [3, 2], [1, 2, 3], [2, 0]] as [Shape]).map { shape in
        InvalidCall(
          "\(name): weight of shape \(shape)", loss,
          Arguments(input: halves([2, 3]), target: halves([2, 3]), weight: halves(shape)),
          .notBroadcastable(argument: "weight", shape: shape, to: [2, 3]),
          "weight has shape \(shape), which cannot be broadcast to [2, 3]"
            + (shape == [2] ? "; did you mean weight.reshaped(to: [2, 1])?" : ""))
      }
    }
    let positive = ([[2], [4, 3], [1, 1, 3]] as [Shape]).map { shape in
      InvalidCall(
        "positive weight of shape \(shape)", BCEWithLogitsLoss(),
        Arguments(input: halves([2, 3]), target: halves([2, 3]), positiveWeight: halves(shape)),
        .notBroadcastable(argument: "positiveWeight", shape: shape, to: [2, 3]),
        "positiveWeight has shape \(shape), which cannot be broadcast to [2, 3]"
          + (shape == [2] ? "; did you mean positiveWeight.reshaped(to: [2, 1])?" : ""))
    }
    return same + broadcast + positive
  }()

  private static let domains: [InvalidCall] = {
    let loss = BCELoss()
    let values: [(Double, String)] = [
      (1.5, "1.5"), (-0.25, "-0.25"), (.nan, "nan"), (.infinity, "inf"), (-.infinity, "-inf"), (2, "2"),
      ((1.0).nextUp, "1.0000000000000002"),
    ]
    return values.flatMap { value, text in
      // The first in row-major order is the one that is named, also in a view with another order in memory.
      var invalid = halves([2, 3])
      invalid[1, 1] = value
      invalid[1, 2] = -1
      let view = Arrangement.transposed.view(of: invalid)
      return [
        InvalidCall(
          "BCE of \(text)", loss, Arguments(input: view, target: halves([2, 3])),
          .valueOutOfRange(argument: "input", position: [1, 1], value: value, requirement: "in 0...1"),
          "input[1, 1] is \(text), but it must be in 0...1"),
        InvalidCall(
          "BCE with target \(text)", loss, Arguments(input: halves([2, 3]), target: view), reduction: .mean,
          .valueOutOfRange(argument: "target", position: [1, 1], value: value, requirement: "in 0...1"),
          "target[1, 1] is \(text), but it must be in 0...1"),
      ]
    }
  }()

  private static let hyperparameters: [InvalidCall] = {
    let arguments = Arguments(input: halves([2, 3]), target: halves([2, 3]))
    let weighted = Arguments(input: halves([2, 3]), target: halves([2, 3]), weight: halves([2, 3]))
    let betas: [(Double, String)] = [
      (-1, "-1"), (-.leastNonzeroMagnitude, "-5e-324"), (.nan, "nan"), (-.infinity, "-inf"),
    ]
    let deltas: [(Double, String)] = [(0, "0"), (-0.5, "-0.5"), (.nan, "nan"), (-.infinity, "-inf")]
    return betas.map { beta, text in
      hyperparameter("SmoothL1", SmoothL1Loss(beta: beta), arguments, "beta", beta, text, "at least 0")
    }
      + deltas.flatMap { delta, text in
        [false, true].map {
          hyperparameter(
            "Huber\($0 ? ", weighted" : "")", HuberLoss(delta: delta), $0 ? weighted : arguments,
            "delta", delta, text, "positive")
        }
      }
  }()

  private static let quantiles: [InvalidCall] = {
    let loss = QuantileLoss(quantiles: [0.25, 0.5, 0.75])
    let (numbers, targets) = (halves([2, 3]), halves([2]))
    return [
      .hyperparameter(
        "Quantiles", QuantileLoss(quantiles: []), Arguments(input: numbers, target: targets),
        "the number of quantiles", 0, "0", "at least 1"),
      .mismatch(
        "Quantile", QuantileLoss(), Arguments(input: halves([3]), target: halves([3, 1])), "target", [3, 1],
        expected: [3]),
      .mismatch(
        "Quantile", QuantileLoss(), Arguments(input: numbers, target: halves([3, 2])), "target", [3, 2],
        expected: [2, 3]),
      .mismatch(
        "Quantiles", loss, Arguments(input: numbers, target: halves([3])), "target", [3], expected: [2]),
      .mismatch(
        "Quantiles", loss, Arguments(input: numbers, target: numbers), "target", [2, 3], expected: [2]),
      .mismatch(
        "Quantiles", loss, Arguments(input: numbers, target: targets, weight: targets), "weight", [2],
        expected: [2, 3]),
    ]
      + ([[2, 2], [2, 4], [3, 2], []] as [Shape]).map { shape in
        .unsupported(
          "Quantiles", loss, Arguments(input: halves(shape), target: targets),
          "the last axis needs an element for each of the 3 quantiles")
      }
  }()
}
