import Losses
import Testing

/// What is particular to `DistanceIoULoss`.
struct DistanceIoULossTests {
  /// Only the distance of the centres tells where in a box another one lies.
  @Test func centresAttractEachOther() throws {
    let (outer, inner): (Tensor<Double>, Tensor<Double>) = ([0, 0, 4, 4], [0.5, 1, 1.5, 2])
    let gradient = try DistanceIoULoss()(inner, target: outer).backward()
    let ofGeneralized = try GeneralizedIoULoss()(inner, target: outer).backward()
    // Both corners move to the right, where overlap and enclosing box alone would only widen the box.
    #expect(gradient[0] + gradient[2] < 0)
    #expect(abs(ofGeneralized[0] + ofGeneralized[2]) < 1e-15)
  }

  @Test func equalPointsHaveNoGradient() throws {
    let point: Tensor<Float> = [2, 3, 2, 3]
    let (value, gradient) = try DistanceIoULoss()(point, target: point).valueWithGradient()
    #expect(value.item == 1)
    #expect(gradient == [0, 0, 0, 0])
  }
}
