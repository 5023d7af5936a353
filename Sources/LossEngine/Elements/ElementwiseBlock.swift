public import RealMath

/// Some elements of the arguments of an elementwise loss, and memory for the results.
///
/// - Precondition: Each buffer has `count` elements, and what is written to overlaps with nothing else.
@usableFromInline
package struct ElementwiseBlock<S: RealScalar> {
  @usableFromInline package let count: Int
  @usableFromInline package let input: UncheckedBuffer<S>
  @usableFromInline package let target: UncheckedBuffer<S>
  @usableFromInline package let third: UncheckedBuffer<S>
  @usableFromInline package let value: UncheckedBuffer<S>
  /// Whether the values are added to what is there.
  @usableFromInline package let addsValue: Bool
  @usableFromInline package let inputGradient: UncheckedBuffer<S>?
  @usableFromInline package let targetGradient: UncheckedBuffer<S>?
  @usableFromInline let thirdGradient: UncheckedBuffer<S>?
  /// Memory for what stages store.
  @usableFromInline let stages: StageMemory<S>
  /// What the derivatives of each element are multiplied by.
  @usableFromInline package let scales: UncheckedBuffer<S>
}

extension ElementwiseBlock {
  /// Returns the block with other memory for the values, which are not added to what is there, and with other scales.
  package func replacing(value: UncheckedBuffer<S>, scales: UncheckedBuffer<S>) -> ElementwiseBlock {
    ElementwiseBlock(
      count: count, input: input, target: target, third: third, value: value, addsValue: false,
      inputGradient: inputGradient, targetGradient: targetGradient, thirdGradient: thirdGradient,
      stages: stages, scales: scales)
  }
}
