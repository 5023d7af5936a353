import Charts
import Foundation
import Losses

extension Picture {
  static func classification() throws -> [Picture] {
    [
      try probability(), try logit(), try focal(), try classes(), try classProbability(), try margins(),
      try hinge(), try angularMargins(),
    ]
  }

  private static func probability() throws -> Picture {
    Picture(
      name: "bce", title: "BCELoss",
      subtitle: "A prediction that is certain and wrong costs 100, far above this picture.",
      variable: "predicted probability", range: 0...1, values: 0...5, derivatives: -10...10,
      curves: try [1, 0.75, 0.5, 0].map { target in
        let loss = BCELoss(reduction: .none)
        return try Curve("target \(label(target))", loss, target: target, over: points(1e-9...1 - 1e-9))
      })
  }

  private static func logit() throws -> Picture {
    let logits = points(-6...6)
    let bce = BCEWithLogitsLoss(reduction: .none)
    let positive = Tensor<Double>(1).broadcast(to: logits.shape)
    return Picture(
      name: "bce-with-logits", title: "BCEWithLogitsLoss and SoftMarginLoss",
      subtitle:
        "The derivative is σ(x) − target, times the weight. SoftMarginLoss has the targets 1 and −1.",
      variable: "score", values: 0...6, derivatives: -2...1,
      curves: [
        try Curve("target 1", SoftMarginLoss(reduction: .none), target: 1, over: logits),
        try Curve("target 0 (or −1)", SoftMarginLoss(reduction: .none), target: -1, over: logits),
        try Curve("target 0.75", bce, target: 0.75, over: logits),
        try Curve("target 1, positiveWeight 2", over: logits) {
          try bce($0, target: positive, positiveWeight: 2)
        },
      ])
  }

  private static func focal() throws -> Picture {
    let logits = points(-6...6)
    return Picture(
      name: "focal", title: "SigmoidFocalLoss and AsymmetricLoss",
      subtitle: "Without alpha. The larger gamma, the less counts an answer that is right and certain.",
      variable: "score", values: 0...6, derivatives: -1.2...1.2,
      curves: try [0, 1, 2].map { gamma in
        let loss = SigmoidFocalLoss(alpha: nil, gamma: gamma, reduction: .none)
        return try Curve("target 1, gamma \(label(gamma))", loss, target: 1, over: logits)
      } + [
        try Curve("AsymmetricLoss, target 0", AsymmetricLoss(reduction: .none), target: 0, over: logits)
      ])
  }

  /// Ten classes; all but the correct one have score 0.
  private static func classes() throws -> Picture {
    let classes = 10
    return Picture(
      name: "cross-entropy", title: "CrossEntropyLoss",
      subtitle:
        "Ten classes, labelSmoothing from 0 to 0.4. With smoothing, too large a margin costs again.",
      variable: "correct score − other scores", values: 0...6, derivatives: -1...0.5,
      curves: try [0, 0.1, 0.2, 0.4].map { smoothing in
        let loss = CrossEntropyLoss(labelSmoothing: smoothing, reduction: .none)
        return try Curve("smoothing \(label(smoothing))", over: points(-4...8)) { margins in
          let scores = Tensor(shape: [margins.count, classes]) { $0[1] == 0 ? margins[$0[0]] : 0 }
          let labels = Tensor(repeating: 0, shape: [margins.count])
          let (value, gradient) = try loss(scores, target: labels).valueWithGradient()
          return (value, gradient[.all, 0..<1])
        }
      })
  }

  /// Two scores, the second of which is 0.
  private static func classProbability() throws -> Picture {
    func curve<Loss: Evaluation>(
      _ name: String, _ loss: (_ scores: Tensor<Double>, _ labels: Tensor<Int>) throws -> Loss
    ) throws -> Curve where Loss.Scalar == Double, Loss.Gradient == Tensor<Double> {
      try Curve(name, over: points(-6...6)) { margins in
        let scores = Tensor(shape: [margins.count, 2]) { $0[1] == 0 ? margins[$0[0]] : 0 }
        let (value, gradient) = try loss(scores, Tensor(repeating: 0, shape: [margins.count]))
          .valueWithGradient()
        return (value, gradient[.all, 0..<1])
      }
    }
    return Picture(
      name: "class-probability", title: "Losses of the probability of the right class",
      subtitle:
        "Two classes. GeneralizedCrossEntropyLoss is bounded: a label that seems impossible may be wrong.",
      variable: "correct score − other score", values: 0...6, derivatives: -1.6...0.4,
      curves: [
        try curve("CrossEntropyLoss") { try CrossEntropyLoss(reduction: .none)($0, target: $1) },
        try curve("FocalLoss") { try FocalLoss(reduction: .none)($0, target: $1) },
        try curve("GeneralizedCrossEntropyLoss") {
          try GeneralizedCrossEntropyLoss(reduction: .none)($0, target: $1)
        },
        try curve("Poly1CrossEntropyLoss") { try Poly1CrossEntropyLoss(reduction: .none)($0, target: $1) },
      ])
  }

  /// Two scores, the second of which is 0.
  private static func margins() throws -> Picture {
    let margins = points(-3...3)
    let (zeros, ones) = (Tensor<Double>.zeros(margins.shape), Tensor<Double>.ones(margins.shape))
    func ranking(margin: Double) throws -> Curve {
      try Curve("MarginRankingLoss, margin \(label(margin))", over: margins) { scores in
        let loss = MarginRankingLoss(margin: margin, reduction: .none)
        let (value, gradient) = try loss(scores, input2: zeros, target: ones).valueWithGradient()
        return (value, gradient.input1)
      }
    }
    func classes(p: Int) throws -> Curve {
      try Curve("MultiMarginLoss, p \(p)", over: margins) { margins in
        let scores = Tensor(shape: [margins.count, 2]) { $0[1] == 0 ? margins[$0[0]] : 0 }
        let labels = Tensor(repeating: 0, shape: [margins.count])
        let loss = MultiMarginLoss(p: p, reduction: .none)
        let (value, gradient) = try loss(scores, target: labels).valueWithGradient()
        return (value, gradient[.all, 0..<1])
      }
    }
    return Picture(
      name: "margins", title: "Margin losses",
      subtitle:
        "Two scores. MultiMarginLoss has margin 1 and averages over both; SoftMarginLoss never reaches 0.",
      variable: "correct score − other score", values: 0...4, derivatives: -3...0,
      curves: [
        try ranking(margin: 0), try ranking(margin: 1), try classes(p: 1), try classes(p: 2),
        try Curve("SoftMarginLoss", SoftMarginLoss(reduction: .none), target: 1, over: margins),
      ])
  }

  private static func hinge() throws -> Picture {
    let scores = points(-3...3)
    return Picture(
      name: "hinge", title: "HingeLoss and SquaredHingeLoss",
      subtitle: "The target is 1. Both are 0 from a score of 1 on; SoftMarginLoss never is.",
      variable: "score", values: 0...5, derivatives: -4...0,
      curves: [
        try Curve("HingeLoss", HingeLoss(reduction: .none), target: 1, over: scores),
        try Curve("SquaredHingeLoss", SquaredHingeLoss(reduction: .none), target: 1, over: scores),
        try Curve("SoftMarginLoss", SoftMarginLoss(reduction: .none), target: 1, over: scores),
      ])
  }

  /// The embedding (cos θ, sin θ, 0), the vector (1, 0, 0) of its class, and that of another class, (0, 0, 1).
  private static func angularMargins() throws -> Picture {
    let angles = points(0...Double.pi)
    let embeddings = Tensor(shape: [angles.count, 3]) { index in
      index[1] == 0 ? cos(angles[index[0]]) : index[1] == 1 ? sin(angles[index[0]]) : 0
    }
    let labels = Tensor(repeating: 0, shape: [angles.count])
    func curve<Loss: Evaluation>(
      _ name: String, _ loss: (_ classes: Tensor<Double>) throws -> Loss
    ) throws -> Curve where Loss.Scalar == Double, Loss.Gradient == EmbeddingGradient<Double> {
      Curve(name, over: angles, try loss([[1, 0, 0], [0, 0, 1]])) { gradient in
        Tensor(
          angles.scalars.enumerated().map { row, angle in
            gradient.input[row, 1] * cos(angle) - gradient.input[row, 0] * sin(angle)
          })
      }
    }
    return Picture(
      name: "angular-margins", title: "ArcFaceLoss and CosFaceLoss",
      subtitle:
        "Two classes, scale 8. The other class is at a right angle. With a margin, even a small angle costs.",
      variable: "angle to the correct class, in radians", values: 0...12, derivatives: 0...8,
      curves: [
        try curve("no margin") {
          try ArcFaceLoss(margin: 0, scale: 8, reduction: .none)(embeddings, classWeights: $0, target: labels)
        },
        try curve("ArcFaceLoss, margin 0.5") {
          try ArcFaceLoss(scale: 8, reduction: .none)(embeddings, classWeights: $0, target: labels)
        },
        try curve("CosFaceLoss, margin 0.35") {
          try CosFaceLoss(scale: 8, reduction: .none)(embeddings, classWeights: $0, target: labels)
        },
      ])
  }
}
