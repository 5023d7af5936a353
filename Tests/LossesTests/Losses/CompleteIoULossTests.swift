import Foundation
import LossRegistry
import Losses
import Testing

/// What is particular to `CompleteIoULoss`.
struct CompleteIoULossTests {
  /// torchvision gives NaN for all of these.
  @Test(
    arguments: [
      [[1, 1, 1, 1], [1, 1, 1, 1]], [[1, 1, 1, 1], [0, 0, 2, 3]], [[0, 0, 2, 3], [1, 1, 1, 1]],
    ] as [Tensor<Double>])
  func pointsHaveNoShape(_ boxes: Tensor<Double>) throws {
    let (input, target) = (boxes[0, .all], boxes[1, .all])
    let complete = try CompleteIoULoss()(input, target: target)
    let distance = try DistanceIoULoss()(input, target: target)
    #expect(complete.value() == distance.value())
    #expect(complete.gradients() == distance.gradients())
  }

  /// The angle between a line along x and the diagonal of a square is π/4, so v = 1/4.
  @Test func linesHaveAnAngle() throws {
    let (line, square): (Tensor<Double>, Tensor<Double>) = ([0, 0, 2, 0], [0, 0, 2, 2])
    let value = try CompleteIoULoss(eps: 0)(line, target: square).value().item
    let distance = try DistanceIoULoss(eps: 0)(line, target: square).value().item
    #expect(abs(value - distance - 0.25 * 0.25 / 1.25) < 1e-15)
  }

  /// α is a constant of the gradient, which is that of distance IoU and α times that of v.
  @Test func alphaIsTakenAsConstant() throws {
    let (input, target): (Tensor<Double>, Tensor<Double>) = ([0, 0, 2, 3], [1, 0, 4, 1])
    func v(_ box: Tensor<Double>) -> Double {
      let angle = atan(3 / 1.0) - atan((box[2] - box[0]) / (box[3] - box[1]))
      return 4 / (Double.pi * .pi) * angle * angle
    }
    let overlap = 1 / (6 + 3 - 1 + 1e-7)
    let alpha = v(input) / (1 - overlap + v(input) + 1e-7)
    let gradient = try CompleteIoULoss()(input, target: target).backward()
    let ofDistance = try DistanceIoULoss()(input, target: target).backward()
    for coordinate in 0..<4 {
      var (above, below) = (input, input)
      above[coordinate] += 1e-5
      below[coordinate] -= 1e-5
      let slope = alpha * (v(above) - v(below)) / 2e-5
      #expect(abs(gradient[coordinate] - ofDistance[coordinate] - slope) < 1e-9)
    }
  }

  @Test func anglesAreThoseOfTheCLibrary() {
    var generator = SplitMix64(seed: 7)
    for _ in 0..<20_000 {
      let y =
        Double.random(in: -2...2, using: &generator) * pow(10, Double.random(in: -9...9, using: &generator))
      let x = Double.random(in: 0...2, using: &generator)
      let expected = atan2(y, x)
      #expect(abs(CompleteIoULoss.angle(y, x) - expected) <= 2 * expected.ulp, "\(y), \(x)")
    }
    #expect(CompleteIoULoss.angle(0, 0) == 0)
    #expect(CompleteIoULoss.angle(-3, 0) == -.pi / 2)
  }
}
