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
/// The input has shape [C] or [N, C]; a single number counts as one class. `mean` divides by N, whatever the weights
/// are. p is 1 or 2. At the kink the gradient is 0.
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

  @specialized(where C == Float) @specialized(where C == Double)
  public func compute<C: RealScalar>(_ panel: ClassPanel<C>) {
    if p == 1 {
      Function<Hinge>(margin: margin).run(panel)
    } else {
      Function<SquaredHinge>(margin: margin).run(panel)
    }
  }
}

/// A power of max(0, z), and its derivative.
@usableFromInline
protocol HingePower: SendableMetatype {
  static func terms<C: RealScalar>(_ z: C) -> (value: C, slope: C)
}

// With z = margin − x[y] + x[i] > 0: ∂/∂x[i] = w[y] · p·zᵖ⁻¹ / C, and ∂/∂x[y] is minus the sum of them all.

extension MultiMarginLoss {
  @usableFromInline
  enum Hinge: HingePower {
    @inlinable @inline(__always)
    static func terms<C: RealScalar>(_ z: C) -> (value: C, slope: C) { z > 0 ? (z, 1) : (0, 0) }
  }

  @usableFromInline
  enum SquaredHinge: HingePower {
    @inlinable @inline(__always)
    static func terms<C: RealScalar>(_ z: C) -> (value: C, slope: C) { z > 0 ? (z * z, 2 * z) : (0, 0) }
  }

  @usableFromInline
  struct Function<Power: HingePower>: ClassPanelFunction {
    @usableFromInline let margin: Double

    @inlinable @inline(__always)
    func compute<C: RealScalar, Order: PanelOrder, Weights: ClassWeights<C>>(
      _ panel: ClassPanel<C>, _: Order.Type, weight: Weights
    ) {
      for column in 0..<panel.columns {
        let label = panel.labels[column]
        // There are no further axes, so that a line is a column.
        let scores = unsafe Numbers(panel.input.line(column))
        let missing = C(margin) - scores[label]
        let factor = Double(weight[label]) / Double(panel.classes)

        /// The sum over all classes but the right one.
        @inline(__always) func sum(_ term: (C) -> C) -> Double {
          let next = label + 1
          return Summation.sum(count: label) { term(missing + scores[$0]) }
            + Summation.sum(count: panel.classes - next) { term(missing + scores[next &+ $0]) }
        }
        panel.values[column] = factor * sum { Power.terms($0).value }

        guard let inputGradient = panel.inputGradient else { continue }
        let gradient = unsafe Numbers(inputGradient.line(column))
        let scale = factor * panel.scales[column]
        for index in 0..<panel.classes {
          gradient[index] = C(scale) * Power.terms(missing + scores[index]).slope
        }
        gradient[label] = C(-scale * sum { Power.terms($0).slope })
      }
    }
  }

  @inlinable @inline(__always)
  public static func _addKernels(to list: inout some _KernelList) {
    Function<Hinge>.addKernels(to: &list)
    Function<SquaredHinge>.addKernels(to: &list)
  }
}
