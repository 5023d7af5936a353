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
    LossFormula<AsymmetricLoss>.addKernels(to: &list)
    LossFormula<BCELoss>.addKernels(to: &list)
    LossFormula<BCEWithLogitsLoss>.addKernels(to: &list)
    BCEWithLogitsLoss.PositiveWeighted.addKernels(to: &list)
    CompleteIoULoss.addKernels(to: &list)
    DistanceIoULoss.addKernels(to: &list)
    GeneralizedIoULoss.addKernels(to: &list)
    addColumnKernels(of: Float.self, to: &list)
    addColumnKernels(of: Double.self, to: &list)
    LossFormula<HingeLoss>.addKernels(to: &list)
    LossFormula<SigmoidFocalLoss>.addKernels(to: &list)
    LossFormula<SoftMarginLoss>.addKernels(to: &list)
    LossFormula<SquaredHingeLoss>.addKernels(to: &list)
    GaussianNLLLoss.addKernels(to: &list)
    KLDivLoss.LogProbabilityFormula.addKernels(to: &list)
    KLDivLoss.ProbabilityFormula.addKernels(to: &list)
    list.add(ElementwiseKernel<NegativeBinomialNLLLoss, Double>.self)
    PoissonNLLLoss.LogRate.addKernels(to: &list)
    PoissonNLLLoss.Rate.addKernels(to: &list)
    list.add(PoissonNLLLoss.StirlingKernel<Float>.self)
    list.add(PoissonNLLLoss.StirlingKernel<Double>.self)
    LossFormula<TweedieNLLLoss>.addKernels(to: &list)
    CosineEmbeddingLoss.addKernels(to: &list)
    CosineSimilarity.addKernels(to: &list)
    PairwiseDistance.addKernels(to: &list)
    SquaredEuclideanDistance.addKernels(to: &list)
    Triplets<CosineDistance>.addKernels(to: &list)
    Triplets<PairwiseDistance>.addKernels(to: &list)
    Triplets<SquaredEuclideanDistance>.addKernels(to: &list)
    LossFormula<HingeEmbeddingLoss>.addKernels(to: &list)
    MarginRankingLoss.addKernels(to: &list)
    LossFormula<CharbonnierLoss>.addKernels(to: &list)
    LossFormula<HuberLoss>.addKernels(to: &list)
    LossFormula<L1Loss>.addKernels(to: &list)
    LossFormula<LogCoshLoss>.addKernels(to: &list)
    LossFormula<MSELoss>.addKernels(to: &list)
    QuantileLoss.Several.addKernels(to: &list)
    QuantileLoss.Single.addKernels(to: &list)
    LossFormula<SmoothL1Loss>.addKernels(to: &list)
    SmoothL1Loss.ScaledHuber.addKernels(to: &list)
    CTCLoss.addKernels(to: &list)
    RNNTLoss.addKernels(to: &list)
  }
}

extension WideKernels {
  @export(implementation) @inline(__always)
  static func addColumnKernels<C: RealScalar>(of _: C.Type, to list: inout some KernelList) {
    LogSoftmax.ResultStep<C>.addKernels(to: &list)
    Softmax.GradientStep<C>.addKernels(to: &list)
    list.add(CrossEntropyLoss.LabelResults<C>.self)
    CrossEntropyLoss.SmoothingSums<C>.addKernels(to: &list)
    CrossEntropyLoss.SmoothingGradient<C>.addKernels(to: &list)
    list.add(CrossEntropyLoss.ProbabilityResults<C>.self)
    CrossEntropyLoss.ProbabilityGradients<C>.addKernels(to: &list)
    MultiMarginLoss.Step<MultiMarginLoss.Hinge, C>.addKernels(to: &list)
    MultiMarginLoss.Step<MultiMarginLoss.SquaredHinge, C>.addKernels(to: &list)
    NLLLoss.Step<C>.addKernels(to: &list)
    list.add(SimilaritySoftmaxKernel<C>.self)
    list.add(FactorKernel<C>.self)
    list.add(SigmoidKernel<C>.self)
  }
}

extension RNNTLoss {
  @export(implementation) @inline(__always)
  static func addKernels(to list: inout some KernelList) {
    list.add(JointKernel<Float>.self)
    list.add(JointKernel<Double>.self)
    list.add(SlopeSumKernel<Float>.self)
    list.add(SlopeSumKernel<Double>.self)
  }
}

extension CTCLoss {
  @export(implementation) @inline(__always)
  static func addKernels(to list: inout some KernelList) {
    list.add(ScoreKernel<Float, Double>.self)
    list.add(ScoreKernel<Double, Double>.self)
    list.add(ProbabilityKernel<Float>.self)
    list.add(ProbabilityKernel<Double>.self)
    list.add(NormalizerKernel<Float>.self)
    list.add(NormalizerKernel<Double>.self)
  }
}
