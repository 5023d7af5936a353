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

  /// The vectors of the classes have no part in a loss of nothing, whatever they hold.
  @Test func classesOfNoSample() throws {
    let input = Tensor<Double>.random(in: -1..<1, [2, 2], seed: 3)
    let weights: Tensor<Double> = [[.nan, 1], [1, .infinity]]
    let (labels, mask): (Tensor<Int>, Tensor<Bool>) = ([0, 1], [false, false])
    let arc = try ArcFaceLoss()(input, classWeights: weights, target: labels, mask: mask).valueWithGradient()
    #expect(arc.value == 0)
    #expect(arc.gradient == EmbeddingGradient(input: .zeros([2, 2]), classWeights: .zeros([2, 2])))
    let cos = try CosFaceLoss()(input, classWeights: weights, target: labels, mask: mask).valueWithGradient()
    #expect(cos.value == 0)
    #expect(cos.gradient == EmbeddingGradient(input: .zeros([2, 2]), classWeights: .zeros([2, 2])))
  }

  /// Angles that the cosine tells nothing of. The expected values are the formula's, computed by mpmath with 80 digits.
  @Test(
    arguments: [
      (1e-5, 0.0088601130254745993, 0.10142414898229013, -0.033832635896362415),
      (1e-7, 0.0088591089850829676, 0.10141229400313467, -0.033828205865305011),
      (1e-9, 0.0088590989452717292, 0.10141217546035888, -0.033828161567910063),
      (1e-12, 0.0088590988439609665, 0.10141217426415522, -0.033828161120909372),
    ] as [(Double, Double, Double, Double)])
  func smallAngles(_ angle: Double, value: Double, inputSlope: Double, classSlope: Double) throws {
    let loss = try ArcFaceLoss(scale: 8)(
      Tensor([1, angle], shape: [1, 2]), classWeights: [[1, 0], [0.3, 1]], target: [0] as Tensor<Int>)
    expectClose(loss.value(), Tensor(value), ulps: 16)
    let gradient = loss.backward()
    // The angle itself has an error of an ulp of 1.
    #expect(abs(gradient.input[0, 1] / inputSlope - 1) < 1e-15 / angle + 1e-11)
    #expect(abs(gradient.classWeights[0, 1] / classSlope - 1) < 1e-15 / angle + 1e-11)
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
