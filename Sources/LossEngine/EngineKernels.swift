public import RealMath

/// The kernels of the engine itself.
@usableFromInline
package enum EngineKernels {
  /// Adds them to a list.
  @export(implementation) @inline(__always)
  package static func add(to list: inout some KernelList) {
    list.add(ProductKernel<Float>.self)
    list.add(ProductKernel<Double>.self)
    list.add(ProductSumKernel<Float>.self)
    list.add(ProductSumKernel<Double>.self)
    list.add(ScaledWeightKernel<Float>.self)
    list.add(ScaledWeightKernel<Double>.self)
    list.add(MatrixKernel<SIMD16<Float>>.self)
    list.add(MatrixKernel<SIMD8<Double>>.self)
    list.add(DomainKernel<Float>.self)
    list.add(DomainKernel<Double>.self)
    list.add(BoxOrderKernel<Float>.self)
    list.add(BoxOrderKernel<Double>.self)
    list.add(ExtremeExponentials<Float>.self)
    list.add(ExtremeExponentials<Double>.self)
    list.add(ExtremeLogarithms<Float>.self)
    list.add(ExtremeLogarithms<Double>.self)
    addSteps(of: Float.self, to: &list)
    addSteps(of: Double.self, to: &list)
    list.add(BFloat16Load.self)
    list.add(BFloat16Store.self)
    #if arch(x86_64)
      list.add(HalfLoad.self)
      list.add(HalfStore.self)
    #endif
  }

  @export(implementation) @inline(__always)
  static func addSteps<C: RealScalar>(of _: C.Type, to list: inout some KernelList) {
    SoftmaxStep<C>.addKernels(to: &list)
    SoftmaxWithSums<C>.addKernels(to: &list)
    ScalingStep<C>.addKernels(to: &list)
    LabelObjectiveStep<C>.addKernels(to: &list)
    list.add(LabelKernel<C>.self)
    list.add(LabelGradientKernel<C>.self)
    list.add(SoftCapKernel<C>.self)
    list.add(ActivationKernel<C>.self)
    list.add(OverlapKernel<C>.self)
    list.add(OverlapGradientKernel<C>.self)
  }
}
