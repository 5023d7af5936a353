import LossRegistry
import Losses
import Testing

/// The results that differ from PyTorch's on purpose: one test for each entry of the list in `ComingFromPyTorch.md`, in
/// its order. The files of the losses have more about them.
struct PyTorchDifferencesTests {
  @Test(arguments: [Double.nan, .infinity])
  func ignoredSamples(_ number: Double) throws {
    let input = Tensor<Double>([number, number, 0, 0], shape: [2, 2])
    let (value, gradient) = try CrossEntropyLoss(reduction: .none)(
      input, target: [-100, 1] as Tensor<Int>
    ).valueWithGradient()
    #expect(value[0] == 0)
    #expect(gradient[0] == [0, 0])
  }

  @Test func meansOfNothing() throws {
    let elements = try MSELoss()([1, 2] as Tensor<Float>, target: [0, 0], weight: [0, 0]).valueWithGradient()
    #expect(elements.value.item.isNaN && elements.gradient == [0, 0])
    let (scores, labels): (Tensor<Float>, Tensor<Int>) = (
      [[1, 2, 3], [0, 2, 1], [3, 1, 2]], [0, 0, -100]
    )
    let weight: Tensor<Float> = [0, 1, 1]
    let losses: [any Adapter] = [
      NLLLoss(), CrossEntropyLoss(), FocalLoss(), GeneralizedCrossEntropyLoss(), Poly1CrossEntropyLoss(),
    ]
    for loss in losses {
      let arguments = Arguments(input: scores, labels: labels, weight: weight)
      let (value, gradient) = try loss.evaluation(of: arguments, .mean).valueWithGradient(upstream: nil)
      #expect(value.item.isNaN && gradient["input"]! == .zeros([3, 3]), "\(loss)")
    }
    let linear = try LinearCrossEntropyLoss()(
      scores, linearWeight: [[1, 0, 0], [0, 1, 0], [0, 0, 1]], target: labels, weight: weight)
    #expect(linear.value().item.isNaN && linear.gradients().input == .zeros([3, 3]))
    // With weights that add up to 0 but are not, the mean is that of something.
    let signed = try MSELoss()([1, 2] as Tensor<Float>, target: [0, 0], weight: [1, -1]).valueWithGradient()
    #expect(signed.value.item == -.infinity && signed.gradient == Tensor([.infinity, -.infinity]))
  }

  @Test func nanIsNotSwallowed() throws {
    let (scores, nan) = (Tensor<Double>([.nan, 1, 2], shape: [1, 3]), Tensor([Double.nan]))
    #expect(try MultiMarginLoss()(scores, target: [0] as Tensor<Int>).value().item.isNaN)
    #expect(try MultiLabelMarginLoss()(scores, target: [[0, -1, 0]] as Tensor<Int>).value().item.isNaN)
    #expect(try HingeEmbeddingLoss()([0.5] as Tensor<Double>, target: nan).value().item.isNaN)
    let cosine = try CosineEmbeddingLoss()([[1, 2]] as Tensor<Double>, input2: [[2, 1]], target: nan)
    #expect(cosine.value().item.isNaN)
    #expect(try L1Loss()(nan, target: [1]).backward().scalars[0].isNaN)
    #expect(try HingeEmbeddingLoss()(nan, target: [-1]).backward().scalars[0].isNaN)
    #expect(try MarginRankingLoss()(nan, input2: [1], target: [1]).backward().input1.scalars[0].isNaN)
  }

  @Test func impossibleClassesOfProbabilityZero() throws {
    let input = Tensor<Double>([0, -.infinity], shape: [1, 2])
    #expect(try CrossEntropyLoss()(input, target: [[1, 0]]).value().item == 0)
  }

  @Test func labelSmoothingOutOfRange() {
    let input = Tensor<Double>.zeros([1, 2])
    let error = LossError.invalidHyperparameter(
      name: "labelSmoothing", value: -0.1, requirement: "in 0...1")
    #expect(throws: error) {
      _ = try CrossEntropyLoss(labelSmoothing: -0.1)(input, target: [0] as Tensor<Int>)
    }
    #expect(throws: error) {
      _ = try CrossEntropyLoss(labelSmoothing: -0.1)(input, target: [[1, 0]])
    }
  }

  @Test func targetGradientOfBCEAtTheEnds() throws {
    let gradients = try BCELoss(reduction: .none)([0, 1] as Tensor<Double>, target: [1, 0]).gradients()
    #expect(gradients.target == [100, -100])
  }

  @Test func logitsAtInfinity() throws {
    let input = Tensor<Double>([.infinity, .infinity], shape: [2, 1])
    let target: Tensor<Double> = [[1], [0]]
    let binary = try BCEWithLogitsLoss(reduction: .none)(input, target: target).valueWithGradient()
    #expect(binary.value == Tensor([0, .infinity], shape: [2, 1]))
    #expect(binary.gradient == [[0], [1]])
    let multi = try MultiLabelSoftMarginLoss(reduction: .none)(input, target: target).valueWithGradient()
    #expect(multi.value == Tensor([0, .infinity]))
    #expect(multi.gradient == [[0], [1]])
  }

  @Test func softMarginOfLargeScores() throws {
    let value = try SoftMarginLoss(reduction: .none)([100] as Tensor<Float>, target: [-1]).value()
    #expect(value == [100])
  }

  @Test func divergenceOfImpossibleOutcomes() throws {
    let input = Tensor<Double>([-.infinity])
    let loss = try KLDivLoss(reduction: .none)(input, target: [0])
    #expect(loss.value() == [0])
    #expect(loss.gradients().target == Tensor([-.infinity]))
  }

  @Test func poissonTargetGradientWithoutStirlingTerm() throws {
    let loss = try PoissonNLLLoss(full: true, reduction: .none)([0.5] as Tensor<Double>, target: [0])
    #expect(loss.gradients().target == [-0.5])
  }

  @Test func cosinesOfShortVectors() throws {
    let short: Tensor<Double> = [[6e-21, 8e-21], [0, 0]]
    let (value, gradient) = try CosineEmbeddingLoss(reduction: .none)(
      short, input2: short, target: [1, 1]
    ).valueWithGradient()
    #expect(value[0].magnitude < 1e-15)
    #expect(value[1] == 1)
    #expect(gradient.input1[1] == [0, 0])
  }

  @Test func sequencesThatDoNotFit() throws {
    let scores = Tensor<Double>.zeros([2, 1, 3])
    let (value, gradient) = try CTCLoss(reduction: .none)(
      scores, targets: [[1, 1]] as Tensor<Int>, inputLengths: [2] as Tensor<Int>,
      targetLengths: [2] as Tensor<Int>
    ).valueWithGradient()
    #expect(value == Tensor([.infinity]))
    #expect(gradient == .zeros([2, 1, 3]))
    #expect(throws: LossError.self) {
      _ = try CTCLoss()(
        scores, targets: [[3]] as Tensor<Int>, inputLengths: [2] as Tensor<Int>,
        targetLengths: [1] as Tensor<Int>)
    }
  }

  @Test func marginsOfEmptyBatches() throws {
    let input = Tensor<Double>.zeros([0, 3])
    let (labels, lists) = (Tensor<Int>.zeros([0]), Tensor<Int>.zeros([0, 3]))
    #expect(try MultiMarginLoss(reduction: .sum)(input, target: labels).value().item == 0)
    #expect(try MultiMarginLoss()(input, target: labels).value().item.isNaN)
    #expect(try MultiLabelMarginLoss(reduction: .sum)(input, target: lists).value().item == 0)
    #expect(try MultiLabelMarginLoss()(input, target: lists).value().item.isNaN)
  }
}
