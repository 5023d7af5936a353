import Charts
import Losses

extension Picture {
  static func embedding() throws -> [Picture] { [try hinge(), try cosine(), try triplet()] }

  private static func hinge() throws -> Picture {
    let distances = points(0...3)
    let (narrow, wide) = (
      HingeEmbeddingLoss(margin: 1, reduction: .none), HingeEmbeddingLoss(margin: 2, reduction: .none)
    )
    return Picture(
      name: "hinge-embedding", title: "HingeEmbeddingLoss",
      subtitle: "Similar pairs are pulled together, others pushed apart up to the margin.",
      variable: "distance", values: 0...3, derivatives: -1.2...1.2,
      curves: [
        try Curve("target 1", narrow, target: 1, over: distances),
        try Curve("target −1, margin 1", narrow, target: -1, over: distances),
        try Curve("target −1, margin 2", wide, target: -1, over: distances),
      ])
  }

  /// The vectors are a = (1, 0) and b = (c, √(1 − c²)), so c is the cosine. With b₂ fixed, ∂c/∂b₁ = 1 − c².
  private static func cosine() throws -> Picture {
    let cosines = points(-0.999...0.999)
    func curve(_ name: String, target: Double, margin: Double) throws -> Curve {
      try Curve(name, over: cosines) { cosines in
        let a = Tensor(shape: [cosines.count, 2]) { $0[1] == 0 ? 1.0 : 0 }
        let b = Tensor(shape: a.shape) { index in
          let c = cosines[index[0]]
          return index[1] == 0 ? c : (1 - c * c).squareRoot()
        }
        let targets = Tensor(target).broadcast(to: cosines.shape)
        let loss = CosineEmbeddingLoss(margin: margin, reduction: .none)
        let (value, gradient) = try loss(a, input2: b, target: targets).valueWithGradient()
        let slopes = cosines.scalars.enumerated().map { gradient.input2[$0, 0] / (1 - $1 * $1) }
        return (value, Tensor(slopes))
      }
    }
    return Picture(
      name: "cosine-embedding", title: "CosineEmbeddingLoss",
      subtitle: "Similar pairs should have cosine 1, others at most the margin.",
      variable: "cosine", range: -1...1, values: 0...2, derivatives: -1.2...1.2,
      curves: [
        try curve("target 1", target: 1, margin: 0),
        try curve("target −1, margin 0", target: -1, margin: 0),
        try curve("target −1, margin 0.5", target: -1, margin: 0.5),
      ])
  }

  /// Points on a line. The anchor is at 0, the negative at 4, and the positive at 4 plus the difference of distances.
  private static func triplet() throws -> Picture {
    let differences = points(-3...3)
    let distance = 4.0
    return Picture(
      name: "triplet-margin", title: "TripletMarginLoss",
      subtitle: "The negative n should be farther from the anchor a than the positive p, by the margin.",
      variable: "d(a, p) − d(a, n)", values: 0...5, derivatives: 0...1.2,
      curves: try [0.5, 1, 2].map { margin in
        try Curve("margin \(label(margin))", over: differences) { differences in
          let anchor = Tensor<Double>.zeros([differences.count, 1])
          let positive = Tensor(shape: anchor.shape) { differences[$0[0]] + distance }
          let negative = Tensor(distance).broadcast(to: anchor.shape)
          let loss = TripletMarginLoss(margin: margin, eps: 0, reduction: .none)
          let (value, gradient) = try loss(anchor, positive: positive, negative: negative).valueWithGradient()
          return (value, gradient.positive)
        }
      })
  }
}
