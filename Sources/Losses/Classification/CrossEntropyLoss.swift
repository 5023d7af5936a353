public import RealMath

/// Cross entropy of the softmax of scores: minus the log-probability of the right class.
///
/// ```
/// log p = x − log Σᵢ eˣⁱ,   loss = −w[y] · log p[y]
/// ```
///
///     let logits: Tensor<Float> = [[1, 2, 3]]
///     let loss = try CrossEntropyLoss()(logits, target: [2] as Tensor<Int>)
///     print(loss)  // 0.40760595
///
/// The target is a label for each sample, or a probability for each class, in the input's shape. With smoothing ε, the
/// right class has probability 1 − ε, and ε is shared out among all C classes:
///
/// ```
/// t ← (1 − ε)·t + ε/C,   loss = −Σᵢ w[i]·t[i]·log p[i]
/// ```
///
/// With labels, `mean` divides by the sum of the weights of the labels that are not ignored. The value and the gradient
/// of an ignored sample are 0, whatever it holds. With probabilities, nothing can be ignored, and `mean` divides by the
/// number of samples, whatever the weights are. A class that has probability 0 adds 0 to the loss, also where its
/// score is −∞.
///
/// A smoothing outside 0...1 is an error.
///
/// C. Szegedy et al., Rethinking the Inception architecture, CVPR 2016,
/// [doi:10.1109/CVPR.2016.308](https://doi.org/10.1109/CVPR.2016.308) (label smoothing).
/// [PyTorch: CrossEntropyLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html)
public struct CrossEntropyLoss: ProbabilityLoss {
  /// The label of samples that count for nothing; it may be that of a class.
  public var ignoreIndex: Int?
  /// The share ε of the probability that goes to all classes alike.
  public var labelSmoothing: Double
  public var reduction: Reduction

  /// Creates the loss with the given hyperparameters.
  public init(ignoreIndex: Int? = -100, labelSmoothing: Double = 0, reduction: Reduction = .mean) {
    self.ignoreIndex = ignoreIndex
    self.labelSmoothing = labelSmoothing
    self.reduction = reduction
  }

  public func checkHyperparameters() throws(LossError) {
    guard 0...1 ~= labelSmoothing else {
      throw .invalidHyperparameter(name: "labelSmoothing", value: labelSmoothing, requirement: "in 0...1")
    }
  }

  @specialized(where C == Float) @specialized(where C == Double)
  public func compute<C: RealScalar>(_ panel: ClassPanel<C>) {
    if panel.probabilities == nil {
      LabelFunction(loss: self).run(panel)
    } else {
      ProbabilityFunction(loss: self).run(panel)
    }
  }
}

// In both kernels m is the largest score of a column, e = e^(x − m), S = Σ e and log p = (x − m) − log S. The largest e
// is 1, and S = 1 + rest: what is left of a certain prediction that is right. Any target is a factor k for each class,
// loss = −Σ k·log p. With K = Σ k, and since ∂log p[i]/∂x[j] = [i = j] − p[j],
//
//   ∂loss/∂x = K·p − k = (K·e − k·S) / S.

extension CrossEntropyLoss {
  /// Labels: k = w·ε/C for each class, and h = w·(1 − ε) more for that of the label.
  @usableFromInline
  struct LabelFunction: ClassPanelFunction {
    @usableFromInline let loss: CrossEntropyLoss

    @inlinable @inline(__always)
    func compute<C: RealScalar, Order: PanelOrder, Weights: ClassWeights<C>>(
      _ panel: ClassPanel<C>, _: Order.Type, weight: Weights
    ) {
      // All are ignored, if there are any.
      if panel.classes == 0 { return panel.values.clear(count: panel.columns) }
      let sweeps = PanelSweeps<C, Order>(classes: panel.classes, columns: panel.columns)
      let columns = LabelledColumns(panel, weight: weight)
      defer {
        sweeps.deallocate()
        columns.deallocate()
      }
      let (maxima, rests, weights) = (columns.maxima, columns.rests, columns.weights)
      sweeps.exponentials(of: panel.input, maxima: maxima, rests: rests, storing: panel.inputGradient)
      columns.findScores(Order.self)
      let share = C(loss.labelSmoothing / Double(panel.classes))
      let shares = share > 0 ? Double(share) * panel.weightSum : 0
      if share > 0 {
        // Σ k·(m − x), what log p adds to shares · log S.
        sweeps.sums(into: columns.gaps) { place in
          share * weight[Order.classIndex(of: place)] * (maxima[Order.column(of: place)] - panel.input[place])
        }
      }

      for column in 0..<panel.columns { columns.logSums[column] = log1p(C(rests[column])) }
      let hard = 1 - loss.labelSmoothing
      for column in 0..<panel.columns {
        let gap = Double(maxima[column]) - Double(columns.scores[column])
        let surprise = gap + Double(columns.logSums[column])
        panel.values[column] = hard == 0 ? 0 : hard * weights[column] * surprise
      }
      if share > 0 {
        for column in 0..<panel.columns {
          panel.values[column] += columns.gaps[column] + shares * Double(columns.logSums[column])
        }
      }
      columns.forEachIgnored { panel.values[$0] = 0 }

      guard let gradient = panel.inputGradient else { return }
      for column in 0..<panel.columns {
        let (scale, sum, weight) = (panel.scales[column], 1 + rests[column], weights[column])
        // 1 − p is (S − e) / S, which is exact where the label is almost certain.
        let e = Double(columns.exponentials[column])
        let slope = (shares * e - hard * weight * ((1 - e) + rests[column])) / sum - Double(share) * weight
        columns.factors[column] = C((hard * weight + shares) / sum * scale)
        columns.gradients[column] = C(slope * scale)
      }
      if share > 0 {
        sweeps.visit { place in
          let column = Order.column(of: place)
          let k = share * weight[Order.classIndex(of: place)]
          gradient[place] = gradient[place] * columns.factors[column] - k * C(panel.scales[column])
        }
      } else {
        sweeps.visit { place in gradient[place] *= columns.factors[Order.column(of: place)] }
      }
      for column in 0..<panel.columns {
        gradient[Order.place(class: columns.labels[column], column: column)] = columns.gradients[column]
      }
      columns.forEachIgnored { panel.clearInputGradient(ofColumn: $0) }
    }
  }

  /// Probabilities: k = w·((1 − ε)·t + ε/C), and ∂loss/∂t = −(1 − ε)·w·log p.
  @usableFromInline
  struct ProbabilityFunction: ClassPanelFunction {
    @usableFromInline let loss: CrossEntropyLoss

    @inlinable @inline(__always)
    func compute<C: RealScalar, Order: PanelOrder, Weights: ClassWeights<C>>(
      _ panel: ClassPanel<C>, _: Order.Type, weight: Weights
    ) {
      guard let target = panel.probabilities else { return }
      let sweeps = PanelSweeps<C, Order>(classes: panel.classes, columns: panel.columns)
      let scratch = Scratch<C>(slots: 6, slotSize: panel.columns)
      let sumScratch = Scratch<Double>(slots: 2, slotSize: panel.columns)
      defer {
        sweeps.deallocate()
        scratch.deallocate()
        sumScratch.deallocate()
      }
      let (maxima, logSums) = (scratch.numbers(0), scratch.numbers(1))
      let (factors, smallRests) = (scratch.numbers(2), scratch.numbers(3))
      let (totals, remainders) = (scratch.numbers(4), scratch.numbers(5))
      let (rests, factorSums) = (sumScratch.numbers(0), sumScratch.numbers(1))
      let keep = C(1 - loss.labelSmoothing)
      let share = C(loss.labelSmoothing / Double(panel.classes))
      // k of an element.
      func factor(_ place: PanelPlace) -> C {
        weight[Order.classIndex(of: place)] * (keep * target[place] + share)
      }

      // −log p of an element is its gap m − x, and log S.
      func gap(_ place: PanelPlace) -> C { maxima[Order.column(of: place)] - panel.input[place] }

      panel.values.clear(count: panel.columns)
      factorSums.clear(count: panel.columns)
      sweeps.exponentials(of: panel.input, maxima: maxima, rests: rests, storing: panel.inputGradient) {
        sweeps.add($0, $1, to: panel.values) { place in
          let (k, gap) = (factor(place), gap(place))
          // What has probability 0 adds nothing, even if it is infinitely surprising.
          return k == 0 ? 0 : k * gap
        }
        sweeps.add($0, $1, to: factorSums, eachInDouble: true) { place in factor(place) }
      }
      for column in 0..<panel.columns { logSums[column] = log1p(C(rests[column])) }
      for column in 0..<panel.columns {
        panel.values[column] += factorSums[column] == 0 ? 0 : factorSums[column] * Double(logSums[column])
      }
      if let gradient = panel.targetGradient {
        sweeps.visit { place in
          let scale = keep * weight[Order.classIndex(of: place)] * C(panel.scales[Order.column(of: place)])
          gradient[place] = scale == 0 ? 0 : scale * (gap(place) + logSums[Order.column(of: place)])
        }
      }
      guard let gradient = panel.inputGradient else { return }
      for column in 0..<panel.columns {
        factors[column] = C(panel.scales[column] / (1 + rests[column]))
        smallRests[column] = C(rests[column])
        // What K loses when it is rounded, K·e − k would miss where a certain prediction is right.
        totals[column] = C(factorSums[column])
        remainders[column] = C(factorSums[column] - Double(totals[column]))
      }
      sweeps.visit { place in
        let (k, e, column) = (factor(place), gradient[place], Order.column(of: place))
        let difference = (totals[column] * e - k) + (remainders[column] * e - k * smallRests[column])
        gradient[place] = difference * factors[column]
      }
    }
  }

  @inlinable @inline(__always)
  public static func _addKernels(to list: inout some _KernelList) {
    LabelFunction.addKernels(to: &list)
    ProbabilityFunction.addKernels(to: &list)
  }
}
