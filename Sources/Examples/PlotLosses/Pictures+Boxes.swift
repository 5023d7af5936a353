import Charts
import Losses

extension Picture {
  /// A box of 1×2 whose centre is x to the right of that of a box of 2×1.
  static func boxes() throws -> [Picture] {
    let distances = points(-4...4)
    let target = Tensor<Double>([-1, -0.5, 1, 0.5]).broadcast(to: [distances.count, 4])
    let input = Tensor<Double>(shape: target.shape) { index in
      [distances[index[0]] - 0.5, -1, distances[index[0]] + 0.5, 1][index[1]]
    }
    func curve<Loss: Evaluation>(_ name: String, _ loss: Loss) -> Curve
    where Loss.Scalar == Double, Loss.Gradient == Tensor<Double> {
      Curve(name, over: distances) { distances in
        let (values, gradient) = loss.valueWithGradient()
        return (values, Tensor((0..<distances.count).map { gradient[$0, 0] + gradient[$0, 2] }))
      }
    }
    return [
      Picture(
        name: "boxes", title: "Losses of boxes",
        subtitle:
          "A box of 1 × 2 and one of 2 × 1: where they do not touch, the losses still pull them together.",
        variable: "distance of the centres, horizontally", values: 0...2, derivatives: -1...1,
        curves: [
          curve("GeneralizedIoULoss", try GeneralizedIoULoss(reduction: .none)(input, target: target)),
          curve("DistanceIoULoss", try DistanceIoULoss(reduction: .none)(input, target: target)),
          curve("CompleteIoULoss", try CompleteIoULoss(reduction: .none)(input, target: target)),
        ])
    ]
  }
}
