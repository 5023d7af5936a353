import Losses

// The upstream gradient is all ones where nothing is said, which would make some gradients trivial: so it is random.

extension Row {
  static var activations: [Row] {
    [
      elementwise("sigmoid", [1_000_000], Sigmoid()),
      elementwise("logsigmoid", [1_000_000], LogSigmoid()),
      alongAxis("softmax", [4096, 1000], Softmax(axis: 1)),
      alongAxis("log_softmax", [4096, 1000], LogSoftmax(axis: 1)),
      logSumExp([4096, 1000]),
    ]
  }

  private static func elementwise(
    _ name: String, _ shape: Shape, _ activation: some ElementwiseActivation
  ) -> Row {
    Row(name, shape) { meter in
      var inputs = Inputs()
      let input = inputs.normal(shape)
      let upstream = inputs.normal(shape)
      try meter.measure(
        forward: { activation(input) },
        gradient: { try activation.valueWithGradient(input, upstream: upstream) },
        into: { try activation.valueWithGradient(input, upstream: upstream, into: &$0) })
    }
  }

  private static func alongAxis(_ name: String, _ shape: Shape, _ activation: some AxisActivation) -> Row {
    Row(name, shape) { meter in
      var inputs = Inputs()
      let input = inputs.normal(shape)
      let upstream = inputs.normal(shape)
      try meter.measure(
        forward: { try activation(input) },
        gradient: { try activation.valueWithGradient(input, upstream: upstream) },
        into: { try activation.valueWithGradient(input, upstream: upstream, into: &$0) })
    }
  }

  private static func logSumExp(_ shape: Shape) -> Row {
    Row("logsumexp", shape) { meter in
      let logSumExp = LogSumExp(axis: 1)
      var inputs = Inputs()
      let input = inputs.normal(shape)
      let upstream = inputs.normal([shape[0]])
      try meter.measure(
        forward: { try logSumExp(input) },
        gradient: { try logSumExp.valueWithGradient(input, upstream: upstream) },
        into: { try logSumExp.valueWithGradient(input, upstream: upstream, into: &$0) })
    }
  }
}
