public import RealMath

/// The weight of each class, or what stands for it.
@usableFromInline
protocol ClassWeights<C> {
  associatedtype C: RealScalar

  subscript(index: Int) -> C { get }
}

extension Numbers: ClassWeights where Number: RealScalar {
  @usableFromInline typealias C = Number
}

@usableFromInline
struct UnitWeights<C: RealScalar>: ClassWeights {
  @inlinable @inline(__always)
  init() {}

  @inlinable @inline(__always)
  subscript(index: Int) -> C { 1 }
}

/// What is computed of the columns of a panel in the same way, however they lie in memory, and with weights or without.
@usableFromInline
protocol ClassPanelFunction: SendableMetatype {
  func compute<C: RealScalar, Order: PanelOrder, Weights: ClassWeights<C>>(
    _ panel: ClassPanel<C>, _: Order.Type, weight: Weights)
}

extension ClassPanelFunction {
  @inline(__always)
  func run<C: RealScalar>(_ panel: ClassPanel<C>) {
    if panel.isInnermost { run(panel, ClassesInLine.self) } else { run(panel, ColumnsInLine.self) }
  }

  @inline(__always)
  private func run<C: RealScalar, Order: PanelOrder>(_ panel: ClassPanel<C>, _: Order.Type) {
    let elements = panel.classes * panel.columns
    if let weight = panel.weight {
      ClassKernel<Self, C, Order, Numbers<C>>(function: self, panel: panel, weight: weight)(
        elements: elements)
    } else {
      ClassKernel<Self, C, Order, UnitWeights<C>>(function: self, panel: panel, weight: UnitWeights())(
        elements: elements)
    }
  }

  @inlinable @inline(__always)
  static func addKernels(to list: inout some _KernelList) {
    addKernels(of: Float.self, to: &list)
    addKernels(of: Double.self, to: &list)
  }

  @inlinable @inline(__always)
  static func addKernels<C: RealScalar>(of: C.Type, to list: inout some _KernelList) {
    list.add(ClassKernel<Self, C, ClassesInLine, Numbers<C>>.self)
    list.add(ClassKernel<Self, C, ClassesInLine, UnitWeights<C>>.self)
    list.add(ClassKernel<Self, C, ColumnsInLine, Numbers<C>>.self)
    list.add(ClassKernel<Self, C, ColumnsInLine, UnitWeights<C>>.self)
  }
}

/// A function and its arguments.
@usableFromInline
struct ClassKernel<
  Function: ClassPanelFunction, C: RealScalar, Order: PanelOrder, Weights: ClassWeights<C>
>: _Kernel {
  @usableFromInline let function: Function
  @usableFromInline let panel: ClassPanel<C>
  @usableFromInline let weight: Weights

  // In `Double` it waits for memory, and longer than with vectors of half the width.
  @inlinable @inline(__always)
  static var gainsFromAVX512: Bool { C.self == Float.self }

  @inlinable @inline(__always)
  func run() { function.compute(panel, Order.self, weight: weight) }
}
