import Losses

// The gradient is with respect to the scores, even if the target is probabilities.

extension Family {
  static var classes: [Family] {
    let crossEntropyShapes: [Shape] = [
      [8, 10], [4_000_000, 2], [1_000_000, 4], [100_000, 10], [64, 1000], [4096, 1000], [256, 32_000],
      [512, 128_000], [8, 21, 256, 256], [4, 2, 512, 512],
    ]
    let shortColumns: [Shape] = [[8192, 2], [8192, 4], [4096, 10], [1024, 30]]
    return [
      labelled(
        "cross_entropy", crossEntropyShapes,
        counted: shortColumns + [[2, 21, 32, 32], [1024, 10, 2, 2], [64, 100, 4, 4]], CrossEntropyLoss()
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
        "cross_entropy_statistics", [[4096, 1000]], counted: [[4096, 10], [64, 1000]], isSwept: false,
        CrossEntropyLoss()
      ) { meter, loss, input, target in
        try meter.measureStatistics { try loss(input, target: target) }
      },
      weightedCrossEntropy(),
      unreducedCrossEntropy(),
      crossEntropyProbabilities([[4096, 1000]], counted: shortColumns + [[64, 1000]]),
      nll([[4096, 1000], [8, 21, 256, 256]], counted: [[64, 1000], [2, 21, 32, 32]]),
      multiLabelSoftMargin([[1024, 1000]], counted: shortColumns + [[64, 1000]]),
      labelled(
        "multi_margin", [[1024, 1000]], counted: [[4096, 10], [64, 1000]], in: .scores, MultiMarginLoss()
      ) { meter, loss, input, target in
        try meter.measure { try loss(input, target: target) }
      },
      multiLabelMargin([[256, 100]]),
    ]
  }

  private static func labelled<Loss>(
    _ name: String, _ shapes: [Shape], counted: [Shape], in domain: ShapeDomain = .classes,
    isSwept: Bool = true, _ loss: Loss,
    _ measure: @escaping (inout Meter, Loss, _ input: Tensor<Float>, _ target: Tensor<Int>) throws -> Void
  ) -> Family {
    Family(name, shapes, counted: counted, in: domain, isSwept: isSwept) { meter, shape in
      var inputs = Inputs()
      let input = inputs.normal(shape)
      let target = inputs.labels(shape)
      meter.reads(input, target)
      try measure(&meter, loss, input, target)
    }
  }

  /// With a weight for each class, and a label in ten ignored.
  private static func weightedCrossEntropy() -> Family {
    Family("cross_entropy_weighted", in: .classes) { meter, shape in
      let loss = CrossEntropyLoss(ignoreIndex: -100)
      var inputs = Inputs()
      let input = inputs.normal(shape)
      let target = inputs.labels(shape).map { label in
        Int.random(in: 0..<10, using: &inputs.generator) == 0 ? -100 : label
      }
      let weight = inputs.uniform([shape[1]], in: 0.5...1.5)
      meter.reads(input, target, weight)
      try meter.measure { try loss(input, target: target, weight: weight) }
    }
  }

  private static func unreducedCrossEntropy() -> Family {
    Family("cross_entropy_unreduced", in: .classes) { meter, shape in
      let loss = CrossEntropyLoss(reduction: .none)
      var inputs = Inputs()
      let input = inputs.normal(shape)
      let target = inputs.labels(shape)
      let upstream = inputs.normal(shape.withoutClasses)
      meter.reads(input, target)
      try meter.measure(upstream: upstream) { try loss(input, target: target) }
    }
  }

  private static func crossEntropyProbabilities(_ shapes: [Shape], counted: [Shape]) -> Family {
    Family("cross_entropy_probabilities", shapes, counted: counted, in: .classes) { meter, shape in
      let loss = CrossEntropyLoss()
      var inputs = Inputs()
      let input = inputs.normal(shape)
      let target = try Softmax(axis: 1)(inputs.normal(shape)).value()
      meter.reads(input, target)
      try meter.measure { try loss(input, target: target) }
    }
  }

  private static func nll(_ shapes: [Shape], counted: [Shape]) -> Family {
    Family("nll", shapes, counted: counted, in: .classes) { meter, shape in
      let loss = NLLLoss()
      var inputs = Inputs()
      let input = inputs.normal(shape)
      let target = inputs.labels(shape)
      // Of the scores, only those of the labels, with the lines of the cache that they are in.
      meter.reads(target, Tensor<Float>(repeating: 0, shape: [target.count, min(shape[1], 16)]))
      try meter.measure { try loss(input, target: target) }
    }
  }

  private static func multiLabelSoftMargin(_ shapes: [Shape], counted: [Shape]) -> Family {
    Family("multilabel_soft_margin", shapes, counted: counted, in: .scores) { meter, shape in
      let loss = MultiLabelSoftMarginLoss()
      var inputs = Inputs()
      let input = inputs.normal(shape)
      let target = inputs.uniform(shape)
      meter.reads(input, target)
      try meter.measure { try loss(input, target: target) }
    }
  }

  private static func multiLabelMargin(_ shapes: [Shape]) -> Family {
    Family("multilabel_margin", shapes, in: .comparedScores) { meter, shape in
      let loss = MultiLabelMarginLoss()
      var inputs = Inputs()
      let input = inputs.normal(shape)
      let target = inputs.integers(shape, in: 0..<shape[1])
      meter.reads(input, target)
      try meter.measure { try loss(input, target: target) }
    }
  }
}

extension Inputs {
  /// Returns a label for each sample of scores of a shape.
  mutating func labels(_ shape: Shape) -> Tensor<Int> {
    integers(shape.withoutClasses, in: 0..<shape[1])
  }
}

extension Shape {
  /// The shape of the labels of scores of this shape.
  var withoutClasses: Shape { Shape([self[0]] + dropFirst(2)) }
}
