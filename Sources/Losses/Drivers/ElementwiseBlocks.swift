public import RealMath
internal import Tensors

/// Runs a formula over the elements of a call, block by block.
///
/// A block is small enough that its operands stay in the nearest cache, and the unit in which strided operands,
/// weights and half-precision numbers are brought into the form that the formulas take.
@safe
struct ElementwiseBlocks<S: LossScalar> {
  typealias C = S.Computation

  var input: Operand<S>
  var target: Operand<S>
  var parameter: Operand<S>?
  var weight: Operand<S>?
  /// The upstream of each element, where each has one of its own.
  var upstream: Operand<S>?
  let values: Destination<S>?
  let gradients: GradientDestinations<S>
  /// What all derivatives are multiplied by.
  let scale: C

  /// Computes the results of the elements in `chunk`, and returns the sum of their values.
  func compute(_ chunk: Range<Int>, _ formula: (ElementwiseBlock<C>) -> Void) -> Double {
    let isInterleaved =
      input.isInterleaved || target.isInterleaved || parameter?.isInterleaved ?? false
      || weight?.isInterleaved ?? false || upstream?.isInterleaved ?? false
    if !isInterleaved { return computeBlocks(of: chunk, formula) }
    let scratch = Scratch<C>(slots: 5, slotSize: chunk.count)
    defer { scratch.deallocate() }
    var staged = self
    staged.input = unsafe input.staged(chunk, scratch: scratch[0])
    staged.target = unsafe target.staged(chunk, scratch: scratch[1])
    staged.parameter = unsafe parameter?.staged(chunk, scratch: scratch[2])
    staged.weight = unsafe weight?.staged(chunk, scratch: scratch[3])
    staged.upstream = unsafe upstream?.staged(chunk, scratch: scratch[4])
    return staged.computeBlocks(of: chunk, formula)
  }

  private func computeBlocks(of chunk: Range<Int>, _ formula: (ElementwiseBlock<C>) -> Void) -> Double {
    let size = Blocks.size(in: chunk)
    let scratch = Scratch<C>(slots: Slot.stages.rawValue + _StageMemory<C>.slots, slotSize: size)
    defer { scratch.deallocate() }
    let scales = unsafe scratch[Slot.scales]
    unsafe scales.update(repeating: scale, count: size)
    let sums = unsafe scratch[Slot.sums]
    return Blocks.sum(over: chunk, size: Self.blocksPerSum * size) { blocks in
      // What leaves each addend as it is, the sign of a zero included.
      unsafe sums.update(repeating: -0.0, count: size)
      Blocks.forEach(in: blocks) { unsafe compute($0, scratch, sums, scales, formula) }
      if values != nil { return 0 }
      return size < Blocks.size
        ? unsafe Summation.sum(sums, count: size) : unsafe Summation.sumOfEights(sums, count: size)
    }
  }

  /// How many values of one place are added in their own precision: few, since each addition rounds.
  private static var blocksPerSum: Int { 8 }

  @inline(__always)
  private func compute(
    _ range: Range<Int>, _ scratch: Scratch<C>, _ sums: UnsafeMutablePointer<C>, _ scales: UnsafePointer<C>,
    _ formula: (ElementwiseBlock<C>) -> Void
  ) {
    let start = range.lowerBound
    let value =
      unsafe values?.memory(from: start, scratch: scratch[Slot.value])
      ?? (weight == nil ? sums : scratch[Slot.value])
    let upstream = unsafe upstream?.load(range, scratch: scratch[Slot.upstream])
    // Where elements have an upstream, all have the same scale, 1.
    let scales = unsafe weight == nil ? upstream ?? scales : scales
    let block = unsafe ElementwiseBlock(
      count: range.count,
      input: input.load(range, scratch: scratch[Slot.input]),
      target: target.load(range, scratch: scratch[Slot.target]),
      parameter: parameter?.load(range, scratch: scratch[Slot.parameter]),
      value: value, addsValue: value == sums,
      inputGradient: gradients.input?.memory(from: start, scratch: scratch[Slot.inputGradient]),
      targetGradient: gradients.target?.memory(from: start, scratch: scratch[Slot.targetGradient]),
      parameterGradient: gradients.parameter?.memory(from: start, scratch: scratch[Slot.parameterGradient]),
      stages: _StageMemory(scratch, from: Slot.stages.rawValue), scales: scales)
    formula(block)
    if let weight = unsafe weight?.load(range, scratch: scratch[Slot.weight]) {
      unsafe multiply(value, by: weight, count: range.count)
      unsafe multiplyGradients(of: block, by: weight)
      if let upstream = unsafe upstream { unsafe multiplyGradients(of: block, by: upstream) }
      if values == nil { unsafe add(value, to: sums, count: range.count) }
    }
    if let memory = unsafe block.inputGradient { unsafe gradients.input?.store(range, from: memory) }
    if let memory = unsafe block.targetGradient { unsafe gradients.target?.store(range, from: memory) }
    if let memory = unsafe block.parameterGradient { unsafe gradients.parameter?.store(range, from: memory) }
    unsafe values?.store(range, from: value)
  }

  private func add(_ addends: UnsafeMutablePointer<C>, to sums: UnsafeMutablePointer<C>, count: Int) {
    for index in 0..<count { unsafe sums[index] += addends[index] }
  }

  private func multiplyGradients(of block: ElementwiseBlock<C>, by factors: UnsafePointer<C>) {
    unsafe multiply(block.inputGradient, by: factors, count: block.count)
    unsafe multiply(block.targetGradient, by: factors, count: block.count)
    unsafe multiply(block.parameterGradient, by: factors, count: block.count)
  }

  private func multiply(_ memory: UnsafeMutablePointer<C>?, by factors: UnsafePointer<C>, count: Int) {
    guard let memory = unsafe memory else { return }
    unsafe ProductKernel(memory: memory, factors: factors, count: count)(elements: count)
  }
}

/// What there is memory for, a block of each.
private enum Slot: Int {
  case input, target, parameter, weight, upstream
  case value, inputGradient, targetGradient, parameterGradient
  /// The sums of the values at one place of each block: added there, they need not be stored first.
  case sums
  /// The scale of all elements.
  case scales
  /// The first of those of the stages.
  case stages
}

extension Scratch {
  fileprivate subscript(slot: Slot) -> UnsafeMutablePointer<Number> { unsafe self[slot.rawValue] }
}

/// The multiplication of numbers by others.
@safe @usableFromInline
struct ProductKernel<C: RealScalar>: _Kernel {
  @usableFromInline let memory: UnsafeMutablePointer<C>
  @usableFromInline let factors: UnsafePointer<C>
  @usableFromInline let count: Int

  @inlinable @inline(__always)
  func run() {
    for index in 0..<count { unsafe memory[index] *= factors[index] }
  }
}

extension ElementwiseBlocks where S == S.Computation {
  /// The elements of a row, whose third numbers are weights.
  init(_ row: VectorRow<S>, scale: S) {
    func operand(_ numbers: Numbers<S>) -> Operand<S> {
      unsafe Operand(
        storage: UnsafeBufferPointer(start: numbers.memory, count: row.count),
        layout: Layout(rowMajor: [row.count]))
    }
    func destination(_ numbers: Numbers<S>) -> Destination<S> {
      unsafe Destination(UnsafeMutableBufferPointer(start: numbers.memory, count: row.count))
    }
    self.init(
      input: operand(row.first), target: operand(row.second), parameter: nil, weight: row.third.map(operand),
      upstream: nil, values: nil,
      gradients: GradientDestinations(
        input: row.firstGradient.map(destination), target: row.secondGradient.map(destination)),
      scale: scale)
  }
}
