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

  /// Returns the sum of numbers in memory, in `Double`.
  @export(implementation) @inline(__always)
  package static func sum<C: BinaryFloatingPoint & BitwiseCopyable>(
    _ addends: UncheckedBuffer<C>, count: Int
  ) -> Double {
    sum(count: count) { addends[$0] }
  }

  /// Returns the sum of the addends 0..<`count`, where three additions may round in the precision of the addends.
  @export(implementation) @inline(__always)
  package static func quickSum<C: BinaryFloatingPoint>(count: Int, _ addend: (Int) -> C) -> Double {
    let whole = count / partSize * partSize
    var sum = 0.0
    var start = 0
    while start < whole {
      sum += sumOfEights(count: partSize) { addend(start &+ $0) }
      start &+= partSize
    }
    return sum + self.sum(count: count &- whole) { addend(whole &+ $0) }
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
      let partSum =
        size == partSize
        ? Lanes.reduce(count: partSize / 2, 0, +) { part[$0] + part[$0 &+ partSize / 2] }
        : Lanes.reduce(count: size, 0, +) { part[$0] }
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
