import LossRegistry
import Losses

extension InvalidCall {
  static let distributions = variances + negativeBinomials + hyperparameters

  private static func ones(_ shape: Shape) -> Tensor<Double> { .ones(shape) }

  private static let loss = GaussianNLLLoss()

  private static func gaussian(
    input: Tensor<Double> = ones([2, 3]), target: Tensor<Double> = ones([2, 3]), variance: Tensor<Double>
  ) -> Arguments<Double> {
    Arguments(["input": input, "target": target, "variance": variance])
  }

  private static let variances: [InvalidCall] = {
    // Of another length, of the last axis alone, and with two axes of length 1.
    let shapes: [Shape] = [[2, 4], [3], [4], [1, 1], [1], [2, 3, 1], [3, 2], [0, 3]]
    let wrong = shapes.map { shape in
      InvalidCall(
        "GaussianNLL: variance of shape \(shape)", loss,
        gaussian(variance: ones(shape)),
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
      // NaN is allowed.
      whole[0, 0] = .nan
      let places: [(variance: Tensor<Double>, Shape)] = [
        (Arrangement.transposed.view(of: whole), [1, 1]), (Tensor([1, value]), [1]), (Tensor(value), []),
      ]
      return places.map { variance, position in
        InvalidCall(
          "GaussianNLL: variance \(text) at \(position)", loss, gaussian(variance: variance),
          reduction: .mean,
          .valueOutOfRange(
            argument: "variance", position: position, value: value, requirement: "at least 0"),
          "variance\(position) is \(text), but it must be at least 0")
      }
    }
    return wrong + negative + [
      InvalidCall(
        "GaussianNLL: target that is larger", loss,
        gaussian(input: ones([1, 3]), variance: ones([1, 3])),
        .notBroadcastable(argument: "target", shape: [2, 3], to: [1, 3]),
        "target has shape [2, 3], which cannot be broadcast to [1, 3]"),
      InvalidCall(
        "GaussianNLL: upstream of a mean", loss,
        gaussian(variance: ones([2])), upstream: ones([2, 3]),
        reduction: .mean, .shapeMismatch(argument: "upstream", shape: [2, 3], expected: []),
        "upstream has shape [2, 3], but [] is needed"),
    ]
  }()

  private static let negativeBinomials: [InvalidCall] = {
    let loss = NegativeBinomialNLLLoss()
    func arguments(_ label: String, _ tensor: Tensor<Double>) -> Arguments<Double> {
      var arguments = Arguments([
        "input": ones([2, 3]), "target": ones([2, 3]), "dispersion": ones([2, 3]),
      ])
      arguments[label] = tensor
      return arguments
    }
    let targets = ([[3], [2], [3, 2], [2, 4], []] as [Shape]).map { shape in
      mismatch(
        "NegativeBinomialNLL", loss, arguments("target", ones(shape)), "target", shape, expected: [2, 3])
    }
    let dispersions = ([[2], [3, 2], [2, 4], [1, 2, 3], [0, 3]] as [Shape]).map { shape in
      InvalidCall(
        "NegativeBinomialNLL: dispersion of shape \(shape)", loss, arguments("dispersion", ones(shape)),
        .notBroadcastable(argument: "dispersion", shape: shape, to: [2, 3]),
        "dispersion has shape \(shape), which cannot be broadcast to [2, 3]"
          + (shape == [2] ? "; did you mean dispersion.reshaped(to: [2, 1])?" : ""))
    }
    let negative = ["input", "target", "dispersion"].map { label in
      var tensor = ones([2, 3])
      tensor[1, 1] = -0.5
      // NaN is allowed.
      tensor[0, 0] = .nan
      return InvalidCall(
        "NegativeBinomialNLL: negative \(label)", loss, arguments(label, tensor), reduction: .mean,
        .valueOutOfRange(argument: label, position: [1, 1], value: -0.5, requirement: "at least 0"),
        "\(label)[1, 1] is -0.5, but it must be at least 0")
    }
    let upstream = mismatch(
      "NegativeBinomialNLL", loss, arguments("input", ones([2, 3])), upstream: ones([2, 3]), reduction: .mean,
      "upstream", [2, 3], expected: [])
    return targets + dispersions + negative + [upstream]
  }()

  private static let hyperparameters: [InvalidCall] = {
    let values: [(Double, String)] = [(-1e-6, "-1e-06"), (.nan, "nan")]
    return values.map { eps, text in
      hyperparameter(
        "GaussianNLL", GaussianNLLLoss(eps: eps),
        gaussian(input: ones([2]), target: ones([2]), variance: ones([2])), "eps", eps, text, "at least 0")
    }
  }()
}
