/// Sums that have the same bits wherever the addends lie and whichever thread adds them.
@usableFromInline
package enum Summation {
  /// The number of addends that are added in eight lanes before they are added to the sum.
  @inlinable
  package static var partSize: Int { 128 }

  /// Returns the sum of the addends 0..<`count` in `Double`, in an order that depends on `count` alone.
  ///
  /// - Parameter initial: The sum of those before, of which there is a multiple of the size of a part.
  @export(implementation) @inline(__always)
  package static func sum<C: BinaryFloatingPoint>(
    count: Int, from initial: Double = 0, _ addend: (Int) -> C
  ) -> Double {
    var sum = initial
    var start = 0
    while start < count {
      sum += Lanes.sum(count: min(partSize, count &- start)) { addend(start &+ $0) }
      start &+= partSize
    }
    return sum
  }

  /// Returns the sums of four lists of addends, each as `sum` adds them.
  ///
  /// Where the lists are short, the lanes of all four are added up at once.
  ///
  /// - Precondition: They have `partSize` addends at most.
  @export(implementation) @inline(__always)
  package static func sumsOfFour(count: Int, _ addend: (_ list: Int, _ index: Int) -> Double) -> SIMD4<Double>
  {
    @inline(__always) func four(_ list: Int, _ index: Int) -> SIMD4<Double> {
      SIMD4(
        addend(list, index), addend(list, index &+ 1), addend(list, index &+ 2), addend(list, index &+ 3))
    }
    var (low0, low1, low2, low3) = (
      SIMD4<Double>.zero, SIMD4<Double>.zero, SIMD4<Double>.zero, SIMD4<Double>.zero
    )
    var (high0, high1, high2, high3) = (low0, low1, low2, low3)
    let whole = count & ~7
    var index = 0
    while index < whole {
      low0 += four(0, index)
      low1 += four(1, index)
      low2 += four(2, index)
      low3 += four(3, index)
      high0 += four(0, index &+ 4)
      high1 += four(1, index &+ 4)
      high2 += four(2, index &+ 4)
      high3 += four(3, index &+ 4)
      index &+= 8
    }
    var sums = SIMD4<Double>.zero
    while index < count {
      sums += SIMD4(addend(0, index), addend(1, index), addend(2, index), addend(3, index))
      index &+= 1
    }
    for lane in 0..<4 { sums += SIMD4(low0[lane], low1[lane], low2[lane], low3[lane]) }
    for lane in 0..<4 { sums += SIMD4(high0[lane], high1[lane], high2[lane], high3[lane]) }
    return sums
  }

  /// Returns the sum of numbers in memory, in `Double`.
  @export(implementation) @inline(__always)
  package static func sum<C: BinaryFloatingPoint & BitwiseCopyable>(
    _ addends: UncheckedBuffer<C>, count: Int
  ) -> Double {
    sum(count: count) { addends[$0] }
  }

  /// Returns the sum of the addends 0..<`count`, where three additions may round in the precision of the addends, unless
  /// it becomes infinite or NaN by that: each addend is found once more then.
  @export(implementation) @inline(__always)
  package static func quickSum<C: BinaryFloatingPoint>(count: Int, _ addend: (Int) -> C) -> Double {
    let whole = count / partSize * partSize
    var sum = 0.0
    var start = 0
    while start < whole {
      sum += sumOfEights(count: partSize) { addend(start &+ $0) }
      start &+= partSize
    }
    // What is not in the sum yet: where it is not finite, all of it.
    let isFinite = sum.magnitude < .infinity
    let rest = isFinite ? whole : 0
    return (isFinite ? sum : 0) + self.sum(count: count &- rest) { addend(rest &+ $0) }
  }

  /// Returns the sum of a multiple of eight addends, of which eight at a time are added in their own precision, pairwise.
  @export(implementation) @inline(__always)
  package static func sumOfEights<C: BinaryFloatingPoint>(count: Int, _ addend: (Int) -> C) -> Double {
    let part = count / 8
    @inline(__always) func pair(_ index: Int) -> C { addend(index) + addend(index &+ part) }
    @inline(__always) func four(_ index: Int) -> C { pair(index) + pair(index &+ 2 &* part) }
    return Lanes.sum(count: part) { four($0) + four($0 &+ 4 &* part) }
  }

  /// Returns the sum of at most a block of numbers, in their own precision where they are a whole block.
  @export(implementation)
  package static func sumOfBlock<C: BinaryFloatingPoint & BitwiseCopyable>(
    _ addends: UncheckedBuffer<C>, count: Int
  ) -> Double {
    count < Blocks.size ? sum(addends, count: count) : sumOfEights(count: count) { addends[$0] }
  }

  /// Returns the sum of the addends 0..<`count`, of which a part at a time is added in their own precision.
  @export(implementation) @inline(__always)
  package static func sumOfParts<C: BinaryFloatingPoint>(count: Int, _ addend: (Int) -> C) -> Double {
    var sum = 0.0
    var start = 0
    while start < count {
      sum += Double(sumOfPart(count: min(partSize, count &- start)) { addend(start &+ $0) })
      start &+= partSize
    }
    return sum
  }

  /// Returns the sum of the addends of one part, in their own precision.
  @export(implementation) @inline(__always)
  static func sumOfPart<C: BinaryFloatingPoint>(count: Int, _ addend: (Int) -> C) -> C {
    count == partSize
      ? Lanes.reduce(count: partSize / 2, 0, +) { addend($0) + addend($0 &+ partSize / 2) }
      : Lanes.reduce(count: count, 0, +, addend)
  }

  /// Returns the sum of numbers none of which is greater than 1.
  ///
  /// Where a single 1 makes up most of a part, it is left out of the sum and added to `ones`.
  @export(implementation) @inline(__always)
  package static func sumOfExponentials<C: BinaryFloatingPoint & BitwiseCopyable>(
    _ addends: UncheckedBuffer<C>, count: Int, ones: inout C
  ) -> Double {
    var sum = 0.0
    var start = 0
    while start < count {
      let part = addends.advanced(by: start)
      let size = min(partSize, count &- start)
      let partSum = sumOfPart(count: size) { part[$0] }
      if partSum >= 1, partSum < 2 {
        ones += Lanes.reduce(count: size, 0, +) { part[$0] == 1 ? 1 : 0 }
        sum += Lanes.sum(count: size) { part[$0] == 1 ? 0 : part[$0] }
      } else {
        sum += Double(partSum)
      }
      start &+= partSize
    }
    return sum
  }
}
