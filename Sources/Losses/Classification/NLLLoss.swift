public import RealMath

/// The negative log-likelihood of the right class, −w[y]·x[y], of log-probabilities x.
///
///     let logProbabilities: Tensor<Float> = [[1, 2, 3]]
///     let loss = try NLLLoss()(logProbabilities, target: [2] as Tensor<Int>)
///     print(loss)  // -3.0
///
/// `mean` divides by the sum of the weights of the labels that are not ignored. The value and the gradient of an
/// ignored sample are 0, whatever it holds.
///
/// [PyTorch: NLLLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.NLLLoss.html)
public struct NLLLoss: ClassLoss {
  /// The label of samples that count for nothing; it may be that of a class.
  public var ignoreIndex: Int?
  public var reduction: Reduction

  /// Creates the loss with the given hyperparameters.
  public init(ignoreIndex: Int? = -100, reduction: Reduction = .mean) {
    self.ignoreIndex = ignoreIndex
    self.reduction = reduction
  }

  public var rules: ClassRules { ClassRules(costPerElement: 0.05) }

  // ∂/∂x[y] = −w[y], and 0 for every other class.
  @specialized(where C == Float) @specialized(where C == Double)
  public func compute<C: RealScalar>(_ panel: ClassPanel<C>) {
    panel.clearInputGradient()
    for column in 0..<panel.columns {
      guard let label = panel.label(ofColumn: column) else {
        panel.values[column] = 0
        continue
      }
      let place = panel.place(class: label, column: column)
      let weight = Double(panel.weight(ofClass: label))
      panel.values[column] = -weight * Double(panel.input[place])
      panel.inputGradient?[place] = C(-weight * panel.scales[column])
    }
  }
}
