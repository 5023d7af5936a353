import LossRegistry
import Losses
import Testing

/// What `Float`, `Float16` and `BFloat16` lose against wider types, for every loss.
struct PrecisionTests {
  /// Every step in Float rounds to half an ulp of what may be as large as the scale; sums are in Double: 32 ulp.
  @Test(arguments: LossRegistry.samples)
  func floatIsDoubleToItsPrecision(_ sample: LossUnderTest) throws {
    let single = Arguments<Float>(sample.arguments)
    let exact = Arguments<Double>(single)
    let values = try sample.loss.evaluation(of: exact, .none).value().scalars
    for (reduction, denominator) in sample.reductions {
      let upstream = Tensor<Float>(sample.upstream(reduction))
      let evaluation = try sample.loss.evaluation(of: single, reduction)
      let expected = try sample.loss.evaluation(of: exact, reduction)
      let scale = values.reduce(0) { max($0, $1.magnitude) } * (reduction == .none ? 1 : Double(values.count))
      expectClose(
        evaluation.value(), expected.value(), ulps: 32, scale: scale / denominator, "\(reduction)")
      let exactGradients = try expected.gradients(upstream: Tensor<Double>(upstream))
      for (label, gradient) in try evaluation.gradients(upstream: upstream) {
        expectClose(gradient, exactGradients[label]!, ulps: 32, "\(label), \(reduction)")
      }
    }
  }

  #if !((os(macOS) || targetEnvironment(macCatalyst)) && arch(x86_64))
    @Test(arguments: LossRegistry.samples)
    func float16IsRoundedFloat(_ sample: LossUnderTest) throws {
      try expectRoundedFloat(sample, in: Float16.self)
    }
  #endif

  @Test(arguments: LossRegistry.samples)
  func bfloat16IsRoundedFloat(_ sample: LossUnderTest) throws {
    try expectRoundedFloat(sample, in: BFloat16.self)
  }

  /// Types of 16 bits are computed in Float and rounded at the end.
  private func expectRoundedFloat<S: LossScalar>(_ sample: LossUnderTest, in _: S.Type) throws {
    let half = Arguments<S>(sample.arguments)
    for (reduction, _) in sample.reductions {
      let upstream = Tensor<S>(sample.upstream(reduction))
      let evaluation = try sample.loss.evaluation(of: half, reduction)
      let expected = try sample.loss.evaluation(of: Arguments<Float>(half), reduction)
      let value = evaluation.value()
      if reduction == .none {
        expectSameBits(value, Tensor<S>(expected.value()))
      } else {
        // Rounding to Float on the way may tip the rounding to 16 bits.
        expectClose(value, Tensor<Double>(expected.value()), ulps: 0.5 + 0x1p-10, "\(reduction)")
      }
      let gradients = try evaluation.gradients(upstream: upstream)
      let wide = try expected.gradients(upstream: Tensor<Float>(upstream))
      expectSameBits(gradients, wide.map { Tensor<S>($1) }, "\(reduction)")

      var buffers = evaluation.buffers(repeating: 0, for: half)
      let written = try evaluation.valueWithGradient(into: &buffers, upstream: upstream)
      expectSameBits(written, value, "\(reduction)")
      for (label, buffer) in buffers { expectSameBits(buffer, gradients[label]!, "\(label), \(reduction)") }
      let views = try sample.loss.evaluation(of: half.arranged(.stepped), reduction)
      expectSameBits(views.value(), value, "\(reduction)")
      try expectSameBits(views.gradients(upstream: upstream), gradients, "\(reduction)")
    }
  }
}
