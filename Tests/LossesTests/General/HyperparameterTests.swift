import LossRegistry
import Losses
import Testing

/// A hyperparameter that is NaN or out of its range is an error of every loss and measure that has it.
struct HyperparameterTests {
  /// A hyperparameter, a value that it cannot have, and a call with it.
  struct WrongValue: Sendable, CustomStringConvertible {
    let name: String
    let value: Double
    let call: @Sendable (Double) throws -> Void

    var description: String { "\(name) = \(value)" }
  }

  private static let x: Tensor<Float> = [[0.5, 0.25], [0.25, 0.5]]
  private static let labels: Tensor<Int> = [0, 1]
  private static let box: Tensor<Float> = [0, 0, 1, 1]

  private static func values(
    _ name: String, _ wrong: [Double], _ call: @escaping @Sendable (Double) throws -> Void
  ) -> [WrongValue] {
    wrong.map { WrongValue(name: name, value: $0, call: call) }
  }

  private static let negative = [.nan, -.infinity, -1, -Double.leastNonzeroMagnitude]

  static let all: [WrongValue] =
    values("delta", negative + [0]) { _ = try HuberLoss(delta: $0)(x, target: x) }
    + values("beta", negative) { _ = try SmoothL1Loss(beta: $0)(x, target: x) }
    + values("epsilon", negative + [0]) { _ = try CharbonnierLoss(epsilon: $0)(x, target: x) }
    + values("quantile", negative + [1.5]) { _ = try QuantileLoss(quantile: $0)(x, target: x) }
    + values("quantile", negative) { _ = try QuantileLoss(quantiles: [0.5, $0])(x, target: [1, 1]) }
    + values("alpha", negative + [1.5]) { _ = try SigmoidFocalLoss(alpha: $0)(x, target: x) }
    + values("gamma", negative + [.infinity, 1e39]) { _ = try SigmoidFocalLoss(gamma: $0)(x, target: x) }
    + values("negativeGamma", negative + [.infinity, 1e39]) {
      _ = try AsymmetricLoss(negativeGamma: $0)(x, target: x)
    }
    + values("positiveGamma", negative + [.infinity, 1e39]) {
      _ = try AsymmetricLoss(positiveGamma: $0)(x, target: x)
    }
    + values("clip", negative + [1.5]) { _ = try AsymmetricLoss(clip: $0)(x, target: x) }
    + values("power", negative + [1, 2, .infinity]) { _ = try TweedieNLLLoss(power: $0)(x, target: x) }
    + values("eps", negative + [.infinity, 1e39]) { _ = try PoissonNLLLoss(eps: $0)(x, target: x) }
    + values("eps", negative) { _ = try GaussianNLLLoss(eps: $0)(x, target: x, variance: x) }
    + values("eps", negative + [.infinity]) { _ = try GeneralizedIoULoss(eps: $0)(box, target: box) }
    + values("eps", negative + [.infinity]) { _ = try DistanceIoULoss(eps: $0)(box, target: box) }
    + values("eps", negative + [.infinity]) { _ = try CompleteIoULoss(eps: $0)(box, target: box) }
    + values("smoothing", negative + [.infinity]) { _ = try DiceLoss(smoothing: $0)(x, target: labels) }
    + values("smoothing", negative + [.infinity]) { _ = try JaccardLoss(smoothing: $0)(x, target: labels) }
    + values("smoothing", negative + [.infinity]) { _ = try TverskyLoss(smoothing: $0)(x, target: labels) }
    + values("smoothing", negative + [.infinity]) {
      _ = try GeneralizedDiceLoss(smoothing: $0)(x, target: labels)
    }
    + values("alpha", negative + [.infinity]) { _ = try TverskyLoss(alpha: $0)(x, target: labels) }
    + values("beta", negative + [.infinity]) { _ = try TverskyLoss(beta: $0)(x, target: labels) }
    + values("gamma", negative + [.infinity]) { _ = try TverskyLoss(gamma: $0)(x, target: labels) }
    + values("margin", [.nan]) { _ = try HingeEmbeddingLoss(margin: $0)(x, target: x) }
    + values("margin", [.nan]) { _ = try MarginRankingLoss(margin: $0)(x, input2: x, target: x) }
    + values("margin", [.nan]) { _ = try CosineEmbeddingLoss(margin: $0)(x, input2: x, target: [1, 1]) }
    + values("margin", [.nan]) { _ = try MultiMarginLoss(margin: $0)(x, target: labels) }
    + values("margin", negative + [0]) { _ = try TripletMarginLoss(margin: $0)(x, positive: x, negative: x) }
    + values("p", negative + [0]) { _ = try TripletMarginLoss(p: $0)(x, positive: x, negative: x) }
    + values("eps", [.nan]) { _ = try TripletMarginLoss(eps: $0)(x, positive: x, negative: x) }
    + values("eps", [.nan]) { _ = try PairwiseDistance(eps: $0)(x, x) }
    + values("eps", negative) { _ = try CosineSimilarity(eps: $0)(x, x) }
    + values("eps", negative) { _ = try CosineDistance(eps: $0)(x, x) }
    + values("labelSmoothing", negative + [1.5]) {
      _ = try CrossEntropyLoss(labelSmoothing: $0)(x, target: labels)
    }
    + values("zLoss", negative + [.infinity]) { _ = try CrossEntropyLoss(zLoss: $0)(x, target: labels) }
    + values("softCap", negative + [0]) { _ = try CrossEntropyLoss(softCap: $0)(x, target: x) }
    + values("zLoss", negative + [.infinity]) {
      _ = try LinearCrossEntropyLoss(zLoss: $0)(x, linearWeight: x, target: labels)
    }
    + values("softCap", negative + [0]) {
      _ = try LinearCrossEntropyLoss(softCap: $0)(x, linearWeight: x, target: labels)
    }
    + values("divValue", negative + [0]) {
      _ = try AdaptiveLogSoftmaxWithLoss(cutoffs: [1], divValue: $0)(
        x, weights: AdaptiveSoftmaxWeights(head: x, tails: [.init(projection: x, weight: x)]), target: labels)
    }
    + values("gamma", negative + [.infinity]) { _ = try FocalLoss(gamma: $0)(x, target: labels) }
    + values("labelSmoothing", negative + [1.5]) { _ = try FocalLoss(labelSmoothing: $0)(x, target: labels) }
    + values("q", negative + [1.5]) { _ = try GeneralizedCrossEntropyLoss(q: $0)(x, target: labels) }
    + values("scale", [.nan, .infinity, 0, 1e39]) { scale in
      _ = try CosFaceLoss(scale: scale)(
        Tensor<Float>([[1, 0]]), classWeights: [[1, 0]], target: [0] as Tensor<Int>)
    }
    + values("epsilon", [.nan, .infinity, -1e39]) {
      _ = try Poly1CrossEntropyLoss(epsilon: $0)(x, target: labels)
    }
    + values("temperature", negative + [0, 1e-39, 1e-50]) {
      _ = try InfoNCELoss(temperature: $0)(x, positive: x)
    }
    + values("temperature", negative + [0, 1e-39, 1e-50]) {
      _ = try NTXentLoss(temperature: $0)(x, input2: x)
    }
    + values("temperature", negative + [0, 1e-39, 1e-50]) {
      _ = try SupConLoss(temperature: $0)(x, target: labels)
    }
    + values("sumDivided(by:)", negative + [0]) {
      _ = try MSELoss(reduction: .sumDivided(by: $0))(x, target: x)
    }
    + values("sumDivided(by:)", [.nan, 0]) {
      _ = try CrossEntropyLoss(reduction: .sumDivided(by: $0))(x, target: labels)
    }
    + values("sumDivided(by:)", [.nan, 0]) {
      _ = try CosineEmbeddingLoss(reduction: .sumDivided(by: $0))(x, input2: x, target: [1, 1])
    }
    + values("sumDivided(by:)", [.nan, 0]) {
      _ = try CTCLoss(reduction: .sumDivided(by: $0))(
        x, targets: [1] as Tensor<Int>, inputLengths: Tensor<Int>(2), targetLengths: Tensor<Int>(1))
    }

  @Test(arguments: all)
  func wrongValuesThrow(_ wrong: WrongValue) {
    do {
      try wrong.call(wrong.value)
      Issue.record("nothing is thrown")
    } catch LossError.invalidHyperparameter(let name, let value, _) {
      #expect(name == wrong.name)
      #expect(value == wrong.value || value.isNaN && wrong.value.isNaN)
    } catch {
      Issue.record("\(error)")
    }
  }

  /// Values that `Double` holds and `Float` does not, where infinity or 0 in their place would mean something else.
  @Test func valuesBeyondTheScalarType() throws {
    func expect(_ message: String, _ call: () throws -> Void) {
      #expect(throws: LossError.self) { try call() }
      do { try call() } catch { #expect("\(error)" == message) }
    }
    expect("gamma is 1e+39, but it must be at least 0 and finite in Float") {
      _ = try SigmoidFocalLoss(gamma: 1e39)(Self.x, target: Self.x)
    }
    expect("epsilon is -1e+39, but it must be finite in Float") {
      _ = try Poly1CrossEntropyLoss(epsilon: -1e39)(Tensor<BFloat16>(Self.x), target: Self.labels)
    }
    expect("temperature is 1e-39, but it must be positive, with a reciprocal in Float") {
      _ = try InfoNCELoss(temperature: 1e-39)(Self.x, positive: Self.x)
    }
    let wide = Tensor<Double>(Self.x)
    _ = try SigmoidFocalLoss(gamma: 1e39)(wide, target: wide)
    _ = try Poly1CrossEntropyLoss(epsilon: -1e39)(wide, target: Self.labels)
    _ = try InfoNCELoss(temperature: 1e-39)(wide, positive: wide)
  }

  /// Values that are rounded to infinity or 0, where the loss then is the limit.
  @Test func valuesRoundedToALimit() throws {
    let (x, zeros): (Tensor<Float>, Tensor<Float>) = ([3, -4, 0], [0, 0, 0])
    func expect(
      _ evaluation: some Evaluation<Float, Tensor<Float>, some Any>, _ value: [Float], _ gradient: [Float],
      sourceLocation: SourceLocation = #_sourceLocation
    ) {
      #expect(evaluation.value().scalars == value, sourceLocation: sourceLocation)
      #expect(evaluation.backward().scalars == gradient, sourceLocation: sourceLocation)
    }
    expect(try HuberLoss(delta: 1e39, reduction: .none)(x, target: zeros), [4.5, 8, 0], [3, -4, 0])
    expect(try HuberLoss(delta: 1e-50, reduction: .none)(x, target: zeros), [0, 0, 0], [0, 0, 0])
    expect(try SmoothL1Loss(beta: 1e-50, reduction: .none)(x, target: zeros), [3, 4, 0], [1, -1, 0])
    expect(try SmoothL1Loss(beta: 1e50, reduction: .none)(x, target: zeros), [0, 0, 0], [0, 0, 0])
    expect(try CharbonnierLoss(epsilon: 1e-50, reduction: .none)(x, target: zeros), [3, 4, 0], [1, -1, 0])
  }
}
