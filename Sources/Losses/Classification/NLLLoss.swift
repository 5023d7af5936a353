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

  @specialized(where C == Float) @specialized(where C == Double)
  public func compute<C: RealScalar>(_ panel: ClassPanel<C>) { Function().run(panel) }
}

// ∂/∂x[y] = −w[y], and 0 for every other class.

extension NLLLoss {
  @usableFromInline
  struct Function: ClassPanelFunction {
    @inlinable @inline(__always)
    init() {}

    /// Up to how many classes it is faster to go over all elements than to look for those of the labels, where each of
    /// these is a wait for memory.
    @inlinable @inline(__always)
    static var fewClasses: Int { 32 }

    @inlinable @inline(__always)
    func compute<C: RealScalar, Order: PanelOrder, Weights: ClassWeights<C>>(
      _ panel: ClassPanel<C>, _: Order.Type, weight: Weights
    ) {
      if panel.isFromMemory, !Order.linesAreColumns, 1...Self.fewClasses ~= panel.classes {
        visitAll(panel, weight)
      } else {
        visitLabels(panel, Order.self, weight)
      }
    }

    @inlinable @inline(__always)
    func visitLabels<C: RealScalar, Order: PanelOrder, Weights: ClassWeights<C>>(
      _ panel: ClassPanel<C>, _: Order.Type, _ weight: Weights
    ) {
      panel.clearInputGradient()
      for column in 0..<panel.columns {
        guard let label = panel.label(ofColumn: column) else {
          panel.values[column] = 0
          continue
        }
        let place = Order.place(class: label, column: column)
        let weight = Double(weight[label])
        panel.values[column] = -weight * Double(panel.input[place])
        panel.inputGradient?[place] = C(-weight * panel.scales[column])
      }
    }

    /// Goes over the lines, each of which is a class, and takes what belongs to the label in each column.
    @inlinable @inline(__always)
    func visitAll<C: RealScalar, Weights: ClassWeights<C>>(_ panel: ClassPanel<C>, _ weight: Weights) {
      let numbers = Scratch<C>(slots: 3, slotSize: panel.columns)
      let doubles = Scratch<Double>(slots: 1, slotSize: panel.columns)
      defer {
        numbers.deallocate()
        doubles.deallocate()
      }
      let (labels, scores, slopes) = (numbers.numbers(0), numbers.numbers(1), numbers.numbers(2))
      let weights = doubles.numbers(0)
      for column in 0..<panel.columns {
        let label = panel.label(ofColumn: column)
        // A number that is no class, where the column is ignored: it has the same width as the scores.
        labels[column] = C(label ?? -1)
        weights[column] = Double(weight[label ?? 0])
        slopes[column] = C(-weights[column] * panel.scales[column])
      }
      scores.clear(count: panel.columns)
      for index in 0..<panel.classes {
        let (line, number) = unsafe (Numbers(panel.input.line(index)), C(index))
        for column in 0..<panel.columns {
          scores[column] = select(labels[column] == number, line[column], scores[column])
        }
        guard let inputGradient = panel.inputGradient else { continue }
        let gradient = unsafe Numbers(inputGradient.line(index))
        for column in 0..<panel.columns {
          gradient[column] = select(labels[column] == number, slopes[column], 0)
        }
      }
      for column in 0..<panel.columns {
        panel.values[column] = labels[column] < 0 ? 0 : -weights[column] * Double(scores[column])
      }
    }
  }

  @inlinable @inline(__always)
  public static func _addKernels(to list: inout some _KernelList) { Function.addKernels(to: &list) }
}
