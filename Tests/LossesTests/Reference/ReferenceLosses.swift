import Losses

/// How the cases of one name in `torch.nn.functional` are called here.
struct ReferenceLoss: Sendable {
  /// The arguments it takes; any other in a case is a failure.
  let names: Set<String>
  let form: @Sendable (ReferenceArguments) throws -> any ReferenceForm

  init<Form: ReferenceForm>(
    _ options: String...,
    form: @escaping @Sendable (ReferenceArguments) throws -> Form
  ) {
    names = Set(options + Form.tensors)
    self.form = form
  }

  /// All that the suite knows. To add a loss is to add a line.
  static let all: [String: ReferenceLoss] = [
    "l1_loss": ReferenceLoss("reduction") { Weighted(L1Loss(reduction: try $0.reduction())) },
    "mse_loss": ReferenceLoss("reduction") { Weighted(MSELoss(reduction: try $0.reduction())) },
    "smooth_l1_loss": ReferenceLoss("beta", "reduction") {
      Elementwise(SmoothL1Loss(beta: try $0.number("beta"), reduction: try $0.reduction()))
    },
    "huber_loss": ReferenceLoss("delta", "reduction") {
      Weighted(HuberLoss(delta: try $0.number("delta"), reduction: try $0.reduction()))
    },
    "binary_cross_entropy": ReferenceLoss("reduction") {
      Weighted(BCELoss(reduction: try $0.reduction()))
    },
    "binary_cross_entropy_with_logits": ReferenceLoss("reduction") {
      PositiveWeighted(BCEWithLogitsLoss(reduction: try $0.reduction()))
    },
    "nll_loss": ReferenceLoss("ignore_index", "reduction") {
      Labelled(NLLLoss(ignoreIndex: try $0.integer("ignore_index"), reduction: try $0.reduction()))
    },
    "cross_entropy": ReferenceLoss("ignore_index", "label_smoothing", "reduction") {
      LabelledOrProbable(
        CrossEntropyLoss(
          ignoreIndex: try $0.integer("ignore_index"),
          labelSmoothing: try $0.number("label_smoothing"),
          reduction: try $0.reduction()
        )
      )
    },
    "multi_margin_loss": ReferenceLoss("p", "margin", "reduction") {
      Labelled(
        MultiMarginLoss(
          p: try $0.integer("p"), margin: try $0.number("margin"), reduction: try $0.reduction()))
    },
    "multilabel_margin_loss": ReferenceLoss("reduction") {
      LabelLists(MultiLabelMarginLoss(reduction: try $0.reduction()))
    },
    "multilabel_soft_margin_loss": ReferenceLoss("reduction") {
      MultiLabelled(MultiLabelSoftMarginLoss(reduction: try $0.reduction()))
    },
    "soft_margin_loss": ReferenceLoss("reduction") {
      Elementwise(SoftMarginLoss(reduction: try $0.reduction()))
    },
    "poisson_nll_loss": ReferenceLoss("log_input", "full", "eps", "reduction") {
      Elementwise(
        PoissonNLLLoss(
          logInput: try $0.boolean("log_input"), full: try $0.boolean("full"), eps: try $0.number("eps"),
          reduction: try $0.reduction()))
    },
    "gaussian_nll_loss": ReferenceLoss("full", "eps", "reduction") {
      Gaussian(
        GaussianNLLLoss(
          full: try $0.boolean("full"), eps: try $0.number("eps"), reduction: try $0.reduction()))
    },
    "kl_div": ReferenceLoss("log_target", "reduction") {
      Elementwise(
        KLDivLoss(logTarget: try $0.boolean("log_target"), reduction: try $0.reduction(hasBatchMean: true)))
    },
    "hinge_embedding_loss": ReferenceLoss("margin", "reduction") {
      Elementwise(HingeEmbeddingLoss(margin: try $0.number("margin"), reduction: try $0.reduction()))
    },
    "margin_ranking_loss": ReferenceLoss("margin", "reduction") {
      Ranked(MarginRankingLoss(margin: try $0.number("margin"), reduction: try $0.reduction()))
    },
    "cosine_embedding_loss": ReferenceLoss("margin", "reduction") {
      Embedded(CosineEmbeddingLoss(margin: try $0.number("margin"), reduction: try $0.reduction()))
    },
    "triplet_margin_loss": ReferenceLoss("margin", "p", "eps", "swap", "reduction") {
      Triplets(
        TripletMarginLoss(
          margin: try $0.number("margin"), p: try $0.number("p"), eps: try $0.number("eps"),
          swap: try $0.boolean("swap"), reduction: try $0.reduction()))
    },
    "triplet_margin_with_distance_loss": ReferenceLoss("distance_function", "margin", "swap", "reduction") {
      DistantTriplets(
        distance: try $0.distance(), margin: try $0.number("margin"), swap: try $0.boolean("swap"),
        reduction: try $0.reduction())
    },
    "ctc_loss": ReferenceLoss("blank", "zero_infinity", "reduction") {
      Aligned(
        CTCLoss(
          blank: try $0.integer("blank"), zeroInfinity: try $0.boolean("zero_infinity"),
          reduction: try $0.reduction()))
    },
    "log_softmax": ReferenceLoss("dim") { Activated(LogSoftmax(axis: try $0.integer("dim"))) },
    "softmax": ReferenceLoss("dim") { Activated(Softmax(axis: try $0.integer("dim"))) },
    "logsumexp": ReferenceLoss("dim") { Activated(LogSumExp(axis: try $0.integer("dim"))) },
    "sigmoid": ReferenceLoss { _ in Activated(Sigmoid()) },
    "logsigmoid": ReferenceLoss { _ in Activated(LogSigmoid()) },
  ]
}
