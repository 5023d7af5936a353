import Losses

// Linear heads: N hidden states of F features, and C classes. The gradient is with respect to everything but the labels.

extension Family {
  static var heads: [Family] {
    [
      linear("linear_cross_entropy", [[2048, 256, 32_000], [1024, 512, 32_000]]) {
        meter, loss, input, linearWeight, target in
        try meter.measure { try loss(input, linearWeight: linearWeight, target: target) }
      },
      linear("linear_cross_entropy_statistics", [[1024, 512, 32_000]], isSwept: false) {
        meter, loss, input, linearWeight, target in
        try meter.measureStatistics { try loss(input, linearWeight: linearWeight, target: target) }
      },
      adaptive([[1024, 512, 32_000]], cutoffs: [2000, 10_000]),
    ]
  }

  private static func linear(
    _ name: String, _ shapes: [Shape], isSwept: Bool = true,
    _ measure:
      @escaping (
        inout Meter, LinearCrossEntropyLoss, _ input: Tensor<Float>, _ linearWeight: Tensor<Float>,
        _ target: Tensor<Int>
      ) throws -> Void
  ) -> Family {
    Family(name, shapes, in: .linearHeads, isSwept: isSwept) { meter, shape in
      let (samples, features, classes) = (shape[0], shape[1], shape[2])
      var inputs = Inputs()
      let input = inputs.normal([samples, features])
      let linearWeight = inputs.linearWeight([classes, features])
      let target = inputs.integers([samples], in: 0..<classes)
      meter.reads(input, linearWeight, target)
      try measure(&meter, LinearCrossEntropyLoss(), input, linearWeight, target)
    }
  }

  private static func adaptive(_ shapes: [Shape], cutoffs: [Int]) -> Family {
    Family("adaptive_log_softmax", shapes, in: .adaptiveHeads) { meter, shape in
      let (samples, features, classes) = (shape[0], shape[1], shape[2])
      let loss = AdaptiveLogSoftmaxWithLoss(cutoffs: cutoffs)
      var inputs = Inputs()
      let input = inputs.normal([samples, features])
      let weights: AdaptiveSoftmaxWeights<Float> = try loss.randomWeights(
        features: features, classes: classes, using: &inputs.generator)
      let target = inputs.integers([samples], in: 0..<classes)
      meter.reads(input, target)
      meter.reads(all: weights)
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
