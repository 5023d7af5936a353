public import RealMath

/// Some columns of the arguments of a function along an axis, and memory for the results.
public struct ActivationPanel<C: RealScalar> {
  @usableFromInline let classes: Int
  @usableFromInline let columns: Int
  /// Whether the axis is the last one of the tensor.
  @usableFromInline let isInnermost: Bool
  @usableFromInline let input: Panel<C>
  /// What the gradient by the result is, where there is memory for that by the input.
  @usableFromInline let upstream: Panel<C>?
  @usableFromInline let value: Panel<C>?
  @usableFromInline let gradient: Panel<C>?
}

/// What is computed of a panel's columns in the same way, however they lie in memory.
@usableFromInline
protocol ActivationPanelFunction {
  func compute<C: RealScalar, Order: PanelOrder>(_ panel: ActivationPanel<C>, _: Order.Type)
}

extension ActivationPanelFunction {
  @inline(__always)
  func run<C: RealScalar>(_ panel: ActivationPanel<C>) {
    let elements = panel.classes * panel.columns
    if panel.isInnermost {
      ActivationKernel<Self, C, ClassesInLine>(function: self, panel: panel)(elements: elements)
    } else {
      ActivationKernel<Self, C, ColumnsInLine>(function: self, panel: panel)(elements: elements)
    }
  }

  @inlinable @inline(__always)
  static func addKernels(to list: inout some _KernelList) {
    list.add(ActivationKernel<Self, Float, ClassesInLine>.self)
    list.add(ActivationKernel<Self, Float, ColumnsInLine>.self)
    list.add(ActivationKernel<Self, Double, ClassesInLine>.self)
    list.add(ActivationKernel<Self, Double, ColumnsInLine>.self)
  }
}

@usableFromInline
struct ActivationKernel<Function: ActivationPanelFunction, C: RealScalar, Order: PanelOrder>: _Kernel {
  @usableFromInline let function: Function
  @usableFromInline let panel: ActivationPanel<C>

  // In `Double` it waits for memory, and longer than with vectors of half the width.
  @inlinable @inline(__always)
  static var gainsFromAVX512: Bool { C.self == Float.self }

  @inlinable @inline(__always)
  func run() { function.compute(panel, Order.self) }
}
