import LossRegistry
import Losses
import Testing

/// The classes may be along any axis.
struct ClassAxisTests {
  /// Small calls of all losses that let the axis be chosen. Their classes are along axis 1.
  static let samples = LossRegistry.samples.filter {
    $0.loss is any ClassAxisAdapter && $0.arguments.input.rank > 1
  }

  /// A value is a weight of up to 2 times a loss of up to 4 + log 4, and sums have up to 12 of them.
  private static let scale = 8.0
  /// The roundings of up to 4 exponentials, of sums in another order and of products with weights: half an ulp each.
  private static let ulps = 16.0

  /// The values are those of the plain formula, the gradients those of axis 1, wherever the axis is.
  @Test(arguments: samples)
  func anyAxis(_ sample: LossUnderTest) throws {
    for axis in sample.arguments.input.shape.indices {
      for (moved, name) in [(axis, "\(axis)"), (axis - sample.arguments.input.rank, "from the end")] {
        let other = sample.movingClasses(to: axis, called: moved)
        for (reduction, _) in sample.reductions {
          let value = try other.value(reduction)
          if reduction == .none {
            expectClose(value, sample.expected, ulps: Self.ulps, scale: Self.scale, name)
          }
          try expectClose(value, sample.value(reduction), ulps: Self.ulps, "\(name), \(reduction)")
          let gradients = try other.gradients(reduction)
          for (label, expected) in try sample.gradients(reduction) {
            expectClose(
              gradients[label]!, label == "weight" ? expected : expected.movingAxis(1, to: axis),
              ulps: Self.ulps, scale: Self.scale, "\(label), \(name), \(reduction)")
          }
        }
      }
    }
  }

  /// The axes before and after that of the classes count as one each.
  @Test(arguments: samples)
  func sameBitsWithAxesMerged(_ sample: LossUnderTest) throws {
    for axis in sample.arguments.input.shape.indices {
      let other = sample.movingClasses(to: axis, called: axis)
      let shape = other.arguments.input.shape
      let merged: Shape = [
        shape[..<axis].reduce(1, *), shape[axis], shape[(axis + 1)...].reduce(1, *),
      ]
      var plain = sample
      plain.arguments.input = other.arguments.input.reshaped(to: merged)
      if sample.arguments.reals["target"] != nil {
        plain.arguments.target = other.arguments.target.reshaped(to: merged)
      } else {
        plain.arguments.integers["target"] = sample.arguments.labels.ints.reshaped(to: [merged[0], merged[2]])
      }
      for reduction in [Reduction.sum, .mean] {
        try expectSameBits(other.value(reduction), plain.value(reduction))
        let upstream = sample.upstream(reduction)
        let expected = try plain.loss.evaluation(of: plain.arguments, reduction).gradients(upstream: upstream)
        for strided in [false, true] {
          let arguments = strided ? other.arguments.arranged(.transposed) : other.arguments
          let evaluation = try other.loss.evaluation(of: arguments, reduction)
          expectSameBits(
            try evaluation.gradients(upstream: upstream),
            expected.map { $0 == "weight" ? $1 : $1.reshaped(to: shape) })
          var sums = evaluation.buffers(repeating: 0, for: arguments)
          let value = try evaluation.valueWithGradient(addingTo: &sums, upstream: upstream)
          expectSameBits(value, try plain.value(reduction))
          expectSameBits(sums["input"]!, expected["input"]!.reshaped(to: shape) + 0)
        }
      }
    }
  }

  /// Scores of a language model. The mean over tokens that are not padding, with a gradient in their own layout.
  @Test func languageModel() throws {
    let scores = Tensor<Double>.random(in: -3..<3, [2, 3, 5], seed: 4)
    let labels: Tensor<Int> = [[4, 0, -1], [2, -1, -1]]
    let loss = try CrossEntropyLoss(ignoreIndex: -1, classAxis: -1)(scores, target: labels)
    let flat = try CrossEntropyLoss(ignoreIndex: -1)(
      scores.reshaped(to: [6, 5]), target: labels.flattened())
    expectSameBits(loss.value(), flat.value())
    expectSameBits(loss.backward(), flat.backward().reshaped(to: [2, 3, 5]))
    #expect(loss.backward()[1, 1..., .all] == .zeros([2, 5]))
  }

  /// An input of one axis has no other.
  @Test(arguments: [1, 0, -1])
  func oneAxis(_ axis: Int) throws {
    let scores: Tensor<Double> = [1, 2, 3]
    let expected = try CrossEntropyLoss()(scores, target: Tensor<Int>(2)).valueWithGradient()
    let found = try CrossEntropyLoss(classAxis: axis)(scores, target: Tensor<Int>(2)).valueWithGradient()
    expectSameBits(found.value, expected.value)
    expectSameBits(found.gradient, expected.gradient)
  }
}

extension LossUnderTest {
  /// The same call with the classes along another axis, which the loss is told by some number.
  fileprivate func movingClasses(to axis: Int, called number: Int) -> LossUnderTest {
    var other = self
    guard var loss = other.loss as? any ClassAxisAdapter else { return other }
    loss.classAxis = number
    other.loss = loss
    other.arguments.reals = arguments.reals.map { label, tensor in
      label == "weight" ? tensor : tensor.movingAxis(1, to: axis).contiguous()
    }
    return other
  }
}

extension Tensor {
  /// A view with one axis at another place among the others.
  fileprivate func movingAxis(_ axis: Int, to place: Int) -> Tensor {
    var axes = shape.indices.filter { $0 != axis }
    axes.insert(axis, at: place)
    return permuted(Shape(axes))
  }
}
