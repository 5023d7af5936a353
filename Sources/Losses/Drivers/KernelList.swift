public import RealMath

/// What losses add their kernels to, to be compiled there.
public protocol _KernelList {
  mutating func add<Kernel: _Kernel>(_: Kernel.Type)
}

/// The kernels that are compiled for wide vectors too.
public enum _WideKernels {
  @inlinable @inline(__always)
  public static func add(to list: inout some _KernelList) {
    addDrivers(to: &list)
    LogSigmoid._addKernels(to: &list)
    LogSoftmax._addKernels(to: &list)
    LogSumExp._addKernels(to: &list)
    Sigmoid._addKernels(to: &list)
    Softmax._addKernels(to: &list)
    BCELoss._addKernels(to: &list)
    BCEWithLogitsLoss._addKernels(to: &list)
    CrossEntropyLoss._addKernels(to: &list)
    MultiMarginLoss._addKernels(to: &list)
    NLLLoss._addKernels(to: &list)
    SoftMarginLoss._addKernels(to: &list)
    GaussianNLLLoss._addKernels(to: &list)
    KLDivLoss._addKernels(to: &list)
    PoissonNLLLoss._addKernels(to: &list)
    CosineEmbeddingLoss._addKernels(to: &list)
    CosineDistance._addKernels(to: &list)
    CosineSimilarity._addKernels(to: &list)
    HingeEmbeddingLoss._addKernels(to: &list)
    PairwiseDistance._addKernels(to: &list)
    SquaredEuclideanDistance._addKernels(to: &list)
    TripletMarginLoss._addKernels(to: &list)
    TripletMarginWithDistanceLoss<CosineDistance>._addKernels(to: &list)
    TripletMarginWithDistanceLoss<SquaredEuclideanDistance>._addKernels(to: &list)
    MarginRankingLoss._addKernels(to: &list)
    HuberLoss._addKernels(to: &list)
    L1Loss._addKernels(to: &list)
    MSELoss._addKernels(to: &list)
    SmoothL1Loss._addKernels(to: &list)
    CTCLoss._addKernels(to: &list)
  }

  @inlinable @inline(__always)
  static func addDrivers(to list: inout some _KernelList) {
    list.add(ProductKernel<Float>.self)
    list.add(ProductKernel<Double>.self)
    list.add(DomainKernel<Float>.self)
    list.add(DomainKernel<Double>.self)
    #if arch(x86_64)
      list.add(HalfLoad.self)
      list.add(HalfStore.self)
    #endif
  }
}
