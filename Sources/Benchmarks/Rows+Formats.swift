import Losses

// Scalars other than `Float`, and an input that is not row-major, for one elementwise loss and one class loss.

extension Row {
  static var formats: [Row] {
    var formats = [
      mse("double", Double.self),
      mse("transposed", Float.self, layout: columnMajor),
      mse("bfloat16", BFloat16.self),
      crossEntropy("double", Double.self),
      crossEntropy("bfloat16", BFloat16.self),
      crossEntropy("transposed", Float.self, layout: columnMajor),
    ]
    #if !((os(macOS) || targetEnvironment(macCatalyst)) && arch(x86_64))
      formats += [mse("float16", Float16.self), crossEntropy("float16", Float16.self)]
    #endif
    return formats.flatMap(\.self)
  }

  private static func columnMajor(_ input: Tensor<Float>) -> Tensor<Float> {
    input.transposed().contiguous().transposed()
  }

  private static func mse<S: LossScalar>(
    _ format: String, _: S.Type, layout: @escaping (Tensor<S>) -> Tensor<S> = { $0 }
  ) -> [Row] {
    rows("mse", [[1000, 1000]], counted: [[100, 100]], format: format) { meter, shape in
      let loss = MSELoss()
      var inputs = Inputs()
      let input = layout(Tensor(inputs.normal(shape)))
      let target = Tensor<S>(inputs.uniform(shape))
      try meter.measure { try loss(input, target: target) }
    }
  }

  private static func crossEntropy<S: LossScalar>(
    _ format: String, _: S.Type, layout: @escaping (Tensor<S>) -> Tensor<S> = { $0 }
  ) -> [Row] {
    rows("cross_entropy", [[4096, 1000]], counted: [[64, 1000]], format: format) { meter, shape in
      let loss = CrossEntropyLoss()
      var inputs = Inputs()
      let input = layout(Tensor(inputs.normal(shape)))
      let target = inputs.integers([shape[0]], in: 0..<shape[1])
      try meter.measure { try loss(input, target: target) }
    }
  }
}
