import Losses

// The gradient is with respect to the predictions: the input, or both inputs of the ranking loss.

extension Family {
  static var elementwise: [Family] {
    [
      elementwise("l1", [10_000, 1_000_000], L1Loss()) { meter, loss, input, target in
        try meter.measure { try loss(input, target: target) }
      },
      elementwise("mse", [100, 10_000, 1_000_000, 16_000_000], MSELoss()) { meter, loss, input, target in
        try meter.measure { try loss(input, target: target) }
      },
      unreducedMSE(),
      elementwise("smooth_l1", [10_000, 1_000_000], SmoothL1Loss()) { meter, loss, input, target in
        try meter.measure { try loss(input, target: target) }
      },
      elementwise("huber", [10_000, 1_000_000], HuberLoss()) { meter, loss, input, target in
        try meter.measure { try loss(input, target: target) }
      },
      elementwise(
        "bce", [10_000, 1_000_000], BCELoss(), input: .uniform(0.01...0.99)
      ) { meter, loss, input, target in
        try meter.measure { try loss(input, target: target) }
      },
      elementwise(
        "bce_with_logits", [100, 10_000, 1_000_000, 16_000_000], BCEWithLogitsLoss()
      ) { meter, loss, input, target in
        try meter.measure { try loss(input, target: target) }
      },
      weightedBCEWithLogits(),
      elementwise(
        "soft_margin", [10_000, 1_000_000], SoftMarginLoss(), target: .signs
      ) { meter, loss, input, target in
        try meter.measure { try loss(input, target: target) }
      },
      elementwise("poisson_nll", [10_000, 1_000_000], PoissonNLLLoss()) { meter, loss, input, target in
        try meter.measure { try loss(input, target: target) }
      },
      elementwise(
        "kl_div", [100, 10_000, 1_000_000, 16_000_000], KLDivLoss(reduction: .sum)
      ) { meter, loss, input, target in
        try meter.measure { try loss(input, target: target) }
      },
      elementwise(
        "hinge_embedding", [10_000, 1_000_000], HingeEmbeddingLoss(), target: .signs
      ) { meter, loss, input, target in
        try meter.measure { try loss(input, target: target) }
      },
      elementwise(
        "sigmoid_focal", [10_000, 1_000_000], SigmoidFocalLoss()
      ) { meter, loss, input, target in
        try meter.measure { try loss(input, target: target) }
      },
      elementwise("quantile", [10_000, 1_000_000], QuantileLoss(quantile: 0.9)) {
        meter, loss, input, target in
        try meter.measure { try loss(input, target: target) }
      },
      elementwise("log_cosh", [10_000, 1_000_000], LogCoshLoss()) { meter, loss, input, target in
        try meter.measure { try loss(input, target: target) }
      },
      gaussianNLL([10_000, 1_000_000]),
      marginRanking([10_000, 1_000_000]),
    ]
  }

  private static func elementwise<Loss>(
    _ name: String, _ counts: [Int], _ loss: Loss,
    input inputDistribution: Distribution = .normal,
    target targetDistribution: Distribution = .uniform(0...1),
    _ measure: @escaping (inout Meter, Loss, _ input: Tensor<Float>, _ target: Tensor<Float>) throws -> Void
  ) -> Family {
    Family(name, counts.map { [$0] }, in: .elements) { meter, shape in
      var inputs = Inputs()
      let input = inputs.draw(inputDistribution, shape)
      let target = inputs.draw(targetDistribution, shape)
      meter.reads(input, target)
      try measure(&meter, loss, input, target)
    }
  }

  private static func unreducedMSE() -> Family {
    Family("mse_unreduced", in: .elements) { meter, shape in
      let loss = MSELoss(reduction: .none)
      var inputs = Inputs()
      let input = inputs.normal(shape)
      let target = inputs.uniform(shape)
      let upstream = inputs.normal(shape)
      meter.reads(input, target)
      try meter.measure(upstream: upstream) { try loss(input, target: target) }
    }
  }

  /// With a weight for each element, and one for the positive ones in each column.
  private static func weightedBCEWithLogits() -> Family {
    Family("bce_with_logits_weighted", in: .matrices) { meter, shape in
      let loss = BCEWithLogitsLoss()
      var inputs = Inputs()
      let input = inputs.normal(shape)
      let target = inputs.uniform(shape)
      let weight = inputs.uniform(shape)
      let positiveWeight = inputs.uniform([shape[1]], in: 0.5...1.5)
      meter.reads(input, target, weight, positiveWeight)
      try meter.measure {
        try loss(input, target: target, weight: weight, positiveWeight: positiveWeight)
      }
    }
  }

  private static func gaussianNLL(_ counts: [Int]) -> Family {
    Family("gaussian_nll", counts.map { [$0] }, in: .elements) { meter, shape in
      let loss = GaussianNLLLoss()
      var inputs = Inputs()
      let input = inputs.normal(shape)
      let target = inputs.uniform(shape)
      let variance = inputs.uniform(shape, in: 0.1...1.1)
      meter.reads(input, target, variance)
      try meter.measure { try loss(input, target: target, variance: variance) }
    }
  }

  private static func marginRanking(_ counts: [Int]) -> Family {
    Family("margin_ranking", counts.map { [$0] }, in: .elements) { meter, shape in
      let loss = MarginRankingLoss(margin: 0.1)
      var inputs = Inputs()
      let input1 = inputs.normal(shape)
      let input2 = inputs.normal(shape)
      let target = inputs.signs(shape)
      meter.reads(input1, input2, target)
      try meter.measure { try loss(input1, input2: input2, target: target) }
    }
  }
}
