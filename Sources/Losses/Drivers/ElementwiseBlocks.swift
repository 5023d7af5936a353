internal import RealMath
internal import Tensors

/// Runs a formula over the elements of a call, block by block.
///
/// A block is small enough that its operands stay in the nearest cache, and the unit in which strided operands,
/// weights and half-precision numbers are brought into the form that the formulas take.
@safe
struct ElementwiseBlocks<S: LossScalar> {
  typealias C = S.Computation

  let input: Operand<S>
  let target: Operand<S>
  let parameter: Operand<S>?
  let weight: Operand<S>?
  /// The upstream of each element, where each has one of its own.
  let upstream: Operand<S>?
  let values: Destination<S>?
  let gradients: GradientDestinations<S>
  /// What all derivatives are multiplied by.
  let scale: C

  /// Computes the results of the elements in `chunk`, and returns the sum of their values.
  func compute(_ chunk: Range<Int>, _ formula: (ElementwiseBlock<C>) -> Void) -> Double {
    let scratch = Scratch<C>(slots: 9, slotSize: Blocks.size(in: chunk))
    defer { scratch.deallocate() }
    return Blocks.sum(over: chunk) { compute($0, scratch, formula) }
  }

  @inline(__always)
  private func compute(
    _ range: Range<Int>, _ scratch: Scratch<C>, _ formula: (ElementwiseBlock<C>) -> Void
  ) -> Double {
    let start = range.lowerBound
    let block = unsafe ElementwiseBlock(
      count: range.count,
      input: input.load(range, scratch: scratch[0]),
      target: target.load(range, scratch: scratch[1]),
      parameter: parameter?.load(range, scratch: scratch[2]),
      value: values?.memory(from: start, scratch: scratch[3]) ?? scratch[3],
      inputGradient: gradients.input?.memory(from: start, scratch: scratch[4]),
      targetGradient: gradients.target?.memory(from: start, scratch: scratch[5]),
      parameterGradient: gradients.parameter?.memory(from: start, scratch: scratch[6]),
      scale: scale)
    formula(block)
    if let weight = unsafe weight?.load(range, scratch: scratch[7]) {
      unsafe multiply(block.value, by: weight, count: range.count)
      unsafe multiplyGradients(of: block, by: weight)
    }
    if let upstream = unsafe upstream?.load(range, scratch: scratch[8]) {
      unsafe multiplyGradients(of: block, by: upstream)
    }
    if let memory = unsafe block.inputGradient { unsafe gradients.input?.store(range, from: memory) }
    if let memory = unsafe block.targetGradient { unsafe gradients.target?.store(range, from: memory) }
    if let memory = unsafe block.parameterGradient { unsafe gradients.parameter?.store(range, from: memory) }
    guard let values = values else {
      return unsafe Summation.sum(block.value, count: range.count)
    }
    unsafe values.store(range, from: block.value)
    return 0
  }

  private func multiplyGradients(of block: ElementwiseBlock<C>, by factors: UnsafePointer<C>) {
    unsafe multiply(block.inputGradient, by: factors, count: block.count)
    unsafe multiply(block.targetGradient, by: factors, count: block.count)
    unsafe multiply(block.parameterGradient, by: factors, count: block.count)
  }

  private func multiply(_ memory: UnsafeMutablePointer<C>?, by factors: UnsafePointer<C>, count: Int) {
    guard let memory = unsafe memory else { return }
    for index in 0..<count { unsafe memory[index] *= factors[index] }
  }
}
