import Losses

// Gradients are by the scores alone, also where the target is probabilities.

extension Row {
  static var classes: [Row] {
    let shapes: [Shape] = [
      [8, 10], [64, 1000], [4096, 1000], [256, 32_000], [512, 128_000], [8, 21, 256, 256],
    ]
    return shapes.map { labelled("cross_entropy", $0, CrossEntropyLoss()) }
      + [labelled("cross_entropy_smoothing", [4096, 1000], CrossEntropyLoss(labelSmoothing: 0.1))]
      + [crossEntropyProbabilities([4096, 1000])]
      + [labelled("nll", [4096, 1000], NLLLoss())]
      + [labelled("nll", [8, 21, 256, 256], NLLLoss())]
      + [multiLabelSoftMargin([1024, 1000])]
      + [labelled("multi_margin", [1024, 1000], MultiMarginLoss())]
      + [multiLabelMargin([256, 100])]
  }

  private static func labelled(_ name: String, _ shape: Shape, _ loss: some ClassLoss) -> Row {
    Row(name, shape) { meter in
      var inputs = Inputs()
      let input = inputs.normal(shape)
      var labelShape = shape
      let classes = labelShape.remove(at: 1)
      let target = inputs.integers(labelShape, in: 0..<classes)
      try meter.measure(
        forward: { try loss(input, target: target) },
        gradient: { try loss.valueWithGradient(input, target: target) },
        into: { try loss.valueWithGradient(input, target: target, into: &$0) })
    }
  }

  private static func crossEntropyProbabilities(_ shape: Shape) -> Row {
    Row("cross_entropy_probabilities", shape) { meter in
      let loss = CrossEntropyLoss()
      var inputs = Inputs()
      let input = inputs.normal(shape)
      let target = try Softmax(axis: 1)(inputs.normal(shape))
      try meter.measure(
        forward: { try loss(input, target: target) },
        gradient: { try loss.valueWithGradient(input, target: target) },
        into: { try loss.valueWithGradient(input, target: target, into: &$0) })
    }
  }

  private static func multiLabelSoftMargin(_ shape: Shape) -> Row {
    Row("multilabel_soft_margin", shape) { meter in
      let loss = MultiLabelSoftMarginLoss()
      var inputs = Inputs()
      let input = inputs.normal(shape)
      let target = inputs.uniform(shape)
      try meter.measure(
        forward: { try loss(input, target: target) },
        gradient: { try loss.valueWithGradient(input, target: target) },
        into: { try loss.valueWithGradient(input, target: target, into: &$0) })
    }
  }

  private static func multiLabelMargin(_ shape: Shape) -> Row {
    Row("multilabel_margin", shape) { meter in
      let loss = MultiLabelMarginLoss()
      var inputs = Inputs()
      let input = inputs.normal(shape)
      let target = inputs.integers(shape, in: 0..<shape[1])
      try meter.measure(
        forward: { try loss(input, target: target) },
        gradient: { try loss.valueWithGradient(input, target: target) },
        into: { try loss.valueWithGradient(input, target: target, into: &$0) })
    }
  }
}
