import Losses

// Scalars other than `Float`, and inputs that are not row-major, for some elementwise losses, some over classes, and a
// measure of vectors.

extension Family {
  static var formats: [Family] {
    var formats = [
      families("double", Double.self),
      families("transposed", Float.self, layout: columnMajor),
      classFamilies("channels_last", Float.self, in: .classImages, layout: channelsLast),
      families("bfloat16", BFloat16.self),
    ]
    #if !((os(macOS) || targetEnvironment(macCatalyst)) && arch(x86_64))
      formats.append(families("float16", Float16.self))
    #endif
    return formats.flatMap(\.self)
  }

  private static func columnMajor(_ input: Tensor<Float>) -> Tensor<Float> {
    let axes = AxisList(input.shape.indices.reversed())
    return input.permuted(axes).contiguous().permuted(axes)
  }

  private static func channelsLast(_ images: Tensor<Float>) -> Tensor<Float> {
    images.permuted([0, 2, 3, 1]).contiguous().permuted([0, 3, 1, 2])
  }

  private static func families<S: LossScalar>(
    _ format: String, _: S.Type, layout: @escaping (Tensor<S>) -> Tensor<S> = { $0 }
  ) -> [Family] {
    matrixFamilies(format, S.self, layout: layout)
      + classFamilies(
        format, S.self, [[4096, 1000]], counted: [[64, 1000]], in: .classes, layout: layout)
  }

  private static func matrixFamilies<S: LossScalar>(
    _ format: String, _: S.Type, layout: @escaping (Tensor<S>) -> Tensor<S>
  ) -> [Family] {
    [
      Family("mse", [[1000, 1000]], counted: [[100, 100]], format: format, in: .matrices) { meter, shape in
        let loss = MSELoss()
        var inputs = Inputs()
        let input = layout(Tensor(inputs.normal(shape)))
        let target = Tensor<S>(inputs.uniform(shape))
        meter.reads(input, target)
        try meter.measure { try loss(input, target: target) }
      },
      Family("bce_with_logits", format: format, in: .matrices) { meter, shape in
        let loss = BCEWithLogitsLoss()
        var inputs = Inputs()
        let input = layout(Tensor(inputs.normal(shape)))
        let target = Tensor<S>(inputs.uniform(shape))
        meter.reads(input, target)
        try meter.measure { try loss(input, target: target) }
      },
      Family("cosine_similarity", format: format, in: .vectors) { meter, shape in
        let similarity = CosineSimilarity()
        var inputs = Inputs()
        let input1 = layout(Tensor(inputs.normal(shape)))
        let input2 = Tensor<S>(inputs.normal(shape))
        let upstream = Tensor<S>(inputs.normal([shape[0]]))
        meter.reads(input1, input2)
        try meter.measure(upstream: upstream) { try similarity(input1, input2) }
      },
    ]
  }

  private static func classFamilies<S: LossScalar>(
    _ format: String, _: S.Type, _ shapes: [Shape] = [], counted: [Shape] = [], in domain: ShapeDomain,
    layout: @escaping (Tensor<S>) -> Tensor<S>
  ) -> [Family] {
    [
      Family("cross_entropy", shapes, counted: counted, format: format, in: domain) { meter, shape in
        let loss = CrossEntropyLoss()
        var inputs = Inputs()
        let input = layout(Tensor(inputs.normal(shape)))
        let target = inputs.labels(shape)
        meter.reads(input, target)
        try meter.measure { try loss(input, target: target) }
      },
      Family("softmax", format: format, in: domain) { meter, shape in
        let softmax = Softmax(axis: 1)
        var inputs = Inputs()
        let input = layout(Tensor(inputs.normal(shape)))
        let upstream = Tensor<S>(inputs.normal(shape))
        meter.reads(input)
        try meter.measure(upstream: upstream) { try softmax(input) }
      },
    ]
  }
}
