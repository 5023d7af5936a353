import Losses

// Regions of N images with C classes, and boxes.

extension Family {
  static var images: [Family] {
    let shapes: [Shape] = [[4, 21, 256, 256]]
    return [
      region("dice", shapes, DiceLoss()) { meter, loss, input, target in
        try meter.measure { try loss(input, target: target) }
      },
      region("jaccard", shapes, JaccardLoss()) { meter, loss, input, target in
        try meter.measure { try loss(input, target: target) }
      },
      region("lovasz_softmax", shapes, LovaszSoftmaxLoss()) { meter, loss, input, target in
        try meter.measure { try loss(input, target: target) }
      },
      boxes("giou", [131_072], GeneralizedIoULoss()) { meter, loss, input, target in
        try meter.measure { try loss(input, target: target) }
      },
      boxes("ciou", [131_072], CompleteIoULoss()) { meter, loss, input, target in
        try meter.measure { try loss(input, target: target) }
      },
    ]
  }

  private static func region<Loss>(
    _ name: String, _ shapes: [Shape], _ loss: Loss,
    _ measure: @escaping (inout Meter, Loss, _ input: Tensor<Float>, _ target: Tensor<Int>) throws -> Void
  ) -> Family {
    Family(name, shapes, in: .images) { meter, shape in
      var inputs = Inputs()
      let input = inputs.normal(shape)
      let target = inputs.labels(shape)
      meter.reads(input, target)
      try measure(&meter, loss, input, target)
    }
  }

  private static func boxes<Loss>(
    _ name: String, _ counts: [Int], _ loss: Loss,
    _ measure: @escaping (inout Meter, Loss, _ input: Tensor<Float>, _ target: Tensor<Float>) throws -> Void
  ) -> Family {
    Family(name, counts.map { [$0] }, in: .boxes) { meter, shape in
      var inputs = Inputs()
      let input = inputs.boxes(shape[0])
      let target = inputs.boxes(shape[0])
      meter.reads(input, target)
      try measure(&meter, loss, input, target)
    }
  }
}

extension Inputs {
  /// Returns boxes in the unit square, each with sides of 0.1 to 0.5.
  fileprivate mutating func boxes(_ count: Int) -> Tensor<Float> {
    let corners = uniform([count, 2], in: 0...0.5).scalars
    let sides = uniform([count, 2], in: 0.1...0.5).scalars
    let coordinates = (0..<count).flatMap { box in
      let (x, y) = (corners[2 * box], corners[2 * box + 1])
      return [x, y, x + sides[2 * box], y + sides[2 * box + 1]]
    }
    return Tensor(coordinates, shape: [count, 4])
  }
}
