import LossRegistry
import Losses
import Testing

/// However many classes and columns there are, and so however kernels are given them, columns have the results that they
/// have by themselves.
struct ColumnShapeTests {
  @Test(
    arguments: [
      [700, 3, 2], [40, 10, 255], [40, 10, 256], [2, 100, 3000], [9, 1000, 39], [9, 1000, 40],
      [1, 30_000, 37],
      [1, 30_000, 50], [1, 2, 70_000], [5, 63, 1], [5, 64, 1],
    ] as [Shape])
  func columnsAreIndependent(_ shape: Shape) throws {
    let scores = Tensor<Float>(Tensor<Double>.random(in: -4..<4, shape, seed: 31))
    let upstream = Tensor<Float>(Tensor<Double>.random(in: -1..<1, shape, seed: 32))
    let labels = Tensor<Int>.random(in: 0..<shape[1], [shape[0], shape[2]], seed: 33)
    func rows(_ tensor: Tensor<Float>) -> Tensor<Double> {
      Tensor<Double>(tensor.transposed(1, 2).contiguous().reshaped(to: [shape[0] * shape[2], shape[1]]))
    }

    let softmax = try Softmax(axis: 1)(scores).valueWithGradient(upstream: upstream)
    let softmaxOfRows = try Softmax(axis: 1)(rows(scores)).valueWithGradient(upstream: rows(upstream))
    expectClose(Tensor<Float>(rows(softmax.value)), softmaxOfRows.value, ulps: 8)
    expectClose(
      Tensor<Float>(rows(softmax.gradient)), softmaxOfRows.gradient, ulps: 8)

    let loss = CrossEntropyLoss(labelSmoothing: 0.1)
    let (value, gradient) = try loss(scores, target: labels).valueWithGradient()
    let ofRows = try loss(rows(scores), target: labels.reshaped(to: [labels.count])).valueWithGradient()
    expectClose(value, ofRows.value, ulps: 2)
    expectClose(Tensor<Float>(rows(gradient)), ofRows.gradient, ulps: 8)
  }
}
