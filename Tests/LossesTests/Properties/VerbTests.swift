import Losses
import Testing

/// The verbs of one loss agree with each other.
struct VerbTests {
  @Test(arguments: Subject.all)
  func verbsGiveTheSameBits(_ subject: Subject) throws {
    for (reduction, _) in subject.reductions {
      for upstream in [nil, subject.upstream(reduction)] {
        let value = try subject.value(reduction)
        let both = try subject.form.valueWithGradient(subject.arguments, reduction, upstream: upstream)
        expectSameBits(both.value, value, "\(reduction)")

        let gradient = try subject.form.backward(subject.arguments, reduction, upstream: upstream)
        expectSameBits(gradient, both.gradient, "\(reduction)")

        var buffer = Tensor(repeating: Double.nan, shape: gradient.shape)
        let written = try subject.form.valueWithGradient(
          subject.arguments, reduction, upstream: upstream, into: &buffer)
        expectSameBits(written, value, "\(reduction)")
        expectSameBits(buffer, gradient, "\(reduction)")
      }
    }
  }

  @Test(arguments: Subject.all)
  func upstreamIsOnesByDefault(_ subject: Subject) throws {
    for (reduction, _) in subject.reductions {
      let ones = Tensor<Double>.ones(reduction == .none ? subject.expected.shape : [])
      let without = try subject.form.allGradients(subject.arguments, reduction, upstream: nil)
      let with = try subject.form.allGradients(subject.arguments, reduction, upstream: ones)
      for (gradient, expected) in zip(without, with) { expectSameBits(gradient, expected, "\(reduction)") }
    }
  }

  @Test(arguments: Subject.all)
  func bufferKeepsItsMemory(_ subject: Subject) throws {
    func address(_ tensor: Tensor<Double>) -> Int {
      tensor.withSpan { span in unsafe span.withUnsafeBufferPointer { Int(bitPattern: $0.baseAddress) } }
    }
    for (reduction, _) in subject.reductions {
      var buffer = Tensor<Double>.zeros(subject.arguments.input.shape)
      let before = address(buffer)
      _ = try subject.form.valueWithGradient(subject.arguments, reduction, upstream: nil, into: &buffer)
      #expect(address(buffer) == before, "\(reduction)")
    }
  }

  /// A buffer that shares its memory, or is a view, gets memory of its own.
  @Test(arguments: Subject.all)
  func whoSharesMemoryWithTheBufferSeesNothing(_ subject: Subject) throws {
    let input = subject.arguments.input
    let (value, gradient) = try subject.form.valueWithGradient(subject.arguments, .none, upstream: nil)
    var buffer = input
    let written = try subject.form.valueWithGradient(subject.arguments, .none, upstream: nil, into: &buffer)
    expectSameBits(written, value)
    expectSameBits(buffer, gradient)
    expectSameBits(subject.arguments.input, input)

    var view = Tensor<Double>(3).broadcast(to: input.shape)
    _ = try subject.form.valueWithGradient(subject.arguments, .none, upstream: nil, into: &view)
    expectSameBits(view, gradient)
  }
}
