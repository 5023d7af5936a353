import Charts
import Losses

extension Picture {
  static func contrastive() throws -> [Picture] { [try temperatures(), try pairs()] }

  /// A vector of length 1 at the cosine c from (1, 0, 0), and its derivative with respect to c.
  private static func direction(_ c: Double) -> (vector: [Double], derivative: [Double]) {
    let sine = (1 - c * c).squareRoot()
    return ([c, sine, 0], [1, -c / sine, 0])
  }

  /// A query, its positive, and seven negatives at right angles to both.
  private static func temperatures() throws -> Picture {
    Picture(
      name: "info-nce", title: "InfoNCELoss",
      subtitle: "Seven negatives of similarity 0. The lower the temperature, the sharper the comparison.",
      variable: "similarity of the positive", range: -1...1, values: 0...8, derivatives: -10...0,
      curves: try [0.1, 0.2, 0.5, 1].map { temperature in
        try Curve(
          "temperature \(label(temperature))", over: points(-0.999...0.999),
          each: { similarity in
            let (positive, derivative) = direction(similarity)
            let negatives = Tensor<Double>([0, 0, 1]).broadcast(to: [7, 3])
            let (value, gradient) = try InfoNCELoss(temperature: temperature)(
              [[1, 0, 0]], positive: Tensor(positive, shape: [1, 3]), negatives: negatives
            ).valueWithGradient()
            return (value.item, slope(gradient.positive[0, .all], derivative))
          })
      })
  }

  /// Two pairs of equal vectors, the second at the cosine x from the first.
  private static func pairs() throws -> Picture {
    func curve(
      _ name: String,
      _ loss: (_ pairs: Tensor<Double>) throws -> (value: Tensor<Double>, gradients: [Tensor<Double>])
    ) throws -> Curve {
      try Curve(
        name, over: points(-0.999...0.999),
        each: { similarity in
          let (vector, derivative) = direction(similarity)
          let (value, gradients) = try loss(Tensor([1, 0, 0] + vector, shape: [2, 3]))
          return (value.item, gradients.map { slope($0[1, .all], derivative) }.reduce(0, +))
        })
    }
    return Picture(
      name: "contrastive", title: "Contrastive losses",
      subtitle:
        "Two pairs of equal vectors. Temperature 0.5; SigLIPLoss has scale 10 and bias −10.",
      variable: "similarity between the pairs", range: -1...1, values: 0...2, derivatives: 0...6,
      curves: [
        try curve("InfoNCELoss") { pairs in
          let loss = try InfoNCELoss(temperature: 0.5)(pairs, positive: pairs)
          let (value, gradient) = loss.valueWithGradient()
          return (value, [gradient.query, gradient.positive])
        },
        try curve("NTXentLoss") { pairs in
          let (value, gradient) = try NTXentLoss(temperature: 0.5)(pairs, input2: pairs).valueWithGradient()
          return (value, [gradient.input1, gradient.input2])
        },
        try curve("SupConLoss") { pairs in
          let both = Tensor(pairs.scalars + pairs.scalars, shape: [4, 3])
          let loss = try SupConLoss(temperature: 0.5)(both, target: [0, 1, 0, 1] as Tensor<Int>)
          let (value, gradient) = loss.valueWithGradient()
          return (value, [gradient[0..<2], gradient[2..<4]])
        },
        try curve("SigLIPLoss") { pairs in
          let loss = try SigLIPLoss()(pairs, input2: pairs, scale: Tensor(10), bias: Tensor(-10))
          let (value, gradient) = loss.valueWithGradient()
          return (value, [gradient.input1, gradient.input2])
        },
      ])
  }
}

/// The derivative along a direction, given the gradient.
private func slope(_ gradient: Tensor<Double>, _ direction: [Double]) -> Double {
  zip(gradient.scalars, direction).reduce(0) { $0 + $1.0 * $1.1 }
}
