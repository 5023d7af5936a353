public import RealMath

/// The kernels of the engine itself.
@usableFromInline
package enum EngineKernels {
  /// Adds them to a list.
  @export(implementation) @inline(__always)
  package static func add(to list: inout some KernelList) {
    list.add(ProductKernel<Float>.self)
    list.add(ProductKernel<Double>.self)
    list.add(DomainKernel<Float>.self)
    list.add(DomainKernel<Double>.self)
    LabelledSoftmax<Float>.addKernels(to: &list)
    LabelledSoftmax<Double>.addKernels(to: &list)
    LabelledScaling<Float>.addKernels(to: &list)
    LabelledScaling<Double>.addKernels(to: &list)
    #if arch(x86_64)
      list.add(HalfLoad.self)
      list.add(HalfStore.self)
    #endif
  }
}
