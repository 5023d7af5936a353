public import LossEngine
public import RealMath

/// The kernels that are compiled for wide vectors too.
///
/// One that is missing here, or that nothing runs, fails `.ci/kernels`.
@usableFromInline
package enum WideKernels {
  /// Adds them to a list.
  @export(implementation) @inline(__always)
  package static func add(to list: inout some KernelList) {
    EngineKernels.add(to: &list)
    ActivationFormula<LogSigmoid>.addKernels(to: &list)
    ActivationFormula<Sigmoid>.addKernels(to: &list)
    addSoftmaxKernels(of: Float.self, to: &list)
    addSoftmaxKernels(of: Double.self, to: &list)
    LossFormula<BCELoss>.addKernels(to: &list)
    LossFormula<BCEWithLogitsLoss>.addKernels(to: &list)
    BCEWithLogitsLoss.PositiveWeighted.addKernels(to: &list)
    CrossEntropyLoss.addKernels(of: Float.self, to: &list)
    CrossEntropyLoss.addKernels(of: Double.self, to: &list)
    MultiMarginLoss.Formula<MultiMarginLoss.Hinge>.addLineKernels(to: &list)
    MultiMarginLoss.Formula<MultiMarginLoss.SquaredHinge>.addLineKernels(to: &list)
    NLLLoss.Formula.addKernels(to: &list)
    LossFormula<SoftMarginLoss>.addKernels(to: &list)
    GaussianNLLLoss.addKernels(to: &list)
    KLDivLoss.LogProbabilityTarget.addKernels(to: &list)
    KLDivLoss.ProbabilityTarget.addKernels(to: &list)
    PoissonNLLLoss.LogRate.addKernels(to: &list)
    PoissonNLLLoss.Rate.addKernels(to: &list)
    list.add(PoissonNLLLoss.StirlingKernel<Float>.self)
    list.add(PoissonNLLLoss.StirlingKernel<Double>.self)
    CosineEmbeddingLoss.addKernels(to: &list)
    MeasureFormula<CosineSimilarity>.addKernels(to: &list)
    MeasureFormula<PairwiseDistance>.addKernels(to: &list)
    MeasureFormula<SquaredEuclideanDistance>.addKernels(to: &list)
    Triplets<CosineDistance>.addKernels(to: &list)
    Triplets<PairwiseDistance>.addKernels(to: &list)
    Triplets<SquaredEuclideanDistance>.addKernels(to: &list)
    LossFormula<HingeEmbeddingLoss>.addKernels(to: &list)
    MarginRankingLoss.addKernels(to: &list)
    LossFormula<HuberLoss>.addKernels(to: &list)
    LossFormula<L1Loss>.addKernels(to: &list)
    LossFormula<MSELoss>.addKernels(to: &list)
    LossFormula<SmoothL1Loss>.addKernels(to: &list)
    SmoothL1Loss.ScaledHuber.addKernels(to: &list)
    CTCLoss.addKernels(to: &list)
  }

  @export(implementation) @inline(__always)
  static func addSoftmaxKernels<C: RealScalar>(of _: C.Type, to list: inout some KernelList) {
    LogSoftmax.Step<C>.addKernels(to: &list)
    Softmax.GradientStep<C>.addKernels(to: &list)
  }
}

extension CrossEntropyLoss {
  @export(implementation) @inline(__always)
  static func addKernels<C: RealScalar>(of _: C.Type, to list: inout some KernelList) {
    list.add(LabelTerms<C>.self)
    SmoothingSums<C>.addKernels(to: &list)
    SmoothingGradient<C>.addKernels(to: &list)
    ProbabilityStep<C>.addKernels(to: &list)
  }
}

extension CTCLoss {
  @export(implementation) @inline(__always)
  static func addKernels(to list: inout some KernelList) {
    list.add(ScoreKernel<Float, Double>.self)
    list.add(ScoreKernel<Double, Double>.self)
    list.add(ProbabilityKernel<Float>.self)
    list.add(ProbabilityKernel<Double>.self)
  }
}
