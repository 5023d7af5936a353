import Losses
import Testing

/// Losses with margins where they have kinks, nothing, or too much.
struct MarginTests {
  @Test func softMarginDoesNotOverflow() throws {
    let loss = SoftMarginLoss(reduction: .none)
    let (value, gradient) = try loss.valueWithGradient(
      [100, -100, 1e30] as Tensor<Float>, target: [-1, 1, -1])
    #expect(value == [100, 100, 1e30])
    #expect(gradient == [1, -1, 1])
    let double = try loss.valueWithGradient([1000, -1000] as Tensor<Double>, target: [-1, 1])
    #expect(double.value == [1000, 1000])
    #expect(double.gradient == [1, -1])
    // e⁻¹⁰⁰ is too small for nothing.
    let right = try loss.valueWithGradient([100] as Tensor<Double>, target: [1])
    expectClose(right.value, [3.72007597602083596e-44], ulps: 4)
    expectClose(right.gradient, [-3.72007597602083596e-44], ulps: 4)
  }

  @Test func multiLabelSoftMarginAtInfinity() throws {
    let input = Tensor<Double>([.infinity, .infinity, -.infinity, -.infinity], shape: [4, 1])
    let (value, gradient) = try MultiLabelSoftMarginLoss(reduction: .none).valueWithGradient(
      input, target: [[1], [0], [1], [0]])
    #expect(value == Tensor([0, .infinity, .infinity, 0]))
    #expect(gradient == [[0], [1], [-1], [0]])
  }

  @Test(arguments: [Reduction.none, .sum, .mean])
  func noSamples(_ reduction: Reduction) throws {
    let input = Tensor<Double>.zeros([0, 3])
    let single = try MultiMarginLoss(reduction: reduction).valueWithGradient(
      input, target: Tensor<Int>.zeros([0]), weight: [1, 2, 3])
    let lists = try MultiLabelMarginLoss(reduction: reduction).valueWithGradient(
      input, target: Tensor<Int>.zeros([0, 3]))
    let soft = try MultiLabelSoftMarginLoss(reduction: reduction).valueWithGradient(input, target: input)
    let triplets = try TripletMarginLoss(reduction: reduction).valueWithGradient(
      input, positive: input, negative: input)
    let cosines = try CosineEmbeddingLoss(reduction: reduction).valueWithGradient(
      input, input2: input, target: .zeros([0]))
    for value in [single.value, lists.value, soft.value, triplets.value, cosines.value] {
      switch reduction {
      case .none: #expect(value.shape == [0])
      case .sum: #expect(value == Tensor(0))
      default: #expect(value.shape == [] && value.item.isNaN)
      }
    }
    for gradient in [
      single.gradient, lists.gradient, soft.gradient, triplets.gradient.negative, cosines.gradient.input2,
    ] {
      #expect(gradient.shape == [0, 3])
    }
  }

  /// At the kink, the hinges of classes have no slope.
  @Test func hingesOfClassesAtTheKink() throws {
    let margin = try MultiMarginLoss(reduction: .none).valueWithGradient(
      [[1, 0, 0.5]] as Tensor<Double>, target: [0] as Tensor<Int>)
    expectClose(margin.gradient, Tensor([-1.0 / 3, 0, 1.0 / 3], shape: [1, 3]), ulps: 1)
    let lists = try MultiLabelMarginLoss(reduction: .none).valueWithGradient(
      [[1, 0, 0.5, 1]] as Tensor<Double>, target: [[0, -1, 0, 0]] as Tensor<Int>)
    #expect(lists.value == [0.375])
    #expect(lists.gradient == [[-0.5, 0, 0.25, 0.25]])
  }

  /// The others' have one.
  @Test func hingesAtTheKink() throws {
    let ranking = try MarginRankingLoss(margin: 1, reduction: .none).gradients(
      [2, 0] as Tensor<Double>, input2: [1, 1], target: [1, -1])
    #expect(ranking.input1 == [-1, 1])
    #expect(ranking.input2 == [1, -1])
    #expect(ranking.target == [-1, 1])

    let hinge = try HingeEmbeddingLoss(reduction: .none).valueWithGradient(
      [1, 1, 1, 3, 3] as Tensor<Double>, target: [-1, 1, 0, 0, -1])
    #expect(hinge.value == [0, 1, 1, 3, 0])
    #expect(hinge.gradient == [-1, 1, 0, 1, 0])

    // 1 + 2 − 3, with distances of whole numbers.
    let triplet = try TripletMarginLoss(eps: 0, reduction: .none).valueWithGradient(
      [[0, 0]] as Tensor<Double>, positive: [[2, 0]], negative: [[0, 3]])
    #expect(triplet.value == [0])
    #expect(triplet.gradient.anchor == [[-1, 1]])
    #expect(triplet.gradient.positive == [[1, 0]])
    #expect(triplet.gradient.negative == [[0, -1]])

    let cosine = try CosineEmbeddingLoss(margin: 0, reduction: .none).valueWithGradient(
      [[2, 0]] as Tensor<Double>, input2: [[0, 4]], target: [-1])
    #expect(cosine.value == [0])
    expectClose(cosine.gradient.input1, [[0, 0.5]], ulps: 4096)
    expectClose(cosine.gradient.input2, [[0.25, 0]], ulps: 4096)
  }

  @Test func hingeEmbeddingIsConstantInItsTarget() throws {
    let gradients = try HingeEmbeddingLoss().gradients([0.5, 3] as Tensor<Double>, target: [1, -1])
    #expect(gradients.target == [0, 0])
  }
}
