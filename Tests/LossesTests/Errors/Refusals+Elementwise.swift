import Losses

extension Refusal {
  static let elementwise = shapes + weights + domains + hyperparameters

  private static let forms: [(name: String, form: any Form)] = [
    ("L1", WeightedForm { L1Loss(reduction: $0) }),
    ("MSE", WeightedForm { MSELoss(reduction: $0) }),
    ("SmoothL1", ElementwiseForm { SmoothL1Loss(reduction: $0) }),
    ("Huber", WeightedForm { HuberLoss(reduction: $0) }),
    ("BCE", WeightedForm { BCELoss(reduction: $0) }),
    ("BCEWithLogits", WeightedForm { BCEWithLogitsLoss(reduction: $0) }),
    ("BCEWithLogits positive", PositiveWeightForm()),
  ]

  private static func halves(_ shape: Shape) -> Tensor<Double> { Tensor(repeating: 0.5, shape: shape) }

  private static let shapes = forms.flatMap { name, form in
    [
      Refusal(
        "\(name): column against list", form, Arguments(input: halves([3, 1]), target: halves([3])),
        .shapeMismatch(argument: "target", shape: [3], expected: [3, 1]),
        "target has shape [3], but [3, 1] is needed"),
      Refusal(
        "\(name): list against column", form, Arguments(input: halves([3]), target: halves([3, 1])),
        .shapeMismatch(argument: "target", shape: [3, 1], expected: [3]),
        "target has shape [3, 1], but [3] is needed"),
      Refusal(
        "\(name): a number against a list", form, Arguments(input: halves([2, 3]), target: Tensor(0.5)),
        .shapeMismatch(argument: "target", shape: [], expected: [2, 3]),
        "target has shape [], but [2, 3] is needed"),
      Refusal(
        "\(name): transposed", form, Arguments(input: halves([2, 3]), target: halves([3, 2])),
        .shapeMismatch(argument: "target", shape: [3, 2], expected: [2, 3]),
        "target has shape [3, 2], but [2, 3] is needed"),
      Refusal(
        "\(name): upstream of a number", form, Arguments(input: halves([2, 3]), target: halves([2, 3])),
        upstream: Tensor(1),
        .shapeMismatch(argument: "upstream", shape: [], expected: [2, 3]),
        "upstream has shape [], but [2, 3] is needed"),
      Refusal(
        "\(name): upstream of a list of one", form,
        Arguments(input: halves([2, 3]), target: halves([2, 3])),
        upstream: [1], reduction: .mean,
        .shapeMismatch(argument: "upstream", shape: [1], expected: []),
        "upstream has shape [1], but [] is needed"),
    ]
  }

  private static let weights: [Refusal] = {
    let same = forms.filter { ["L1", "MSE", "Huber"].contains($0.name) }.flatMap { name, form in
      ([[3], [1, 3], [], [2, 1, 3]] as [Shape]).map { shape in
        Refusal(
          "\(name): weight of shape \(shape)", form,
          Arguments(input: halves([2, 3]), target: halves([2, 3]), weight: halves(shape)),
          .shapeMismatch(argument: "weight", shape: shape, expected: [2, 3]),
          "weight has shape \(shape), but [2, 3] is needed")
      }
    }
    let broadcast = forms.filter { $0.name.hasPrefix("BCE") }.flatMap { name, form in
      ([[2], [3, 2], [1, 2, 3], [2, 0]] as [Shape]).map { shape in
        Refusal(
          "\(name): weight of shape \(shape)", form,
          Arguments(input: halves([2, 3]), target: halves([2, 3]), weight: halves(shape)),
          .notBroadcastable(argument: "weight", shape: shape, to: [2, 3]),
          "weight has shape \(shape), which cannot be broadcast to [2, 3]")
      }
    }
    let positive = ([[2], [4, 3], [1, 1, 3]] as [Shape]).map { shape in
      Refusal(
        "positive weight of shape \(shape)", PositiveWeightForm(),
        Arguments(input: halves([2, 3]), target: halves([2, 3]), positiveWeight: halves(shape)),
        .notBroadcastable(argument: "positiveWeight", shape: shape, to: [2, 3]),
        "positiveWeight has shape \(shape), which cannot be broadcast to [2, 3]")
    }
    return same + broadcast + positive
  }()

  private static let domains: [Refusal] = {
    let form = ElementwiseForm { BCELoss(reduction: $0) }
    let values: [(Double, String)] = [
      (1.5, "1.5"), (-0.25, "-0.25"), (.nan, "nan"), (.infinity, "inf"), (-.infinity, "-inf"), (2, "2"),
      ((1.0).nextUp, "1.0000000000000002"),
    ]
    return values.flatMap { value, text in
      // The first in row-major order is the one that is named, also in a view that lies otherwise in memory.
      var spoilt = halves([2, 3])
      spoilt[1, 1] = value
      spoilt[1, 2] = -1
      let view = Arrangement.transposed.view(of: spoilt)
      return [
        Refusal(
          "BCE of \(text)", form, Arguments(input: view, target: halves([2, 3])),
          .valueOutOfRange(argument: "input", position: [1, 1], value: value, requirement: "in 0...1"),
          "input[1, 1] is \(text), but it must be in 0...1"),
        Refusal(
          "BCE with target \(text)", form, Arguments(input: halves([2, 3]), target: view), reduction: .mean,
          .valueOutOfRange(argument: "target", position: [1, 1], value: value, requirement: "in 0...1"),
          "target[1, 1] is \(text), but it must be in 0...1"),
      ]
    }
  }()

  private static let hyperparameters: [Refusal] = {
    let arguments = Arguments(input: halves([2, 3]), target: halves([2, 3]))
    let betas: [(Double, String)] = [
      (-1, "-1"), (-.leastNonzeroMagnitude, "-5e-324"), (.nan, "nan"), (-.infinity, "-inf"),
    ]
    let deltas: [(Double, String)] = [(0, "0"), (-0.5, "-0.5"), (.nan, "nan"), (-.infinity, "-inf")]
    return betas.map { beta, text in
      Refusal(
        "SmoothL1 of beta \(text)", ElementwiseForm { SmoothL1Loss(beta: beta, reduction: $0) }, arguments,
        .invalidHyperparameter(name: "beta", value: beta, requirement: "at least 0"),
        "beta is \(text), but it must be at least 0")
    }
      + deltas.flatMap { delta, text in
        let forms: [any Form] = [
          ElementwiseForm { HuberLoss(delta: delta, reduction: $0) },
          WeightedForm { HuberLoss(delta: delta, reduction: $0) },
        ]
        return forms.map {
          Refusal(
            "Huber of delta \(text)", $0, arguments,
            .invalidHyperparameter(name: "delta", value: delta, requirement: "positive"),
            "delta is \(text), but it must be positive")
        }
      }
  }()
}
