import Losses

// Gradients are by all vectors: two for a pair, three for a triplet.

extension Row {
  static var vectors: [Row] {
    [
      cosineEmbedding([1024, 128]),
      triplet("triplet_margin", [1024, 128], TripletMarginLoss()),
      triplet(
        "triplet_margin_with_distance", [1024, 128], TripletMarginWithDistanceLoss(distance: CosineDistance())
      ),
      vectorMeasure("pairwise_distance", [1024, 128], PairwiseDistance()),
      vectorMeasure("cosine_similarity", [1024, 128], CosineSimilarity()),
    ]
  }

  private static func cosineEmbedding(_ shape: Shape) -> Row {
    Row("cosine_embedding", shape) { meter in
      let loss = CosineEmbeddingLoss()
      var inputs = Inputs()
      let input1 = inputs.normal(shape)
      let input2 = inputs.normal(shape)
      let target = inputs.signs([shape[0]])
      try meter.measure(
        forward: { try loss(input1, input2: input2, target: target) },
        gradient: { try loss.valueWithGradient(input1, input2: input2, target: target) },
        into: { try loss.valueWithGradient(input1, input2: input2, target: target, into: &$0) })
    }
  }

  private static func triplet<Distance>(
    _ name: String, _ shape: Shape, _ loss: TripletMarginWithDistanceLoss<Distance>
  ) -> Row {
    Row(name, shape) { meter in
      var inputs = Inputs()
      let anchor = inputs.normal(shape)
      let positive = inputs.normal(shape)
      let negative = inputs.normal(shape)
      try meter.measure(
        forward: { try loss(anchor, positive: positive, negative: negative) },
        gradient: { try loss.valueWithGradient(anchor, positive: positive, negative: negative) },
        into: { try loss.valueWithGradient(anchor, positive: positive, negative: negative, into: &$0) })
    }
  }

  private static func vectorMeasure(_ name: String, _ shape: Shape, _ measure: some VectorMeasure) -> Row {
    Row(name, shape) { meter in
      var inputs = Inputs()
      let input1 = inputs.normal(shape)
      let input2 = inputs.normal(shape)
      let upstream = inputs.normal([shape[0]])
      try meter.measure(
        forward: { try measure(input1, input2) },
        gradient: { try measure.valueWithGradient(input1, input2, upstream: upstream) },
        into: { try measure.valueWithGradient(input1, input2, upstream: upstream, into: &$0) })
    }
  }
}
