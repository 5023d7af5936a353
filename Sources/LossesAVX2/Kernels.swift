#if arch(x86_64) || DEBUG
  package import LossEngine
  internal import Losses

  /// The kernels of engine and losses, compiled for the vectors of AVX2.
  extension AVX2Kernels: KernelProvider {
    package static func addKernels(to table: inout KernelTable) {
      var list = List(table: table)
      WideKernels.add(to: &list)
      table = list.table
    }
  }

  private struct List: KernelList {
    var table: KernelTable

    @inline(__always)
    mutating func add<K: Kernel>(_: K.Type) {
      unsafe table.insert(K.self) { kernel in
        unsafe kernel.assumingMemoryBound(to: K.self).pointee.runWide()
      }
    }
  }
#endif
