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
    "log_softmax": ReferenceLoss("dim") { Activated(LogSoftmax(axis: try $0.integer("dim"))) },
    "softmax": ReferenceLoss("dim") { Activated(Softmax(axis: try $0.integer("dim"))) },
    "logsigmoid": ReferenceLoss { _ in Activated(LogSigmoid()) },
  ]
}
