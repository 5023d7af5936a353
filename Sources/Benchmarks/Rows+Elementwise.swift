import Losses

// Gradients are by what a model predicts: by the input, and for the ranking loss by both inputs.

extension Row {
  static var elementwise: [Row] {
    elementwise("l1", [10_000, 1_000_000], L1Loss())
      + elementwise("mse", [100, 10_000, 1_000_000, 16_000_000], MSELoss())
      + elementwise("smooth_l1", [10_000, 1_000_000], SmoothL1Loss())
      + elementwise("huber", [10_000, 1_000_000], HuberLoss())
      + elementwise("bce", [10_000, 1_000_000], BCELoss()) { $0.uniform($1, in: 0.01...0.99) }
      + elementwise("bce_with_logits", [100, 10_000, 1_000_000, 16_000_000], BCEWithLogitsLoss())
      + elementwise("soft_margin", [10_000, 1_000_000], SoftMarginLoss(), target: { $0.signs($1) })
      + elementwise("poisson_nll", [10_000, 1_000_000], PoissonNLLLoss())
      + elementwise("kl_div", [100, 10_000, 1_000_000, 16_000_000], KLDivLoss(reduction: .sum))
      + elementwise("hinge_embedding", [10_000, 1_000_000], HingeEmbeddingLoss(), target: { $0.signs($1) })
      + [10_000, 1_000_000].map(gaussianNLL)
      + [10_000, 1_000_000].map(marginRanking)
  }

  private static func elementwise(
    _ name: String, _ counts: [Int], _ loss: some ElementwiseLoss,
    input makeInput: @escaping (inout Inputs, Shape) -> Tensor<Float> = { $0.normal($1) },
    target makeTarget: @escaping (inout Inputs, Shape) -> Tensor<Float> = { $0.uniform($1) }
  ) -> [Row] {
    counts.map { count in
      Row(name, [count]) { meter in
        var inputs = Inputs()
        let input = makeInput(&inputs, [count])
        let target = makeTarget(&inputs, [count])
        try meter.measure(
          forward: { try loss(input, target: target) },
          gradient: { try loss.valueWithGradient(input, target: target) },
          into: { try loss.valueWithGradient(input, target: target, into: &$0) })
      }
    }
  }

  private static func gaussianNLL(_ count: Int) -> Row {
    Row("gaussian_nll", [count]) { meter in
      let loss = GaussianNLLLoss()
      var inputs = Inputs()
      let input = inputs.normal([count])
      let target = inputs.uniform([count])
      let variance = inputs.uniform([count], in: 0.1...1.1)
      try meter.measure(
        forward: { try loss(input, target: target, variance: variance) },
        gradient: { try loss.valueWithGradient(input, target: target, variance: variance) },
        into: { try loss.valueWithGradient(input, target: target, variance: variance, into: &$0) })
    }
  }

  private static func marginRanking(_ count: Int) -> Row {
    Row("margin_ranking", [count]) { meter in
      let loss = MarginRankingLoss(margin: 0.1)
      var inputs = Inputs()
      let input1 = inputs.normal([count])
      let input2 = inputs.normal([count])
      let target = inputs.signs([count])
      try meter.measure(
        forward: { try loss(input1, input2: input2, target: target) },
        gradient: { try loss.valueWithGradient(input1, input2: input2, target: target) },
        into: { try loss.valueWithGradient(input1, input2: input2, target: target, into: &$0) })
    }
  }
}
