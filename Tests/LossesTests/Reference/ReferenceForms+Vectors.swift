import Losses

/// Input, target and variance.
struct Gaussian: ReferenceForm {
  static var tensors: [String] { ["input", "target", "var"] }

  let loss: GaussianNLLLoss

  init(_ loss: GaussianNLLLoss) { self.loss = loss }

  func verbs<S: ReferenceScalar>(_ arguments: ReferenceArguments) throws -> ReferenceVerbs<S> {
    let x: Tensor<S> = try arguments.tensor("input")
    let t: Tensor<S> = try arguments.tensor("target")
    let v: Tensor<S> = try arguments.numbers("var")
    if v.rank == 0, x.rank > 1, (try? arguments.source("var")) != nil {
      throw ReferenceProblem.inexpressible("a variance without axes is a number")
    }
    return ReferenceVerbs(
      shapes: ["input": x.shape],
      value: { try loss(x, target: t, variance: v) },
      backward: { ["input": try loss.backward(x, target: t, variance: v, upstream: $0)] },
      valueWithGradient: {
        let result = try loss.valueWithGradient(x, target: t, variance: v, upstream: $0)
        return (result.value, ["input": result.gradient])
      },
      valueIntoGradient: {
        try loss.valueWithGradient(x, target: t, variance: v, upstream: $0, into: &$1["input"]!)
      },
      gradients: {
        let gradients = try loss.gradients(x, target: t, variance: v, upstream: $0)
        return ["input": gradients.input, "target": gradients.target, "var": gradients.variance]
      })
  }
}

/// Two inputs and an answer.
struct Ranked: ReferenceForm {
  static var tensors: [String] { ["input1", "input2", "target"] }

  let loss: MarginRankingLoss

  init(_ loss: MarginRankingLoss) { self.loss = loss }

  func verbs<S: ReferenceScalar>(_ arguments: ReferenceArguments) throws -> ReferenceVerbs<S> {
    let x: Tensor<S> = try arguments.tensor("input1")
    let y: Tensor<S> = try arguments.tensor("input2")
    let t: Tensor<S> = try arguments.numbers("target")
    return ReferenceVerbs(
      pair: x.shape,
      value: { try loss(x, input2: y, target: t) },
      backward: { try loss.backward(x, input2: y, target: t, upstream: $0) },
      valueWithGradient: { try loss.valueWithGradient(x, input2: y, target: t, upstream: $0) },
      valueIntoGradient: { try loss.valueWithGradient(x, input2: y, target: t, upstream: $0, into: &$1) },
      gradients: {
        let gradients = try loss.gradients(x, input2: y, target: t, upstream: $0)
        return ["input1": gradients.input1, "input2": gradients.input2, "target": gradients.target]
      })
  }
}

/// Two inputs of vectors and an answer.
struct Embedded: ReferenceForm {
  static var tensors: [String] { ["input1", "input2", "target"] }

  let loss: CosineEmbeddingLoss

  init(_ loss: CosineEmbeddingLoss) { self.loss = loss }

  func verbs<S: ReferenceScalar>(_ arguments: ReferenceArguments) throws -> ReferenceVerbs<S> {
    let x: Tensor<S> = try arguments.tensor("input1")
    let y: Tensor<S> = try arguments.tensor("input2")
    let t: Tensor<S> = try arguments.numbers("target")
    return ReferenceVerbs(
      pair: x.shape,
      value: { try loss(x, input2: y, target: t) },
      backward: { try loss.backward(x, input2: y, target: t, upstream: $0) },
      valueWithGradient: { try loss.valueWithGradient(x, input2: y, target: t, upstream: $0) },
      valueIntoGradient: { try loss.valueWithGradient(x, input2: y, target: t, upstream: $0, into: &$1) })
  }
}

/// Anchor, positive and negative.
struct Triplets<Distance: VectorMeasure>: ReferenceForm {
  static var tensors: [String] { ["anchor", "positive", "negative"] }

  let loss: TripletMarginWithDistanceLoss<Distance>

  init(_ loss: TripletMarginWithDistanceLoss<Distance>) { self.loss = loss }

  func verbs<S: ReferenceScalar>(_ arguments: ReferenceArguments) throws -> ReferenceVerbs<S> {
    let a: Tensor<S> = try arguments.tensor("anchor")
    let p: Tensor<S> = try arguments.tensor("positive")
    let n: Tensor<S> = try arguments.tensor("negative")
    func named(_ gradient: TripletGradient<S>) -> ReferenceVerbs<S>.Gradients {
      ["anchor": gradient.anchor, "positive": gradient.positive, "negative": gradient.negative]
    }
    return ReferenceVerbs(
      shapes: ["anchor": a.shape, "positive": a.shape, "negative": a.shape],
      value: { try loss(a, positive: p, negative: n) },
      backward: { named(try loss.backward(a, positive: p, negative: n, upstream: $0)) },
      valueWithGradient: {
        let result = try loss.valueWithGradient(a, positive: p, negative: n, upstream: $0)
        return (result.value, named(result.gradient))
      },
      valueIntoGradient: { upstream, gradients in
        var gradient = TripletGradient(
          anchor: gradients["anchor"]!, positive: gradients["positive"]!, negative: gradients["negative"]!)
        defer { gradients = named(gradient) }
        return try loss.valueWithGradient(a, positive: p, negative: n, upstream: upstream, into: &gradient)
      },
      gradients: nil)
  }
}

/// Anchor, positive and negative, with a distance that a case names; absent, it is the pairwise one.
struct DistantTriplets: ReferenceForm {
  static var tensors: [String] { Triplets<PairwiseDistance>.tensors }

  let distance: String
  let margin: Double
  let swap: Bool
  let reduction: Reduction

  func verbs<S: ReferenceScalar>(_ arguments: ReferenceArguments) throws -> ReferenceVerbs<S> {
    switch distance {
    case "pairwise": try verbs(PairwiseDistance(), arguments)
    case "cosine": try verbs(CosineDistance(), arguments)
    case "squared_euclidean": try verbs(SquaredEuclideanDistance(), arguments)
    default: throw ReferenceProblem.inexpressible("distance_function is \(distance)")
    }
  }

  private func verbs<S: ReferenceScalar>(
    _ distance: some VectorMeasure, _ arguments: ReferenceArguments
  ) throws -> ReferenceVerbs<S> {
    try Triplets(
      TripletMarginWithDistanceLoss(distance: distance, margin: margin, swap: swap, reduction: reduction)
    ).verbs(arguments)
  }
}

extension ReferenceVerbs {
  /// The verbs of a loss whose `backward` is the gradient by two inputs.
  init(
    pair shape: Shape,
    value: @escaping () throws -> Tensor<S>,
    backward: @escaping (Tensor<S>?) throws -> PairGradient<S>,
    valueWithGradient: @escaping (Tensor<S>?) throws -> (value: Tensor<S>, gradient: PairGradient<S>),
    valueIntoGradient: @escaping (Tensor<S>?, inout PairGradient<S>) throws -> Tensor<S>,
    gradients: ((Tensor<S>?) throws -> Gradients)? = nil
  ) {
    func named(_ gradient: PairGradient<S>) -> Gradients {
      ["input1": gradient.input1, "input2": gradient.input2]
    }
    shapes = ["input1": shape, "input2": shape]
    self.value = value
    self.backward = { named(try backward($0)) }
    self.valueWithGradient = {
      let result = try valueWithGradient($0)
      return (result.value, named(result.gradient))
    }
    self.valueIntoGradient = { upstream, gradients in
      var gradient = PairGradient(input1: gradients["input1"]!, input2: gradients["input2"]!)
      defer { gradients = named(gradient) }
      return try valueIntoGradient(upstream, &gradient)
    }
    self.gradients = gradients
  }
}
