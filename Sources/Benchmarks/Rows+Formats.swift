import Losses

// Other scalars than `Float`, and an input that does not lie in memory row by row, for a loss of each of the two
// large families.

extension Row {
  static var formats: [Row] {
    var rows = [
      mse("double", Double.self),
      mse("transposed", Float.self, layout: columnMajor),
      crossEntropy("double", Double.self),
      crossEntropy("transposed", Float.self, layout: columnMajor),
    ]
    #if !(os(macOS) && arch(x86_64))
      rows += [mse("float16", Float16.self), crossEntropy("float16", Float16.self)]
    #endif
    return rows
  }

  private static func columnMajor(_ input: Tensor<Float>) -> Tensor<Float> {
    input.transposed().contiguous().transposed()
  }

  private static func mse<S: LossScalar>(
    _ format: String, _: S.Type, layout: @escaping (Tensor<S>) -> Tensor<S> = { $0 }
  ) -> Row {
    Row("mse", [1000, 1000], format: format) { meter in
      let loss = MSELoss()
      var inputs = Inputs()
      let input = layout(Tensor(inputs.normal([1000, 1000])))
      let target = Tensor<S>(inputs.uniform([1000, 1000]))
      try meter.measure(
        forward: { try loss(input, target: target) },
        gradient: { try loss.valueWithGradient(input, target: target) },
        into: { try loss.valueWithGradient(input, target: target, into: &$0) })
    }
  }

  private static func crossEntropy<S: LossScalar>(
    _ format: String, _: S.Type, layout: @escaping (Tensor<S>) -> Tensor<S> = { $0 }
  ) -> Row {
    Row("cross_entropy", [4096, 1000], format: format) { meter in
      let loss = CrossEntropyLoss()
      var inputs = Inputs()
      let input = layout(Tensor(inputs.normal([4096, 1000])))
      let target = inputs.integers([4096], in: 0..<1000)
      try meter.measure(
        forward: { try loss(input, target: target) },
        gradient: { try loss.valueWithGradient(input, target: target) },
        into: { try loss.valueWithGradient(input, target: target, into: &$0) })
    }
  }
}
