public import Losses

/// The kernels of the losses, compiled for the vectors of AVX2.
extension _AVX2: _KernelProvider {
  public static let kernels: _KernelTable = {
    var list = List()
    _Drivers._addKernels(to: &list)
    LogSigmoid._addKernels(to: &list)
    LogSoftmax._addKernels(to: &list)
    LogSumExp._addKernels(to: &list)
    Sigmoid._addKernels(to: &list)
    Softmax._addKernels(to: &list)
    BCELoss._addKernels(to: &list)
    BCEWithLogitsLoss._addKernels(to: &list)
    CrossEntropyLoss._addKernels(to: &list)
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
    return list.table
  }()
}

private struct List: _KernelList {
  private(set) var table = _KernelTable()

  @inline(__always)
  mutating func add<Kernel: _Kernel>(_: Kernel.Type) {
    unsafe table.insert(Kernel.self) { kernel in
      unsafe kernel.assumingMemoryBound(to: Kernel.self).pointee.runWide()
    }
  }
}
