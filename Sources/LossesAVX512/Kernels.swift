public import Losses

/// The kernels of the losses, compiled for the vectors of AVX-512.
extension _AVX512: _KernelProvider {
  public static let kernels: _KernelTable = {
    var list = List()
    _WideKernels.add(to: &list)
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
