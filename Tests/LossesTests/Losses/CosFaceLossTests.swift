import Losses
import Testing

/// What is particular to `CosFaceLoss`.
struct CosFaceLossTests {
  // Cosines 1 and 0, whatever the lengths.
  private let input: Tensor<Double> = [[3, 0]]
  private let classes: Tensor<Double> = [[0.5, 0], [0, 2]]

  /// log(1 + e^(−s·(1 − m))), by mpmath with 40 digits.
  @Test(
    arguments: [
      (0.35, 0.071644691967669814406), (0, 0.018149927917809740355), (-0.25, 0.0067153484891180686164),
    ] as [(Double, Double)])
  func marginIsTakenFromTheCosineOfTheLabel(_ margin: Double, _ expected: Double) throws {
    let loss = try CosFaceLoss(margin: margin, scale: 4)(
      input, classWeights: classes, target: [0] as Tensor<Int>)
    expectClose(loss.value(), Tensor(expected), ulps: 8)
  }

  /// Also where the vectors are parallel, which is where ``ArcFaceLoss`` has a kink: ∂/∂x is −s·(1 − p)·∂cos θ, and across
  /// the direction of x alone.
  @Test func gradientOfParallelVectors() throws {
    let loss = try CosFaceLoss(scale: 4)(input, classWeights: classes, target: [0] as Tensor<Int>)
    // 4·(1 − p)/3 with 1 − p = 1/(1 + e^2.6), the slope of the other class's cosine.
    expectClose(loss.backward().input, [[0, 0.092184560457795757137]], ulps: 16)
  }

  @Test func noEmbeddings() throws {
    let loss = try CosFaceLoss()(
      Tensor<Float>.zeros([0, 2]), classWeights: .ones([3, 2]), target: Tensor<Int>.zeros([0]))
    #expect(loss.value() == 0)
    #expect(loss.backward().classWeights == .zeros([3, 2]))
  }
}
