import Losses

// Every vector is compared with every other: N of them, or N pairs, of D features. The gradient is with respect to all.

extension Row {
  static var contrastive: [Row] {
    let shape: Shape = [512, 128]
    return [
      pairs("info_nce", shape, InfoNCELoss()) { meter, loss, input1, input2 in
        try meter.measure { try loss(input1, positive: input2) }
      },
      pairs("nt_xent", shape, NTXentLoss()) { meter, loss, input1, input2 in
        try meter.measure { try loss(input1, input2: input2) }
      },
      Row("sup_con", shape) { meter in
        let loss = SupConLoss()
        var inputs = Inputs()
        let input = inputs.normal(shape)
        let target = inputs.integers([shape[0]], in: 0..<10)
        try meter.measure { try loss(input, target: target) }
      },
    ]
  }

  private static func pairs<Loss>(
    _ name: String, _ shape: Shape, _ loss: Loss,
    _ measure:
      @escaping (inout Meter, Loss, _ input1: Tensor<Float>, _ input2: Tensor<Float>) throws -> Void
  ) -> Row {
    Row(name, shape) { meter in
      var inputs = Inputs()
      let input1 = inputs.normal(shape)
      let input2 = inputs.normal(shape)
      try measure(&meter, loss, input1, input2)
    }
  }
}
