public import RealMath
internal import Tensors

/// Runs a function over the elements of a call, block by block.
///
/// A block is small enough for its operands to stay in the nearest cache. It is also the unit in which strided operands,
/// weights and half precision are brought into the form that formulas take.
package struct ElementwiseRunner<S: LossScalar> {
  package typealias C = S.Computation

  var input: Operand<S>
  var target: Operand<S>
  var third: Operand<S>?
  var weight: Operand<S>?
  /// The upstream of each element, where each has one of its own.
  var upstream: Operand<S>?
  let values: Destination<S>?
  var gradients: GradientDestinations<S>
  /// What all derivatives are multiplied by.
  let scale: Double
  /// Which elements count, if not all do.
  var mask: Mask? = nil

  /// Computes the results of the elements in `chunk`, and returns the sum of their values.
  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  @specialized(where S == BFloat16)
  package func run(_ chunk: Range<Int>, _ compute: (ElementwiseBlock<C>) -> Void) -> Double {
    let isInterleaved =
      input.isInterleaved || target.isInterleaved || third?.isInterleaved ?? false
      || weight?.isInterleaved ?? false || upstream?.isInterleaved ?? false
    if !isInterleaved { return runBlocks(of: chunk, compute) }
    let scratch = Scratch<C>(slots: 5, slotSize: chunk.count)
    defer { scratch.deallocate() }
    var staged = self
    staged.input = input.staged(chunk, scratch: scratch[0])
    staged.target = target.staged(chunk, scratch: scratch[1])
    staged.third = third?.staged(chunk, scratch: scratch[2])
    staged.weight = weight?.staged(chunk, scratch: scratch[3])
    staged.upstream = upstream?.staged(chunk, scratch: scratch[4])
    return staged.runBlocks(of: chunk, compute)
  }

  private func runBlocks(of chunk: Range<Int>, _ compute: (ElementwiseBlock<C>) -> Void) -> Double {
    let size = Blocks.size(in: chunk)
    let scratch = Scratch<C>(slots: Slot.stages.rawValue + StageMemory<C>.slots, slotSize: size)
    defer { scratch.deallocate() }
    let (scales, sums) = (scratch[Slot.scales], scratch[Slot.sums])
    scales.fill(factors.first, count: size)
    return Blocks.sum(over: chunk, size: Self.blocksPerSum * size) { blocks in
      // −0.0 is the additive identity.
      sums.fill(-0.0, count: size)
      Blocks.forEach(in: blocks) { run(block: $0, scratch, sums, scales, compute) }
      if values != nil { return 0 }
      let sum = Summation.sumOfBlock(sums, count: size)
      return sum.magnitude < .infinity ? sum : sumInDouble(of: blocks, scratch, sums, scales, compute)
    }
  }

  /// Returns the sum of the values of some blocks, of which none is added to another before it is a `Double`: where they
  /// are finite, a sum in their own precision may not be.
  // Not inlined, since such sums are rare.
  @inline(never)
  private func sumInDouble(
    of blocks: Range<Int>, _ scratch: Scratch<C>, _ sums: UncheckedBuffer<C>, _ scales: UncheckedBuffer<C>,
    _ compute: (ElementwiseBlock<C>) -> Void
  ) -> Double {
    var values = self
    // Gradients have been stored, or added to what is there.
    values.gradients = GradientDestinations()
    var sum = 0.0
    Blocks.forEach(in: blocks) { block in
      sums.fill(-0.0, count: block.count)
      values.run(block: block, scratch, sums, scales, compute)
      sum += Summation.sum(sums, count: block.count)
    }
    return sum
  }

  /// The number of values at one position that are added in their own precision: few, since each addition rounds.
  private static var blocksPerSum: Int { 8 }

  @inline(__always)
  private func run(
    block range: Range<Int>, _ scratch: Scratch<C>, _ sums: UncheckedBuffer<C>, _ scales: UncheckedBuffer<C>,
    _ compute: (ElementwiseBlock<C>) -> Void
  ) {
    let start = range.lowerBound
    let addsValue = values == nil && weight == nil && mask == nil
    let value =
      addsValue
      ? sums : values?.buffer(from: start, scratch: scratch[Slot.value]) ?? scratch[Slot.value]
    let weight = weight?.load(range, scratch: scratch[Slot.weight])
    let upstream = upstream?.load(range, scratch: scratch[Slot.upstream])
    let input = input.load(range, scratch: scratch[Slot.input])
    let isScaled = weight.map { scale($0, to: scales, count: range.count) } ?? true
    let block = ElementwiseBlock(
      count: range.count, input: input,
      target: target.load(range, scratch: scratch[Slot.target]),
      third: third?.load(range, scratch: scratch[Slot.third]) ?? input,
      value: value, addsValue: addsValue,
      inputGradient: gradients.first?.buffer(from: start, scratch: scratch[Slot.inputGradient]),
      targetGradient: gradients.second?.buffer(from: start, scratch: scratch[Slot.targetGradient]),
      thirdGradient: gradients.third?.buffer(from: start, scratch: scratch[Slot.thirdGradient]),
      stages: StageMemory(scratch, from: Slot.stages.rawValue),
      scales: weight.map { isScaled ? scales : $0 } ?? upstream ?? scales)
    compute(block)
    if let weight {
      if values == nil, mask == nil {
        add(value, times: weight, to: sums, count: range.count)
      } else {
        multiply(value, by: weight, count: range.count)
      }
      if let upstream {
        multiplyGradients(of: block, by: upstream)
      } else if !isScaled {
        multiplyGradients(of: block, by: factors.first, scales)
        multiplyGradients(of: block, by: factors.second, scales)
      }
    } else if factors.second != 1 {
      multiplyGradients(of: block, by: factors.second, scales)
      scales.fill(factors.first, count: range.count)
    }
    if let mask { clear(block, where: mask[range]) }
    if values == nil, mask != nil {
      for index in 0..<range.count { sums[index] += value[index] }
    }
    if let gradient = block.inputGradient { gradients.first?.store(range, from: gradient) }
    if let gradient = block.targetGradient { gradients.second?.store(range, from: gradient) }
    if let gradient = block.thirdGradient { gradients.third?.store(range, from: gradient) }
    values?.store(range, from: value)
  }

  /// Sets all results of the elements that are out to 0.
  // Not inlined, since most calls have no mask.
  @inline(never)
  private func clear(_ block: ElementwiseBlock<C>, where isIn: [UInt8]) {
    let results = [block.value, block.inputGradient, block.targetGradient, block.thirdGradient]
    for result in results.compactMap({ $0 }) {
      for index in isIn.indices { result[index] = select(isIn[index] == 0, 0, result[index]) }
    }
  }

  /// Finds what the derivatives of weighted elements are multiplied by. Neither the weight nor the scale of a mean need be
  /// near 1, but their product is the share that an element has in it.
  ///
  /// - Returns: Whether the type holds the products: if not, the weights come first, and then the scale.
  private func scale(
    _ weight: UncheckedBuffer<C>, to scales: UncheckedBuffer<C>, count: Int
  ) -> Bool {
    // Where elements have an upstream of their own, the scale of all is 1.
    if scale == 1 || gradients.isEmpty { return false }
    var lost: Int32 = 0
    unsafe withUnsafeMutablePointer(to: &lost) { lost in
      let kernel = unsafe ScaledWeightKernel(
        weight: weight, scale: scale, scales: scales, count: count, lost: lost)
      kernel(elements: count)
    }
    return lost == 0
  }

  /// The scale, and what is left of one that is too large for the type, or too small.
  private var factors: (first: C, second: C) {
    let factor = C(scale)
    let isHeld = C.leastNormalMagnitude...C.greatestFiniteMagnitude ~= factor.magnitude
    if isHeld || Double(factor) == scale || scale.isNaN { return (factor, 1) }
    let power: C = scale.magnitude < 1 ? .leastNormalMagnitude : 1 / .leastNormalMagnitude
    return (C(scale / Double(power)), power)
  }

  private func multiplyGradients(of block: ElementwiseBlock<C>, by factors: UncheckedBuffer<C>) {
    if let gradient = block.inputGradient { multiply(gradient, by: factors, count: block.count) }
    if let gradient = block.targetGradient { multiply(gradient, by: factors, count: block.count) }
    if let gradient = block.thirdGradient { multiply(gradient, by: factors, count: block.count) }
  }

  private func multiplyGradients(
    of block: ElementwiseBlock<C>, by factor: C, _ factors: UncheckedBuffer<C>
  ) {
    if factor == 1 || gradients.isEmpty { return }
    factors.fill(factor, count: block.count)
    multiplyGradients(of: block, by: factors)
  }

  private func add(
    _ numbers: UncheckedBuffer<C>, times factors: UncheckedBuffer<C>, to sums: UncheckedBuffer<C>, count: Int
  ) {
    ProductSumKernel(numbers: numbers, factors: factors, sums: sums, count: count)(elements: count)
  }

  private func multiply(_ numbers: UncheckedBuffer<C>, by factors: UncheckedBuffer<C>, count: Int) {
    ProductKernel(numbers: numbers, factors: factors, count: count)(elements: count)
  }
}

/// What there is scratch memory for, a block of each.
private enum Slot: Int {
  case input, target, third, weight, upstream
  case value, inputGradient, targetGradient, thirdGradient
  /// The sums of the values at one position of each block: added there, they need not be stored first.
  case sums
  /// The scale of all elements.
  case scales
  /// The first slot of the stages.
  case stages
}

extension Scratch {
  fileprivate subscript(slot: Slot) -> UncheckedBuffer<Element> { self[slot.rawValue] }
}

/// Multiplies numbers by others.
@usableFromInline
package struct ProductKernel<C: RealScalar>: Kernel {
  @usableFromInline let numbers: UncheckedBuffer<C>
  @usableFromInline let factors: UncheckedBuffer<C>
  @usableFromInline let count: Int

  @export(implementation) @inline(__always)
  package func run() {
    for index in 0..<count { numbers[index] *= factors[index] }
  }
}

/// Adds the products of numbers and others to sums.
@usableFromInline
package struct ProductSumKernel<C: RealScalar>: Kernel {
  @usableFromInline let numbers: UncheckedBuffer<C>
  @usableFromInline let factors: UncheckedBuffer<C>
  @usableFromInline let sums: UncheckedBuffer<C>
  @usableFromInline let count: Int

  @export(implementation) @inline(__always)
  package func run() {
    for index in 0..<count { sums[index] += numbers[index] * factors[index] }
  }
}

/// Multiplies weights by a scale in `Double`, and counts the products that the type does not hold with all their digits.
@safe @usableFromInline
package struct ScaledWeightKernel<C: RealScalar>: Kernel {
  @usableFromInline let weight: UncheckedBuffer<C>
  @usableFromInline let scale: Double
  @usableFromInline let scales: UncheckedBuffer<C>
  @usableFromInline let count: Int
  @usableFromInline let lost: UnsafeMutablePointer<Int32>

  @export(implementation) @inline(__always)
  package func run() {
    var count: Int32 = 0
    for index in 0..<self.count {
      let product = C(Double(weight[index]) * scale)
      scales[index] = product
      let isSmall: Int32 = product.magnitude < C.leastNormalMagnitude ? 1 : 0
      let isLarge: Int32 = product.magnitude == .infinity ? 1 : 0
      let counts: Int32 = weight[index] == 0 ? 0 : 1
      count &+= (isSmall | isLarge) & counts
    }
    unsafe lost.pointee = count
  }
}

extension ElementwiseRunner where S == S.Computation {
  /// The elements of a row, whose third vector is weights.
  @specialized(where S == Float) @specialized(where S == Double)
  package init(_ row: Row<S>, scale: Double) {
    self.init(
      input: Operand(row.first), target: Operand(row.second), third: nil,
      weight: row.third.map { Operand($0) },
      upstream: nil, values: nil,
      gradients: GradientDestinations(
        row.firstGradient.map { unsafe Destination($0.pointer) },
        row.secondGradient.map { unsafe Destination($0.pointer) }),
      scale: scale)
  }

  /// The elements of all rows of a block, whose third vectors are weights.
  ///
  /// - Parameters:
  ///   - values: Where the value of each element goes.
  ///   - scales: What the derivatives of each element are multiplied by.
  @specialized(where S == Float) @specialized(where S == Double)
  package init(_ block: RowBlock<S>, values: UncheckedBuffer<S>, scales: UncheckedBuffer<S>) {
    self.init(
      input: Operand(block.first), target: Operand(block.second), third: nil,
      weight: block.third.map { Operand($0) }, upstream: Operand(scales),
      values: unsafe Destination(values.pointer),
      gradients: GradientDestinations(
        block.firstGradient.map { unsafe Destination($0.pointer) },
        block.secondGradient.map { unsafe Destination($0.pointer) }),
      scale: 1)
  }
}
