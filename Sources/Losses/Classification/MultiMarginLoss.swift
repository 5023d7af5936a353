public import RealMath

/// How far the score of the right class is from being above each other's by a margin.
///
/// ```
/// loss = Σ w[y] · max(0, margin − x[y] + x[i])ᵖ / C,   over all i ≠ y
/// ```
///
///     let scores: Tensor<Float> = [[0.3, 0.7], [0.5, 0.5]]
///     let loss = try MultiMarginLoss()(scores, target: [1, 0] as Tensor<Int>)
///     print(loss)  // 0.4
///
/// The input has shape [C] or [N, C]; a single number counts as one class. `mean` divides by N, whatever the weights are. p is 1 or 2. At the kink the
/// gradient is 0.
///
/// [PyTorch: MultiMarginLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.MultiMarginLoss.html)
public struct MultiMarginLoss: ClassLoss {
  /// The power of what is missing: 1 or 2.
  public var p: Int
  /// By how much the score of the right class should be the larger one.
  public var margin: Double
  public var reduction: Reduction

  /// Creates the loss with the given hyperparameters.
  public init(p: Int = 1, margin: Double = 1, reduction: Reduction = .mean) {
    self.p = p
    self.margin = margin
    self.reduction = reduction
  }

  public func checkHyperparameters() throws(LossError) {
    guard 1...2 ~= p else {
      throw .invalidHyperparameter(name: "p", value: Double(p), requirement: "1 or 2")
    }
  }

  public var rules: ClassRules { ClassRules(isMeanWeighted: false, allowsFurtherAxes: false) }

  // With z = margin − x[y] + x[i] > 0: ∂/∂x[i] = w[y] · p·zᵖ⁻¹ / C, and ∂/∂x[y] is minus the sum of them all.
  @specialized(where C == Float) @specialized(where C == Double)
  public func compute<C: RealScalar>(_ panel: ClassPanel<C>) {
    let margin = C(margin)
    for column in 0..<panel.columns {
      guard let label = panel.label(ofColumn: column) else { continue }
      let factor = Double(panel.weight(ofClass: label)) / Double(panel.classes)
      let right = panel.input[panel.place(class: label, column: column)]
      let scale = C(factor * panel.scales[column])
      var (sum, slopes) = (0.0, 0.0)
      for index in 0..<panel.classes where index != label {
        let place = panel.place(class: index, column: column)
        let z = margin - right + panel.input[place]
        let gap = z > 0 ? z : 0
        sum += Double(p == 1 ? gap : gap * gap)
        let slope: C = p == 1 ? (z > 0 ? 1 : 0) : 2 * gap
        slopes += Double(slope)
        panel.inputGradient?[place] = slope * scale
      }
      panel.values[column] = sum * factor
      let gradient = C(-slopes * factor * panel.scales[column])
      panel.inputGradient?[panel.place(class: label, column: column)] = gradient
    }
  }
}
