public import RealMath

/// Some elements of the arguments of an elementwise loss, and memory for the results.
///
/// - Precondition: Each buffer has `count` elements, and what is written to overlaps with nothing else.
@usableFromInline
package struct ElementwiseBlock<S: RealScalar> {
  @usableFromInline package let count: Int
  @usableFromInline let input: UncheckedBuffer<S>
  @usableFromInline let target: UncheckedBuffer<S>
  @usableFromInline let third: UncheckedBuffer<S>
  @usableFromInline let value: UncheckedBuffer<S>
  /// Whether the values are added to what is there.
  @usableFromInline let addsValue: Bool
  @usableFromInline let inputGradient: UncheckedBuffer<S>?
  @usableFromInline let targetGradient: UncheckedBuffer<S>?
  @usableFromInline let thirdGradient: UncheckedBuffer<S>?
  /// Memory for what stages store.
  @usableFromInline let stages: StageMemory<S>
  /// What the derivatives of each element are multiplied by.
  @usableFromInline let scales: UncheckedBuffer<S>
}
