import LossRegistry
import Losses
import Testing

/// The verbs of one evaluation agree with each other.
struct VerbTests {
  @Test(arguments: LossRegistry.samples)
  func verbsGiveTheSameBits(_ sample: LossUnderTest) throws {
    for (reduction, _) in sample.reductions {
      let evaluation = try sample.evaluation(reduction)
      let value = evaluation.value()
      for upstream in [nil, sample.upstream(reduction)] {
        let both = try evaluation.valueWithGradient(upstream: upstream)
        expectSameBits(both.value, value, "\(reduction)")
        try expectSameBits(evaluation.backward(upstream: upstream), both.gradient, "\(reduction)")

        var buffers = evaluation.buffers(repeating: .nan, for: sample.arguments)
        let written = try evaluation.valueWithGradient(into: &buffers, upstream: upstream)
        expectSameBits(written, value, "\(reduction)")
        expectSameBits(buffers, both.gradient, "\(reduction)")

        let all = try evaluation.gradients(upstream: upstream)
        for (label, gradient) in both.gradient { expectSameBits(all[label]!, gradient, "\(label) of all") }
      }
    }
  }

  @Test func descriptionIsThatOfTheValue() throws {
    let (input, target) = ([3, 1] as Tensor<Float>, [1, 1.5] as Tensor<Float>)
    #expect("\(try MSELoss()(input, target: target))" == "2.125")
    #expect("\(try MSELoss(reduction: .none)(input, target: target))" == "[ 4.0, 0.25]")
  }

  @Test(arguments: LossRegistry.samples)
  func upstreamIsOnesByDefault(_ sample: LossUnderTest) throws {
    for (reduction, _) in sample.reductions {
      let evaluation = try sample.evaluation(reduction)
      let ones = Tensor<Double>.ones(reduction == .none ? sample.expected.shape : [])
      try expectSameBits(
        evaluation.gradients(upstream: nil), evaluation.gradients(upstream: ones), "\(reduction)")
    }
  }

  @Test(arguments: LossRegistry.samples)
  func buffersKeepTheirMemory(_ sample: LossUnderTest) throws {
    func addresses(_ gradients: Labelled<Tensor<Double>>) -> [Int] {
      gradients.values.map { tensor in
        tensor.withSpan { span in unsafe span.withUnsafeBufferPointer { Int(bitPattern: $0.baseAddress) } }
      }
    }
    for (reduction, _) in sample.reductions {
      let evaluation = try sample.evaluation(reduction)
      var buffers = evaluation.buffers(repeating: 0, for: sample.arguments)
      let before = addresses(buffers)
      _ = try evaluation.valueWithGradient(into: &buffers, upstream: nil)
      #expect(addresses(buffers) == before, "\(reduction)")
      _ = try evaluation.valueWithGradient(addingTo: &buffers, upstream: nil)
      #expect(addresses(buffers) == before, "\(reduction), accumulating")
    }
  }

  /// A buffer that shares its memory, or is a view, gets memory of its own.
  @Test(arguments: LossRegistry.samples)
  func sharedMemoryIsNotWrittenTo(_ sample: LossUnderTest) throws {
    let evaluation = try sample.evaluation(.none)
    let (value, gradient) = try evaluation.valueWithGradient(upstream: nil)
    func arguments() -> Labelled<Tensor<Double>> { gradient.map { label, _ in sample.arguments[label] } }
    let before = arguments().map { $1.detached() }

    var buffers = arguments()
    let written = try evaluation.valueWithGradient(into: &buffers, upstream: nil)
    expectSameBits(written, value)
    expectSameBits(buffers, gradient)
    expectSameBits(arguments(), before)

    buffers = arguments()
    _ = try evaluation.valueWithGradient(addingTo: &buffers, upstream: nil)
    expectSameBits(buffers, sum(before, gradient))
    expectSameBits(arguments(), before)

    var views = gradient.map { Tensor<Double>(3).broadcast(to: $1.shape) }
    _ = try evaluation.valueWithGradient(into: &views, upstream: nil)
    expectSameBits(views, gradient)
    views = gradient.map { Tensor<Double>(3).broadcast(to: $1.shape) }
    _ = try evaluation.valueWithGradient(addingTo: &views, upstream: nil)
    expectSameBits(views, sum(gradient.map { Tensor(repeating: 3, shape: $1.shape) }, gradient))
  }
}
