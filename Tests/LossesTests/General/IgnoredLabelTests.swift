import LossRegistry
import Losses
import Testing

/// An ignored row has value and gradient 0, even if it holds NaN or infinity. PyTorch's gradient has NaN there.
struct IgnoredLabelTests {
  private static let ignored = 2

  struct Sample: Sendable, CustomStringConvertible {
    var loss: any Adapter
    var description: String { "\(loss)" }
  }

  static let samples = [
    Sample(loss: NLLLoss(ignoreIndex: ignored)), Sample(loss: CrossEntropyLoss(ignoreIndex: ignored)),
    Sample(loss: CrossEntropyLoss(ignoreIndex: ignored, labelSmoothing: 0.2)),
    Sample(loss: FocalLoss(ignoreIndex: ignored)),
    Sample(loss: FocalLoss(gamma: 0.5, ignoreIndex: ignored, labelSmoothing: 0.2)),
    Sample(loss: GeneralizedCrossEntropyLoss(ignoreIndex: ignored)),
    Sample(loss: Poly1CrossEntropyLoss(ignoreIndex: ignored)),
    Sample(loss: SofterCrossEntropyLoss(ignoreIndex: ignored)),
  ]

  static let layouts: [Shape] = [[6, 4], [6, 4, 5], [2, 4, 3, 2]]
  static let reductions: [Reduction] = [.none, .sum, .mean, .batchMean, .sumDivided(by: 3)]

  @Test(arguments: samples, layouts)
  func contentsOfIgnoredRowsDoNotMatter(_ sample: Sample, _ shape: Shape) throws {
    let sampleShape = shape.dropping(axis: 1)
    let labels = Tensor(
      Tensor<Int>.random(in: 0..<4, sampleShape, seed: 3).scalars.enumerated().map {
        $0.isMultiple(of: 2) ? Self.ignored : $1 == Self.ignored ? 1 : $1
      }, shape: sampleShape)
    let clean = Tensor<Double>.random(in: -2..<2, shape, seed: 1)
    let weight = Tensor<Double>.random(in: 0.5..<2, [4], seed: 2)
    func isIgnored(_ index: Shape) -> Bool { labels[index] == Self.ignored }

    for rubbish in [Double.nan, .infinity, -.infinity, .greatestFiniteMagnitude] {
      let input = Tensor(shape: shape) { isIgnored($0.dropping(axis: 1)) ? rubbish : clean[$0] }
      for reduction in Self.reductions {
        var upstream = Tensor<Double>(2.5)
        if reduction == .none {
          upstream = Tensor(shape: sampleShape) { isIgnored($0) ? rubbish : Double($0.last!) - 0.5 }
        }
        func results(
          _ input: Tensor<Double>, upstream: Tensor<Double>
        ) throws -> (value: Tensor<Double>, gradient: Tensor<Double>) {
          let arguments = Arguments(input: input, labels: labels, weight: weight)
          let (value, gradient) = try sample.loss.evaluation(of: arguments, reduction)
            .valueWithGradient(upstream: upstream)
          return (value, gradient["input"]!)
        }
        let (value, gradient) = try results(input, upstream: upstream)
        let expected = try results(clean, upstream: upstream.map { $0.isFinite ? $0 : 1 })
        expectSameBits(value, expected.value, "\(rubbish), \(reduction)")
        expectSameBits(gradient, expected.gradient, "\(rubbish), \(reduction)")
        for index in labels.indices where isIgnored(index) {
          if reduction == .none { #expect(value[index] == 0) }
          for label in 0..<4 { #expect(gradient[index.inserting(label, axis: 1)] == 0) }
        }
      }
    }
  }

  @Test(arguments: samples, layouts)
  func nothingButIgnoredLabels(_ sample: Sample, _ shape: Shape) throws {
    let labels = Tensor(repeating: Self.ignored, shape: shape.dropping(axis: 1))
    for filler in [0, Double.nan, .infinity] {
      let arguments = Arguments(input: Tensor(repeating: filler, shape: shape), labels: labels)
      for reduction in Self.reductions {
        let (value, gradient) = try sample.loss.evaluation(of: arguments, reduction)
          .valueWithGradient(upstream: nil)
        #expect(gradient["input"]! == .zeros(shape), "\(reduction)")
        switch reduction {
        case .none: #expect(value == .zeros(labels.shape))
        case .mean: #expect(value.item.isNaN)
        default: #expect(value.item == 0, "\(reduction)")
        }
      }
    }
  }
}
