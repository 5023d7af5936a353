import Losses

extension Refusal {
  static let distributions = pairs + variances + hyperparameters

  private static func ones(_ shape: Shape) -> Tensor<Double> { .ones(shape) }

  private static let pairs: [Refusal] = {
    let forms: [(String, any Form)] = [
      ("PoissonNLL", ElementwiseForm { PoissonNLLLoss(reduction: $0) }),
      ("KLDiv", ElementwiseForm { KLDivLoss(reduction: $0) }),
      ("SoftMargin", ElementwiseForm { SoftMarginLoss(reduction: $0) }),
      ("HingeEmbedding", ElementwiseForm { HingeEmbeddingLoss(reduction: $0) }),
    ]
    return forms.flatMap { name, form in
      ([[3], [3, 1], []] as [Shape]).flatMap { shape in
        [
          Refusal(
            "\(name): target of shape \(shape)", form, Arguments(input: ones([2, 3]), target: ones(shape)),
            .shapeMismatch(argument: "target", shape: shape, expected: [2, 3]),
            "target has shape \(shape), but [2, 3] is needed"),
          Refusal(
            "\(name): upstream of shape \(shape)", form,
            Arguments(input: ones([2, 3]), target: ones([2, 3])), upstream: ones(shape),
            .shapeMismatch(argument: "upstream", shape: shape, expected: [2, 3]),
            "upstream has shape \(shape), but [2, 3] is needed"),
        ]
      }
    }
  }()

  private static let form = GaussianForm { GaussianNLLLoss(reduction: $0) }

  private static let variances: [Refusal] = {
    // Of another length, of the last axis alone, and with two axes of length 1.
    let shapes: [Shape] = [[2, 4], [3], [4], [1, 1], [1], [2, 3, 1], [3, 2], [0, 3]]
    let wrong = shapes.map { shape in
      Refusal(
        "GaussianNLL: variance of shape \(shape)", form,
        Arguments(input: ones([2, 3]), target: ones([2, 3]), weight: ones(shape)),
        .notBroadcastable(argument: "variance", shape: shape, to: [2, 3]),
        "variance has shape \(shape), which cannot be broadcast to [2, 3]")
    }
    let values: [(Double, String)] = [
      (-0.5, "-0.5"), (-.infinity, "-inf"), (-.leastNonzeroMagnitude, "-5e-324"),
    ]
    let negative = values.flatMap { value, text in
      var whole = ones([2, 3])
      whole[1, 1] = value
      whole[1, 2] = -1
      // Not a number is let pass.
      whole[0, 0] = .nan
      let arguments = Arguments(input: ones([2, 3]), target: ones([2, 3]))
      var (all, rows, number) = (arguments, arguments, arguments)
      all.weight = Arrangement.transposed.view(of: whole)
      rows.weight = Tensor([1, value])
      number.weight = Tensor(value)
      let places: [(Arguments<Double>, Shape)] = [(all, [1, 1]), (rows, [1]), (number, [])]
      return places.map { arguments, position in
        Refusal(
          "GaussianNLL: variance \(text) at \(position)", form, arguments, reduction: .mean,
          .valueOutOfRange(
            argument: "variance", position: position, value: value, requirement: "at least 0"),
          "variance\(position) is \(text), but it must be at least 0")
      }
    }
    return wrong + negative + [
      Refusal(
        "GaussianNLL: target that is larger", form,
        Arguments(input: ones([1, 3]), target: ones([2, 3]), weight: ones([1, 3])),
        .notBroadcastable(argument: "target", shape: [2, 3], to: [1, 3]),
        "target has shape [2, 3], which cannot be broadcast to [1, 3]"),
      Refusal(
        "GaussianNLL: upstream of a mean", form,
        Arguments(input: ones([2, 3]), target: ones([2, 3]), weight: ones([2])), upstream: ones([2, 3]),
        reduction: .mean, .shapeMismatch(argument: "upstream", shape: [2, 3], expected: []),
        "upstream has shape [2, 3], but [] is needed"),
    ]
  }()

  private static let hyperparameters: [Refusal] = {
    let values: [(Double, String)] = [(-1e-6, "-1e-06"), (.nan, "nan")]
    return values.map { eps, text in
      Refusal(
        "GaussianNLL of eps \(text)", GaussianForm { GaussianNLLLoss(eps: eps, reduction: $0) },
        Arguments(input: ones([2]), target: ones([2]), weight: ones([2])),
        .invalidHyperparameter(name: "eps", value: eps, requirement: "at least 0"),
        "eps is \(text), but it must be at least 0")
    }
  }()
}
