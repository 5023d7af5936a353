import Losses

// The gradient is with respect to the scores, even if the target is probabilities.

extension Row {
  static var classes: [Row] {
    let crossEntropyShapes: [Shape] = [
      [8, 10], [4_000_000, 2], [1_000_000, 4], [100_000, 10], [64, 1000], [4096, 1000], [256, 32_000],
      [512, 128_000], [8, 21, 256, 256], [4, 2, 512, 512],
    ]
    let shortColumns: [Shape] = [[8192, 2], [8192, 4], [4096, 10], [1024, 30]]
    let losses = [
      labelled(
        "cross_entropy", crossEntropyShapes, counted: shortColumns + [[2, 21, 32, 32]], CrossEntropyLoss()
      ) { meter, loss, input, target in
        try meter.measure { try loss(input, target: target) }
      },
      labelled(
        "cross_entropy_smoothing", [[4096, 1000]], counted: shortColumns + [[64, 1000]],
        CrossEntropyLoss(labelSmoothing: 0.1)
      ) { meter, loss, input, target in
        try meter.measure { try loss(input, target: target) }
      },
      labelled(
        "cross_entropy_statistics", [[4096, 1000]], counted: [[4096, 10], [64, 1000]], CrossEntropyLoss()
      ) {
        meter, loss, input, target in
        try meter.measureStatistics { try loss(input, target: target) }
      },
      crossEntropyProbabilities([[4096, 1000]], counted: shortColumns + [[64, 1000]]),
      labelled(
        "nll", [[4096, 1000], [8, 21, 256, 256]], counted: [[64, 1000], [2, 21, 32, 32]], NLLLoss()
      ) { meter, loss, input, target in
        try meter.measure { try loss(input, target: target) }
      },
      multiLabelSoftMargin([[1024, 1000]], counted: shortColumns + [[64, 1000]]),
      labelled(
        "multi_margin", [[1024, 1000]], counted: [[64, 1000]], MultiMarginLoss()
      ) { meter, loss, input, target in
        try meter.measure { try loss(input, target: target) }
      },
      multiLabelMargin([[256, 100]]),
    ]
    return losses.flatMap(\.self)
  }

  private static func labelled<Loss>(
    _ name: String, _ shapes: [Shape], counted: [Shape], _ loss: Loss,
    _ measure: @escaping (inout Meter, Loss, _ input: Tensor<Float>, _ target: Tensor<Int>) throws -> Void
  ) -> [Row] {
    rows(name, shapes, counted: counted) { meter, shape in
      var inputs = Inputs()
      let input = inputs.normal(shape)
      let labelShape = Shape([shape[0]] + shape.dropFirst(2))
      let target = inputs.integers(labelShape, in: 0..<shape[1])
      try measure(&meter, loss, input, target)
    }
  }

  private static func crossEntropyProbabilities(_ shapes: [Shape], counted: [Shape]) -> [Row] {
    rows("cross_entropy_probabilities", shapes, counted: counted) { meter, shape in
      let loss = CrossEntropyLoss()
      var inputs = Inputs()
      let input = inputs.normal(shape)
      let target = try Softmax(axis: 1)(inputs.normal(shape)).value()
      try meter.measure { try loss(input, target: target) }
    }
  }

  private static func multiLabelSoftMargin(_ shapes: [Shape], counted: [Shape]) -> [Row] {
    rows("multilabel_soft_margin", shapes, counted: counted) { meter, shape in
      let loss = MultiLabelSoftMarginLoss()
      var inputs = Inputs()
      let input = inputs.normal(shape)
      let target = inputs.uniform(shape)
      try meter.measure { try loss(input, target: target) }
    }
  }

  private static func multiLabelMargin(_ shapes: [Shape]) -> [Row] {
    rows("multilabel_margin", shapes) { meter, shape in
      let loss = MultiLabelMarginLoss()
      var inputs = Inputs()
      let input = inputs.normal(shape)
      let target = inputs.integers(shape, in: 0..<shape[1])
      try meter.measure { try loss(input, target: target) }
    }
  }
}
