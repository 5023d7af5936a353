import Losses
import Testing

/// Where PyTorch is wrong by accident. That an ignored row is exactly zero is in `IgnoredLabelTests`, that labels may
/// be of any type in `LabelTypeTests`.
struct DepartureTests {
  /// An impossible class of probability 0 costs nothing.
  @Test func impossibleClassOfProbabilityZero() throws {
    let input = Tensor<Double>([1, -.infinity, 1, -.infinity, 2, -.infinity], shape: [2, 3])
    let target: Tensor<Double> = [[0.25, 0, 0.75], [0, 1, 0]]
    let loss = CrossEntropyLoss(reduction: .none)
    let (value, gradient) = try loss.valueWithGradient(input, target: target)
    expectClose(value, [0.693147180559945309, 0], ulps: 2)
    #expect(gradient == [[0.25, 0, -0.25], [0, 0, 0]])

    let labelled = try loss.valueWithGradient(input, target: [2, 1] as Tensor<Int>)
    expectClose(labelled.value, [0.693147180559945309, 0], ulps: 2)
    #expect(labelled.gradient == [[0.5, 0, -0.5], [0, 0, 0]])

    // −log p of the impossible class is infinite, and so is what it would cost to give it a chance.
    let byTarget = try loss.gradients(input, target: target).target
    #expect(byTarget[0, 1] == .infinity && byTarget[1, 0] == .infinity && byTarget[1, 2] == .infinity)
    #expect(byTarget[1, 1] == 0)
    // Nobody asks: its part of the upstream is 0.
    let silent = try loss.gradients(input, target: target, upstream: [0, 0]).target
    #expect(silent == .zeros([2, 3]))
  }

  @Test func impossibleClassThatIsNotIgnored() throws {
    let input = Tensor<Float>([1, -.infinity, 1], shape: [1, 3])
    #expect(try CrossEntropyLoss()(input, target: [1] as Tensor<Int>).item == .infinity)
    #expect(try CrossEntropyLoss()(input, target: [[0.5, 0.5, 0]] as Tensor<Float>).item == .infinity)
    #expect(try CrossEntropyLoss(labelSmoothing: 0.1)(input, target: [0] as Tensor<Int>).item == .infinity)
  }

  @Test(arguments: [nil, 2.5] as [Double?])
  func bceWithLogitsAtInfinity(_ positiveWeight: Double?) throws {
    let p = positiveWeight ?? 1
    let input = Tensor<Double>([.infinity, .infinity, .infinity, -.infinity, -.infinity, -.infinity])
    let target: Tensor<Double> = [1, 0, 0.25, 1, 0, 0.25]
    let loss = BCEWithLogitsLoss(reduction: .none)
    let (value, gradient) = try loss.valueWithGradient(
      input, target: target, positiveWeight: positiveWeight.map { Tensor($0) })
    #expect(value.scalars == [0, .infinity, .infinity, .infinity, 0, .infinity])
    #expect(gradient.scalars == [0, 1, 0.75, -p, 0, -0.25 * p])
    let single = try loss.valueWithGradient(Tensor<Float>(input), target: Tensor<Float>(target))
    #expect(single.value == Tensor<Float>(value))
    #expect(single.gradient == [0, 1, 0.75, -1, 0, -0.25])
  }

  /// Labels and probabilities refuse it alike.
  @Test(arguments: [-0.1, 1.1, .nan])
  func smoothingBeyondItsRange(_ smoothing: Double) {
    let loss = CrossEntropyLoss(labelSmoothing: smoothing)
    let input = Tensor<Double>.zeros([1, 2])
    #expect(throws: LossError.self) { try loss(input, target: [0] as Tensor<Int>) }
    #expect(throws: LossError.self) { try loss(input, target: [[1, 0]] as Tensor<Double>) }
  }

  /// The derivative by the target is that of the clamped logarithms of the value.
  @Test func bceTargetGradientAtTheEnds() throws {
    let gradients = try BCELoss(reduction: .none).gradients(
      [0, 1, 0, 1, 0.5] as Tensor<Double>, target: [0, 1, 1, 0, 0.25], upstream: [1, 2, 3, 4, 5])
    #expect(gradients.target == [100, -200, 300, -400, 0])
    // (x − t) / 10⁻¹², rounded as a Float is.
    let lowest = Double(1e-12 as Float)
    expectClose(gradients.input, Tensor([0, 0, -3 / lowest, 4 / lowest, 5]), ulps: 1)
    #expect(gradients.input[0] == 0 && gradients.input[1] == 0 && gradients.input[4] == 5)
  }
}
