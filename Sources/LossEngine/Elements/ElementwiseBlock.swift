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

extension ElementwiseBlock<Float> {
  /// Computes the block by a function of `Double`s. A formula that computes in `Double` anyway has a kernel less then.
  package func computeInDouble(_ compute: (ElementwiseBlock<Double>) -> Void) {
    let stages = 8
    let scratch = Scratch<Double>(slots: stages + StageMemory<Double>.slots, slotSize: count)
    defer { scratch.deallocate() }
    func widened(_ numbers: UncheckedBuffer<Float>, _ slot: Int) -> UncheckedBuffer<Double> {
      for index in 0..<count { scratch[slot][index] = Double(numbers[index]) }
      return scratch[slot]
    }
    let block = ElementwiseBlock<Double>(
      count: count, input: widened(input, 0), target: widened(target, 1), third: widened(third, 2),
      value: scratch[3], addsValue: false, inputGradient: inputGradient.map { _ in scratch[4] },
      targetGradient: targetGradient.map { _ in scratch[5] },
      thirdGradient: thirdGradient.map { _ in scratch[6] }, stages: StageMemory(scratch, from: stages),
      scales: widened(scales, 7))
    compute(block)
    // −0.0 is the additive identity.
    for index in 0..<count { value[index] = (addsValue ? value[index] : -0.0) + Float(block.value[index]) }
    func store(_ numbers: UncheckedBuffer<Double>?, to results: UncheckedBuffer<Float>?) {
      guard let numbers, let results else { return }
      for index in 0..<count { results[index] = Float(numbers[index]) }
    }
    store(block.inputGradient, to: inputGradient)
    store(block.targetGradient, to: targetGradient)
    store(block.thirdGradient, to: thirdGradient)
  }
}
