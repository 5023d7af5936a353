import Losses

// The upstream gradient is random: with the default, all ones, the gradient of softmax would be zero.

extension Family {
  static var activations: [Family] {
    [
      activation(
        "sigmoid", [1_000_000], counted: [10_000], in: .elements, Sigmoid()
      ) { meter, sigmoid, input, upstream in
        try meter.measure(upstream: upstream) { try sigmoid(input) }
      },
      activation(
        "logsigmoid", [1_000_000], counted: [10_000], in: .elements, LogSigmoid()
      ) { meter, logSigmoid, input, upstream in
        try meter.measure(upstream: upstream) { try logSigmoid(input) }
      },
      activation(
        "softmax", [4096, 1000], counted: [64, 1000], in: .classes, Softmax(axis: 1)
      ) { meter, softmax, input, upstream in
        try meter.measure(upstream: upstream) { try softmax(input) }
      },
      activation(
        "log_softmax", [4096, 1000], counted: [64, 1000], in: .classes, LogSoftmax(axis: 1)
      ) { meter, logSoftmax, input, upstream in
        try meter.measure(upstream: upstream) { try logSoftmax(input) }
      },
      logSumExp([4096, 1000], counted: [64, 1000]),
    ]
  }

  private static func activation<Activation>(
    _ name: String, _ shape: Shape, counted: Shape, in domain: ShapeDomain, _ activation: Activation,
    _ measure:
      @escaping (
        inout Meter, Activation, _ input: Tensor<Float>, _ upstream: Tensor<Float>
      ) throws -> Void
  ) -> Family {
    Family(name, [shape], counted: [counted], in: domain) { meter, shape in
      var inputs = Inputs()
      let input = inputs.normal(shape)
      let upstream = inputs.normal(shape)
      meter.reads(input)
      try measure(&meter, activation, input, upstream)
    }
  }

  private static func logSumExp(_ shape: Shape, counted: Shape) -> Family {
    Family("logsumexp", [shape], counted: [counted], in: .classes) { meter, shape in
      let logSumExp = LogSumExp(axis: 1)
      var inputs = Inputs()
      let input = inputs.normal(shape)
      let upstream = inputs.normal(shape.withoutClasses)
      meter.reads(input)
      try meter.measure(upstream: upstream) { try logSumExp(input) }
    }
  }
}
