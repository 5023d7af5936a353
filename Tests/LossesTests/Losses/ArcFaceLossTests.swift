import LossRegistry
import Losses
import Testing

struct ArcFaceLossTests {
  @Test func withoutMarginIsCosFaceWithoutMargin() throws {
    let input = Tensor<Double>.random(in: -1..<1, [5, 3], seed: 1)
    let weights = Tensor<Double>.random(in: -1..<1, [4, 3], seed: 2)
    let labels: Tensor<Int> = [0, 3, 1, 1, 2]
    let arc = try ArcFaceLoss(margin: 0, scale: 5)(input, classWeights: weights, target: labels)
    let cos = try CosFaceLoss(margin: 0, scale: 5)(input, classWeights: weights, target: labels)
    #expect(arc.value() == cos.value())
    #expect(arc.backward() == cos.backward())
  }

  /// Where the angle has a kink, and where it is π.
  @Test(arguments: [1.0, -1.0])
  func parallelVectorsHaveFiniteGradients(sign: Double) throws {
    let input = Tensor<Double>([sign * 3, 0], shape: [1, 2])
    let loss = try ArcFaceLoss(scale: 2)(input, classWeights: [[2, 0], [1, 1]], target: [0] as Tensor<Int>)
    #expect(loss.value().item.isFinite)
    let gradient = loss.backward()
    let areFinite = (gradient.input.scalars + gradient.classWeights.scalars).allSatisfy(\.isFinite)
    #expect(areFinite)
  }
}
