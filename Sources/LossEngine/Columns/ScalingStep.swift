public import RealMath

/// The multiplication of each column by a factor: the last step of softmax and of many a gradient.
@frozen @usableFromInline
package struct ScalingStep<C: RealScalar>: ColumnStep {
  @usableFromInline let panel: Panel<C>
  @usableFromInline let factors: UncheckedBuffer<C>

  @export(implementation) @inline(__always)
  package init(_ panel: Panel<C>, by factors: UncheckedBuffer<C>) {
    self.panel = panel
    self.factors = factors
  }

  @export(implementation) @inline(__always)
  package func compute<Order: PanelOrder>(_ block: ColumnBlock<C>, _: Order.Type) {
    let (panel, factors) = (panel, factors)
    block.visit(Order.self) { place in panel[place] *= factors[Order.column(of: place)] }
  }
}
