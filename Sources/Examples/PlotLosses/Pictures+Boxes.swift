import Charts
import Losses

extension Picture {
  /// A box of 1 × 2 whose centre is at a distance x to the right of that of its target, a box of 2 × 1.
  static func boxes() throws -> [Picture] {
    let distances = points(-4...4)
    let target = Tensor<Double>([-1, -0.5, 1, 0.5]).broadcast(to: [distances.count, 4])
    let input = Tensor<Double>(shape: target.shape) { index in
      [distances[index[0]] - 0.5, -1, distances[index[0]] + 0.5, 1][index[1]]
    }
    // Both vertical sides of the box move.
    func curve<Loss: Evaluation>(_ name: String, _ loss: Loss) -> Curve
    where Loss.Scalar == Double, Loss.Gradient == Tensor<Double> {
      Curve(name, over: distances, loss) { gradient in
        Tensor((0..<distances.count).map { gradient[$0, 0] + gradient[$0, 2] })
      }
    }
    return [
      Picture(
        name: "boxes", title: "Box losses",
        subtitle:
          "A box of 1 × 2 and its target of 2 × 1, at the same height. The losses pull them together from afar.",
        variable: "horizontal distance of the centres", values: 0...2, derivatives: -1...1,
        curves: [
          curve("GeneralizedIoULoss", try GeneralizedIoULoss(reduction: .none)(input, target: target)),
          curve("DistanceIoULoss", try DistanceIoULoss(reduction: .none)(input, target: target)),
          curve("CompleteIoULoss", try CompleteIoULoss(reduction: .none)(input, target: target)),
        ])
    ]
  }
}
