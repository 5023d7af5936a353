public import Losses

/// The kernels of the losses, compiled for the vectors of AVX2.
extension _AVX2: _KernelProvider {
  public static let kernels: _KernelTable = {
    var table = _KernelTable()
    table._addDrivers()
    LogSigmoid._addKernels(to: &table)
    LogSoftmax._addKernels(to: &table)
    LogSumExp._addKernels(to: &table)
    Sigmoid._addKernels(to: &table)
    Softmax._addKernels(to: &table)
    BCELoss._addKernels(to: &table)
    BCEWithLogitsLoss._addKernels(to: &table)
    CrossEntropyLoss._addKernels(to: &table)
    SoftMarginLoss._addKernels(to: &table)
    GaussianNLLLoss._addKernels(to: &table)
    KLDivLoss._addKernels(to: &table)
    PoissonNLLLoss._addKernels(to: &table)
    HingeEmbeddingLoss._addKernels(to: &table)
    MarginRankingLoss._addKernels(to: &table)
    HuberLoss._addKernels(to: &table)
    L1Loss._addKernels(to: &table)
    MSELoss._addKernels(to: &table)
    SmoothL1Loss._addKernels(to: &table)
    return table
  }()
}
