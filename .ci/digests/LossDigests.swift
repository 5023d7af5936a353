import Losses

/// A line for each loss, measure and activation, in each reduction: the digest of what all its verbs return.
///
/// There are enough elements for kernels of wide vectors, and some that are left over.
struct LossDigests<S: LossScalar> {
  private let scalar: StaticString

  private var numbers = Numbers(seed: 1)

  init(_: S.Type, named scalar: StaticString) { self.scalar = scalar }

  private mutating func tensor(in lower: Double, _ upper: Double, _ shape: Shape) -> Tensor<S> {
    numbers.tensor(S.self, in: lower, upper, shape: shape)
  }

  private func line<E: Evaluation>(_ name: String, _ loss: E) throws(LossError)
  where E.Gradient: Result, E.Gradients: Result {
    var digest = Digest()
    try digest.add(loss)
    print("\(name) \(scalar) \(digest.text)")
  }

  mutating func run() throws(LossError) {
    for (name, reduction) in [("mean", Reduction.mean), ("none", .none)] {
      try elements(reduction, name)
      try classes(reduction, name)
      try rows(reduction, name)
      try similarities(reduction, name)
      try regions(reduction, name)
      try sequences(reduction, name)
    }
    try functions()
    try decoders()
  }

  private mutating func elements(_ reduction: Reduction, _ name: String) throws(LossError) {
    let shape: Shape = [5, 83]
    let (x, t) = (tensor(in: -4, 4, shape), tensor(in: -4, 4, shape))
    let (p, q) = (tensor(in: 0, 1, shape), tensor(in: 0, 1, shape))
    let (u, v) = (tensor(in: 0.1, 5, shape), tensor(in: 0.1, 5, shape))
    let w = tensor(in: 0.1, 2, shape)
    let signs = p.map { $0 < 0.5 ? -1 : 1 as S }
    let mask = q.map { $0 < 0.75 }
    try line("L1Loss \(name)", L1Loss(reduction: reduction)(x, target: t, weight: w))
    try line("MSELoss \(name)", MSELoss(reduction: reduction)(x, target: t, mask: mask))
    // A view, whose elements don't lie side by side.
    let turned = tensor(in: -4, 4, [83, 5]).transposed()
    try line("MSELoss of a view \(name)", MSELoss(reduction: reduction)(turned, target: t))
    try line("SmoothL1Loss \(name)", SmoothL1Loss(reduction: reduction)(x, target: t))
    try line("HuberLoss \(name)", HuberLoss(delta: 0.7, reduction: reduction)(x, target: t))
    try line("CharbonnierLoss \(name)", CharbonnierLoss(reduction: reduction)(x, target: t))
    try line("LogCoshLoss \(name)", LogCoshLoss(reduction: reduction)(x, target: t))
    try line("QuantileLoss \(name)", QuantileLoss(quantile: 0.3, reduction: reduction)(x, target: t))
    try line("BCELoss \(name)", BCELoss(reduction: reduction)(p, target: q, weight: w))
    try line(
      "BCEWithLogitsLoss \(name)", BCEWithLogitsLoss(reduction: reduction)(x, target: q, positiveWeight: w))
    try line("SoftMarginLoss \(name)", SoftMarginLoss(reduction: reduction)(x, target: signs))
    try line("HingeLoss \(name)", HingeLoss(reduction: reduction)(x, target: signs))
    try line("SquaredHingeLoss \(name)", SquaredHingeLoss(reduction: reduction)(x, target: signs))
    try line("HingeEmbeddingLoss \(name)", HingeEmbeddingLoss(reduction: reduction)(x, target: signs))
    try line("SigmoidFocalLoss \(name)", SigmoidFocalLoss(reduction: reduction)(x, target: q))
    try line("AsymmetricLoss \(name)", AsymmetricLoss(reduction: reduction)(x, target: q))
    try line("KLDivLoss \(name)", KLDivLoss(reduction: reduction)(x, target: q))
    try line("PoissonNLLLoss \(name)", PoissonNLLLoss(full: true, reduction: reduction)(x, target: v))
    try line("GaussianNLLLoss \(name)", GaussianNLLLoss(reduction: reduction)(x, target: t, variance: u))
    try line("TweedieNLLLoss \(name)", TweedieNLLLoss(reduction: reduction)(u, target: v))
    try line(
      "NegativeBinomialNLLLoss \(name)",
      NegativeBinomialNLLLoss(reduction: reduction)(u, dispersion: p + 0.5, target: v))
    try line(
      "MarginRankingLoss \(name)", MarginRankingLoss(reduction: reduction)(x, input2: t, target: signs))
    try line(
      "MultiLabelSoftMarginLoss \(name)", MultiLabelSoftMarginLoss(reduction: reduction)(x, target: q))
  }

  private mutating func classes(_ reduction: Reduction, _ name: String) throws(LossError) {
    let (x, wide) = (tensor(in: -6, 6, [9, 71]), tensor(in: -6, 6, [3, 5, 61]))
    let (p, weight) = (tensor(in: 0, 1, [9, 71]), tensor(in: 0.1, 2, [71]))
    let labels = numbers.labels(below: 71, shape: [9])
    let wideLabels = numbers.labels(below: 5, shape: [3, 61])
    let smoothed = CrossEntropyLoss(labelSmoothing: 0.1, reduction: reduction)
    try line("CrossEntropyLoss \(name)", CrossEntropyLoss(reduction: reduction)(x, target: labels))
    try line("CrossEntropyLoss smoothed \(name)", smoothed(wide, target: wideLabels))
    try line(
      "CrossEntropyLoss capped \(name)",
      CrossEntropyLoss(zLoss: 1e-3, softCap: 5, reduction: reduction)(x, target: labels, weight: weight))
    try line("CrossEntropyLoss of probabilities \(name)", smoothed(x, target: p, weight: weight))
    try line("NLLLoss \(name)", NLLLoss(reduction: reduction)(x, target: labels, weight: weight))
    try line("FocalLoss \(name)", FocalLoss(reduction: reduction)(x, target: labels))
    try line(
      "GeneralizedCrossEntropyLoss \(name)",
      GeneralizedCrossEntropyLoss(reduction: reduction)(x, target: labels))
    try line(
      "Poly1CrossEntropyLoss \(name)", Poly1CrossEntropyLoss(reduction: reduction)(wide, target: wideLabels))
    try line("MultiMarginLoss \(name)", MultiMarginLoss(reduction: reduction)(x, target: labels))
    let lists = numbers.labels(below: 71, shape: [9, 71])
    try line("MultiLabelMarginLoss \(name)", MultiLabelMarginLoss(reduction: reduction)(x, target: lists))
    let (linear, bias) = (tensor(in: -1, 1, [71, 13]), tensor(in: -1, 1, [71]))
    let input = tensor(in: -1, 1, [9, 13])
    try line(
      "LinearCrossEntropyLoss \(name)",
      LinearCrossEntropyLoss(reduction: reduction)(
        input, linearWeight: linear, linearBias: bias, target: labels))
    try line(
      "LinearCrossEntropyLoss capped \(name)",
      LinearCrossEntropyLoss(zLoss: 1e-3, softCap: 5, reduction: reduction)(
        input, linearWeight: linear, target: labels))
    try line(
      "LinearCrossEntropyLoss of probabilities \(name)",
      LinearCrossEntropyLoss(reduction: reduction)(input, linearWeight: linear, target: p))
    let weights = AdaptiveSoftmaxWeights(
      head: tensor(in: -1, 1, [22, 13]), headBias: tensor(in: -1, 1, [22]),
      tails: [
        .init(projection: tensor(in: -1, 1, [5, 13]), weight: tensor(in: -1, 1, [20, 5])),
        .init(projection: tensor(in: -1, 1, [3, 13]), weight: tensor(in: -1, 1, [31, 3])),
      ])
    try line(
      "AdaptiveLogSoftmaxWithLoss \(name)",
      AdaptiveLogSoftmaxWithLoss(cutoffs: [20, 40], headBias: true, reduction: reduction)(
        input, weights: weights, target: labels))
  }

  private mutating func rows(_ reduction: Reduction, _ name: String) throws(LossError) {
    let shape: Shape = [7, 67]
    let (a, b, c) = (tensor(in: -1, 1, shape), tensor(in: -1, 1, shape), tensor(in: -1, 1, shape))
    let signs = tensor(in: 0, 1, [7]).map { $0 < 0.5 ? -1 : 1 as S }
    try line(
      "CosineEmbeddingLoss \(name)", CosineEmbeddingLoss(reduction: reduction)(a, input2: b, target: signs))
    try line(
      "TripletMarginLoss \(name)", TripletMarginLoss(reduction: reduction)(a, positive: b, negative: c))
    try line(
      "TripletMarginWithDistanceLoss \(name)",
      TripletMarginWithDistanceLoss(distance: SquaredEuclideanDistance(), margin: 30, reduction: reduction)(
        a, positive: b, negative: c))
    let (boxes, others) = (self.boxes(), self.boxes())
    try line("GeneralizedIoULoss \(name)", GeneralizedIoULoss(reduction: reduction)(boxes, target: others))
    try line("DistanceIoULoss \(name)", DistanceIoULoss(reduction: reduction)(boxes, target: others))
    try line("CompleteIoULoss \(name)", CompleteIoULoss(reduction: reduction)(boxes, target: others))
  }

  /// Boxes as corners, the first above and to the left of the second.
  private mutating func boxes() -> Tensor<S> {
    Tensor(shape: [80, 4]) { index in
      S(index[1] < 2 ? numbers.number(in: 0, 1) : numbers.number(in: 1.5, 3))
    }
  }

  private mutating func similarities(_ reduction: Reduction, _ name: String) throws(LossError) {
    let (a, b) = (tensor(in: -1, 1, [9, 17]), tensor(in: -1, 1, [9, 17]))
    let centres = tensor(in: -1, 1, [71, 17])
    let labels = numbers.labels(below: 71, shape: [9])
    let groups = numbers.labels(below: 3, shape: [9])
    try line(
      "ArcFaceLoss \(name)", ArcFaceLoss(reduction: reduction)(a, classWeights: centres, target: labels))
    try line(
      "CosFaceLoss \(name)", CosFaceLoss(reduction: reduction)(a, classWeights: centres, target: labels))
    try line("InfoNCELoss \(name)", InfoNCELoss(reduction: reduction)(a, positive: b, negatives: centres))
    try line("NTXentLoss \(name)", NTXentLoss(reduction: reduction)(a, input2: b))
    try line("SupConLoss \(name)", SupConLoss(reduction: reduction)(a, target: groups))
    let mask: Tensor<Bool> = [true, true, false, true, true, true, false, true, true]
    try line("SupConLoss masked \(name)", SupConLoss(reduction: reduction)(a, target: groups, mask: mask))
    try line(
      "SigLIPLoss \(name)",
      SigLIPLoss(reduction: reduction)(a, input2: b, scale: Tensor(3 as S), bias: Tensor(-1 as S)))
  }

  private mutating func regions(_ reduction: Reduction, _ name: String) throws(LossError) {
    let x = tensor(in: -4, 4, [2, 3, 8, 17])
    let labels = numbers.labels(below: 3, shape: [2, 8, 17])
    let (single, binary) = (tensor(in: -4, 4, [2, 8, 17]), numbers.labels(below: 2, shape: [2, 8, 17]))
    let (w, p) = (tensor(in: 0.1, 2, [2, 8, 17]), tensor(in: 0, 1, [2, 3, 8, 17]))
    let mask = tensor(in: 0, 1, [2, 8, 17]).map { $0 < 0.75 }
    try line("DiceLoss \(name)", DiceLoss(reduction: reduction)(x, target: labels))
    try line(
      "DiceLoss weighted \(name)",
      DiceLoss(perSample: true, reduction: reduction)(x, target: labels, sampleWeight: w, mask: mask))
    try line("DiceLoss of masks \(name)", DiceLoss(reduction: reduction)(x, target: p, mask: mask))
    try line("JaccardLoss \(name)", JaccardLoss(reduction: reduction)(x, target: labels))
    try line("TverskyLoss \(name)", TverskyLoss(reduction: reduction)(x, target: labels))
    try line("GeneralizedDiceLoss \(name)", GeneralizedDiceLoss(reduction: reduction)(x, target: labels))
    try line(
      "LovaszSoftmaxLoss weighted \(name)",
      LovaszSoftmaxLoss(reduction: reduction)(x, target: labels, sampleWeight: w, mask: mask))
    try line(
      "LovaszSoftmaxLoss \(name)", LovaszSoftmaxLoss(perImage: true, reduction: reduction)(x, target: labels))
    try line(
      "LovaszHingeLoss \(name)", LovaszHingeLoss(perImage: true, reduction: reduction)(single, target: binary)
    )
  }

  private mutating func sequences(_ reduction: Reduction, _ name: String) throws(LossError) {
    let labels = numbers.labels(below: 10, shape: [3, 5]).map { $0 + 1 }
    let lengths: Tensor<Int32> = [5, 3, 0]
    let scores = LogSoftmax(axis: 2)
    let x = try scores(tensor(in: -3, 3, [20, 3, 11])).value()
    try line(
      "CTCLoss \(name)",
      CTCLoss(reduction: reduction)(
        x, targets: labels, inputLengths: [20, 17, 4] as Tensor<Int32>, targetLengths: lengths))
    let frames: Tensor<Int32> = [8, 6, 5]
    try line(
      "RNNTLoss \(name)",
      RNNTLoss(blank: 0, reduction: reduction)(
        tensor(in: -3, 3, [3, 8, 6, 11]), targets: labels, logitLengths: frames, targetLengths: lengths))
    try line(
      "RNNTLoss joined \(name)",
      RNNTLoss(blank: 0, reduction: reduction)(
        encoder: tensor(in: -3, 3, [3, 8, 11]), predictor: tensor(in: -3, 3, [3, 6, 11]), targets: labels,
        logitLengths: frames, targetLengths: lengths))
  }

  private mutating func functions() throws(LossError) {
    let (x, y) = (tensor(in: -6, 6, [9, 71]), tensor(in: -6, 6, [9, 71]))
    try line("Sigmoid", Sigmoid()(x))
    try line("LogSigmoid", LogSigmoid()(x))
    try line("Softmax", Softmax(axis: 1)(x))
    try line("Softmax across", Softmax(axis: 0)(x))
    try line("LogSoftmax", LogSoftmax(axis: 1)(x))
    try line("LogSumExp", LogSumExp(axis: 1)(x))
    try line("PairwiseDistance", PairwiseDistance()(x, y))
    try line("PairwiseDistance cubic", PairwiseDistance(p: 3)(x, y))
    try line("SquaredEuclideanDistance", SquaredEuclideanDistance()(x, y))
    try line("CosineSimilarity", CosineSimilarity()(x, y))
    try line("CosineDistance", CosineDistance()(x, y))
  }

  private mutating func decoders() throws(LossError) {
    let scores = LogSoftmax(axis: 2)
    let x = try scores(tensor(in: -3, 3, [20, 2, 11])).value()
    let lengths: Tensor<Int32> = [20, 17]
    var digest = Digest()
    for decoding in try CTCGreedyDecoder()(x, inputLengths: lengths) { add(decoding, to: &digest) }
    print("CTCGreedyDecoder \(scalar) \(digest.text)")
    digest = Digest()
    for decodings in try CTCBeamSearchDecoder(width: 4)(x, inputLengths: lengths) {
      for decoding in decodings { add(decoding, to: &digest) }
    }
    print("CTCBeamSearchDecoder \(scalar) \(digest.text)")
    digest = Digest()
    let alignments = try CTCAligner()(
      x, targets: [[1, 2, 3], [4, 5, 5]] as Tensor<Int32>, inputLengths: lengths,
      targetLengths: [3, 3] as Tensor<Int32>)
    for alignment in alignments {
      guard let alignment else { continue }
      for label in alignment.path { digest.add(UInt64(label)) }
      digest.add(alignment.logProbability)
    }
    print("CTCAligner \(scalar) \(digest.text)")
  }

  private func add(_ decoding: CTCDecoding, to digest: inout Digest) {
    for label in decoding.labels { digest.add(UInt64(label)) }
    digest.add(decoding.logProbability)
  }
}
