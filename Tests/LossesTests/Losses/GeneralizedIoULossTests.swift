import LossRegistry
import Losses
import Testing

/// What is particular to `GeneralizedIoULoss`, and to the geometry that all losses of boxes share.
struct GeneralizedIoULossTests {
  /// torchvision's gradient is ±5e6 here.
  @Test(arguments: [[1, 1, 1, 1], [1, 1, 3, 1], [1, 1, 1, 3]] as [Tensor<Double>])
  func twoEmptyBoxesInOnePlaceHaveNoGradient(_ box: Tensor<Double>) throws {
    let (value, gradient) = try GeneralizedIoULoss()(box, target: box).valueWithGradient()
    #expect(value.item == 1)
    #expect(gradient == [0, 0, 0, 0])
  }

  /// Without eps, nothing is divided by 0.
  @Test func emptyBoxesWithoutEps() throws {
    let loss = GeneralizedIoULoss(eps: 0, reduction: .none)
    let evaluation = try loss(
      [[1, 1, 1, 1], [0, 0, 1, 1]] as Tensor<Double>, target: [[1, 1, 1, 1], [2, 2, 2, 2]])
    #expect(evaluation.value() == [1, 1.75])
    let gradients = evaluation.gradients()
    let slopes = gradients.input.scalars + gradients.target.scalars
    #expect(slopes.allSatisfy { $0.isFinite })
  }

  /// The union U of these boxes is lost beside the area C of the smallest box around both. A line moves only C, by its
  /// height: the derivative is −(U + eps)·height / (C + eps)², by mpmath with 60 digits.
  @Test func boxesFarApart() throws {
    let gradients = try GeneralizedIoULoss()(
      [0, 0, 1, 0] as Tensor<Double>, target: Tensor([5, 1e12, 6, 1e12 + 1])
    ).gradients()
    expectClose(Tensor(gradients.input[0]), Tensor(-2.77777805555277778e-14), ulps: 4)
    // −1 / (2⁴⁹ + 1)³
    let farther = try GeneralizedIoULoss(eps: 0)(
      [0, 0, 1, 0] as Tensor<Double>, target: Tensor([0x1p49, 0x1p49, 0x1p49 + 1, 0x1p49 + 1])
    ).gradients()
    expectClose(Tensor(farther.input[0]), Tensor(-0x1p-147 * (1 - 3 * 0x1p-49)), ulps: 8)
  }

  /// Areas of such boxes have no number.
  @Test func sidesWhoseSquaresOverflow() throws {
    let boxes: Tensor<Double> = [[-1e308, 0, 1e308, 1e300]]
    let others: Tensor<Double> = [[0, 0, 1e308, 1e300]]
    let (value, gradient) = try GeneralizedIoULoss()(boxes, target: others).valueWithGradient()
    #expect(value.item == 0.5)
    expectClose(gradient * 1e308, [[-0.25, 1.25e7, -0.125, -1.25e7]] as Tensor<Double>, ulps: 16)
  }

  /// A common side is moved by half of each derivative: equal boxes shrink as fast as they grow.
  @Test func equalBoxesPullEvenly() throws {
    let box: Tensor<Double> = [0, 0, 2, 4]
    let gradients = try GeneralizedIoULoss(eps: 0)(box, target: box).gradients()
    #expect(gradients.input == [0, 0, 0, 0])
    #expect(gradients.target == [0, 0, 0, 0])
  }

  /// The more two boxes without a common point are apart, the more they cost.
  @Test func distantBoxesAttractEachOther() throws {
    let gradient = try GeneralizedIoULoss()([0, 0, 1, 1] as Tensor<Double>, target: [3, 0, 4, 1]).backward()
    #expect(gradient[0].magnitude < gradient[2].magnitude)
    #expect(gradient[2] < 0)
  }
}
