import Losses

// The gradient is with respect to all vectors: two in a pair, three in a triplet.

extension Family {
  static var vectors: [Family] {
    let shape: Shape = [1024, 128]
    return [
      cosineEmbedding([shape, [400_000, 4]], counted: [[4096, 4]]),
      triplets("triplet_margin", [shape, [65_536, 16]], counted: [[1024, 16]], TripletMarginLoss()) {
        meter, loss, anchor, positive, negative in
        try meter.measure { try loss(anchor, positive: positive, negative: negative) }
      },
      triplets(
        "triplet_margin_with_distance", [shape], TripletMarginWithDistanceLoss(distance: CosineDistance())
      ) { meter, loss, anchor, positive, negative in
        try meter.measure { try loss(anchor, positive: positive, negative: negative) }
      },
      vectorMeasure("pairwise_distance", [shape], PairwiseDistance()) { meter, distance, a, b, upstream in
        try meter.measure(upstream: upstream) { try distance(a, b) }
      },
      vectorMeasure("cosine_similarity", [shape], CosineSimilarity()) { meter, similarity, a, b, upstream in
        try meter.measure(upstream: upstream) { try similarity(a, b) }
      },
    ]
  }

  private static func cosineEmbedding(_ shapes: [Shape], counted: [Shape]) -> Family {
    Family("cosine_embedding", shapes, counted: counted, in: .vectors) { meter, shape in
      let loss = CosineEmbeddingLoss()
      var inputs = Inputs()
      let input1 = inputs.normal(shape)
      let input2 = inputs.normal(shape)
      let target = inputs.signs([shape[0]])
      meter.reads(input1, input2, target)
      try meter.measure { try loss(input1, input2: input2, target: target) }
    }
  }

  private static func triplets<Loss>(
    _ name: String, _ shapes: [Shape], counted: [Shape] = [], _ loss: Loss,
    _ measure:
      @escaping (
        inout Meter, Loss, _ anchor: Tensor<Float>, _ positive: Tensor<Float>, _ negative: Tensor<Float>
      ) throws -> Void
  ) -> Family {
    Family(name, shapes, counted: counted, in: .vectors) { meter, shape in
      var inputs = Inputs()
      let anchor = inputs.normal(shape)
      let positive = inputs.normal(shape)
      let negative = inputs.normal(shape)
      meter.reads(anchor, positive, negative)
      try measure(&meter, loss, anchor, positive, negative)
    }
  }

  private static func vectorMeasure<Measure>(
    _ name: String, _ shapes: [Shape], _ vectorMeasure: Measure,
    _ measure:
      @escaping (
        inout Meter, Measure, _ input1: Tensor<Float>, _ input2: Tensor<Float>, _ upstream: Tensor<Float>
      ) throws -> Void
  ) -> Family {
    Family(name, shapes, in: .vectors) { meter, shape in
      var inputs = Inputs()
      let input1 = inputs.normal(shape)
      let input2 = inputs.normal(shape)
      let upstream = inputs.normal([shape[0]])
      meter.reads(input1, input2)
      try measure(&meter, vectorMeasure, input1, input2, upstream)
    }
  }
}
