public import Losses

/// The kernels of the losses that gain from it, compiled for the vectors of AVX-512.
extension _AVX512: _KernelProvider {
  public static func addKernels(to table: inout _KernelTable) {
    var list = List(table: table)
    _WideKernels.add(to: &list)
    table = list.table
  }
}

private struct List: _KernelList {
  var table: _KernelTable

  @inline(__always)
  mutating func add<Kernel: _Kernel>(_: Kernel.Type) {
    guard Kernel.gainsFromAVX512 else { return }
    unsafe table.insert(Kernel.self) { kernel in
      unsafe kernel.assumingMemoryBound(to: Kernel.self).pointee.runWide()
    }
  }
}
