import Losses

// Every vector is compared with every other: N of them, or N pairs, of D features. The gradient is with respect to all.

extension Family {
  static var contrastive: [Family] {
    let shapes: [Shape] = [[512, 128]]
    return [
      pairs("info_nce", shapes, InfoNCELoss()) { meter, loss, input1, input2 in
        try meter.measure { try loss(input1, positive: input2) }
      },
      // The memory of the loss in PyTorch grows with the cube of the number of pairs.
      pairs("nt_xent", shapes, in: .comparedVectors(atMost: 512), NTXentLoss()) {
        meter, loss, input1, input2 in
        try meter.measure { try loss(input1, input2: input2) }
      },
      Family("sup_con", shapes, in: .comparedVectors()) { meter, shape in
        let loss = SupConLoss()
        var inputs = Inputs()
        let input = inputs.normal(shape)
        let target = inputs.integers([shape[0]], in: 0..<10)
        meter.reads(input, target)
        try meter.measure { try loss(input, target: target) }
      },
    ]
  }

  private static func pairs<Loss>(
    _ name: String, _ shapes: [Shape], in domain: ShapeDomain = .comparedVectors(), _ loss: Loss,
    _ measure:
      @escaping (inout Meter, Loss, _ input1: Tensor<Float>, _ input2: Tensor<Float>) throws -> Void
  ) -> Family {
    Family(name, shapes, in: domain) { meter, shape in
      var inputs = Inputs()
      let input1 = inputs.normal(shape)
      let input2 = inputs.normal(shape)
      meter.reads(input1, input2)
      try measure(&meter, loss, input1, input2)
    }
  }
}
