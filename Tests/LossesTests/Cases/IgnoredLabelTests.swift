import Losses
import Testing

/// Departure 1 from PyTorch: a row that is ignored counts for nothing, whatever it holds.
struct IgnoredLabelTests {
  struct Sample: Sendable, CustomTestStringConvertible {
    var name: String
    var form: any Form
    var testDescription: String { name }
  }

  private static let ignored = 2

  static let samples = [
    Sample(name: "NLL", form: LabelForm { NLLLoss(ignoreIndex: ignored, reduction: $0) }),
    Sample(name: "CrossEntropy", form: LabelForm { CrossEntropyLoss(ignoreIndex: ignored, reduction: $0) }),
    Sample(
      name: "CrossEntropy smoothed",
      form: LabelForm { CrossEntropyLoss(ignoreIndex: ignored, labelSmoothing: 0.2, reduction: $0) }),
  ]

  static let layouts: [Shape] = [[6, 4], [6, 4, 5], [2, 4, 3, 2]]
  static let reductions: [Reduction] = [.none, .sum, .mean, .batchMean, .sumDivided(by: 3)]

  @Test(arguments: samples, layouts)
  func whatItHoldsDoesNotMatter(_ sample: Sample, _ shape: Shape) throws {
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
        let arguments = Arguments(input: input, labels: labels, weight: weight)
        let (value, gradient) = try sample.form.valueWithGradient(arguments, reduction, upstream: upstream)
        let expected = try sample.form.valueWithGradient(
          Arguments(input: clean, labels: labels, weight: weight), reduction,
          upstream: upstream.map { $0.isFinite ? $0 : 1 })
        expectSameBits(value, expected.value, "\(rubbish), \(reduction)")
        expectSameBits(gradient, expected.gradient, "\(rubbish), \(reduction)")
        for index in labels.indices where isIgnored(index) {
          if reduction == .none { #expect(value[index] == 0) }
          for label in 0..<4 { #expect(gradient[index.inserting(label, axis: 1)] == 0) }
        }
      }
    }
  }

  /// A tensor that is larger than caches is gone over in another way than its samples.
  @Test func inATensorLargerThanCaches() throws {
    let (classes, columns) = (6, 360_000)
    var input = Tensor<Double>.random(in: -2..<2, [2, classes, columns], seed: 4)
    let labels = Tensor<Int>.random(in: 0..<classes, [2, columns], seed: 5)
    let weight = Tensor<Double>.random(in: 0.5..<2, [classes], seed: 6)
    let upstream = Tensor<Double>.random(in: -1..<1, [2, columns], seed: 7)
    for column in labels.scalars.indices.prefix(columns) where labels.scalars[column] == Self.ignored {
      input[0, Self.ignored, column] = .nan
    }
    let loss = NLLLoss(ignoreIndex: Self.ignored, reduction: .none)
    let whole = try loss.valueWithGradient(input, target: labels, weight: weight, upstream: upstream)
    for sample in 0..<2 {
      let part = try loss.valueWithGradient(
        input[sample...sample], target: labels[sample...sample], weight: weight,
        upstream: upstream[sample...sample])
      expectSameBits(whole.value[sample...sample], part.value, "\(sample)")
      expectSameBits(whole.gradient[sample...sample], part.gradient, "\(sample)")
    }
  }

  @Test(arguments: samples, layouts)
  func ofNothingButIgnoredLabels(_ sample: Sample, _ shape: Shape) throws {
    let labels = Tensor(repeating: Self.ignored, shape: shape.dropping(axis: 1))
    for filler in [0, Double.nan, .infinity] {
      let arguments = Arguments(input: Tensor(repeating: filler, shape: shape), labels: labels)
      for reduction in Self.reductions {
        let (value, gradient) = try sample.form.valueWithGradient(arguments, reduction, upstream: nil)
        #expect(gradient == .zeros(shape), "\(reduction)")
        switch reduction {
        case .none: #expect(value == .zeros(labels.shape))
        case .mean: #expect(value.item.isNaN)
        default: #expect(value.item == 0, "\(reduction)")
        }
      }
    }
  }
}

extension Tensor {
  /// Every index, in row-major order.
  var indices: [Shape] {
    var indices: [Shape] = []
    _ = Tensor<Bool>(shape: shape) { index in
      indices.append(index)
      return true
    }
    return indices
  }
}
