import Losses

// Linear heads: N hidden states of F features, and C classes. The gradient is with respect to everything but the labels.

extension Row {
  static var heads: [Row] {
    [
      linear("linear_cross_entropy", samples: 2048, features: 256, classes: 32_000) {
        meter, loss, input, linearWeight, target in
        try meter.measure { try loss(input, linearWeight: linearWeight, target: target) }
      },
      linear("linear_cross_entropy", samples: 1024, features: 512, classes: 32_000) {
        meter, loss, input, linearWeight, target in
        try meter.measure { try loss(input, linearWeight: linearWeight, target: target) }
      },
      linear("linear_cross_entropy_statistics", samples: 1024, features: 512, classes: 32_000) {
        meter, loss, input, linearWeight, target in
        try meter.measureStatistics { try loss(input, linearWeight: linearWeight, target: target) }
      },
      adaptive(samples: 1024, features: 512, classes: 32_000, cutoffs: [2000, 10_000]),
    ]
  }

  private static func linear(
    _ name: String, samples: Int, features: Int, classes: Int,
    _ measure:
      @escaping (
        inout Meter, LinearCrossEntropyLoss, _ input: Tensor<Float>, _ linearWeight: Tensor<Float>,
        _ target: Tensor<Int>
      ) throws -> Void
  ) -> Row {
    Row(name, [samples, features, classes]) { meter in
      var inputs = Inputs()
      let input = inputs.normal([samples, features])
      let linearWeight = inputs.linearWeight([classes, features])
      let target = inputs.integers([samples], in: 0..<classes)
      try measure(&meter, LinearCrossEntropyLoss(), input, linearWeight, target)
    }
  }

  private static func adaptive(samples: Int, features: Int, classes: Int, cutoffs: [Int]) -> Row {
    Row("adaptive_log_softmax", [samples, features, classes]) { meter in
      let loss = AdaptiveLogSoftmaxWithLoss(cutoffs: cutoffs)
      var inputs = Inputs()
      let input = inputs.normal([samples, features])
      let weights: AdaptiveSoftmaxWeights<Float> = try loss.randomWeights(
        features: features, classes: classes, using: &inputs.generator)
      let target = inputs.integers([samples], in: 0..<classes)
      try meter.measure { try loss(input, weights: weights, target: target) }
    }
  }
}

extension Inputs {
  /// Returns weights that turn normal features into scores of about their magnitude.
  fileprivate mutating func linearWeight(_ shape: Shape) -> Tensor<Float> {
    normal(shape) / Float(shape[1]).squareRoot()
  }
}
