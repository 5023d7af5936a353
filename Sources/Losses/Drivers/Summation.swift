/// Sums that come out the same, to the bit, wherever the addends lie and whoever adds them.
@usableFromInline
enum Summation {
  /// How many addends are added up in eight lanes, before the sum goes on.
  @inlinable
  static var partSize: Int { 128 }

  /// The sum of the addends 0..<`count` in `Double`, in an order that depends on `count` alone.
  @inlinable @inline(__always)
  static func sum<C: BinaryFloatingPoint>(
    count: Int, _ addend: (Int) -> C
  ) -> Double {
    var sum = 0.0
    var start = 0
    while start < count {
      sum += Lanes.sum(count: min(partSize, count &- start)) { addend(start &+ $0) }
      start &+= partSize
    }
    return sum
  }

  /// The sum of numbers in memory.
  @inlinable @inline(__always)
  static func sum<C: BinaryFloatingPoint>(_ addends: UnsafePointer<C>, count: Int) -> Double {
    sum(count: count) { unsafe addends[$0] }
  }

  /// The sum of numbers in memory, where it may lose the rounding of three additions in their own precision.
  @inlinable @inline(__always)
  static func quickSum<C: BinaryFloatingPoint>(_ addends: UnsafePointer<C>, count: Int) -> Double {
    let whole = count / partSize * partSize
    var sum = 0.0
    var start = 0
    while start < whole {
      sum += unsafe sumOfEights(addends + start, count: partSize)
      start &+= partSize
    }
    return unsafe sum + self.sum(addends + whole, count: count &- whole)
  }

  /// The sum of a multiple of eight numbers, of which eight at a time are added in their own precision, pair by pair.
  @inlinable @inline(__always)
  static func sumOfEights<C: BinaryFloatingPoint>(_ addends: UnsafePointer<C>, count: Int) -> Double {
    let part = count / 8
    func pair(_ index: Int) -> C { unsafe addends[index] + addends[index &+ part] }
    func four(_ index: Int) -> C { pair(index) + pair(index &+ 2 &* part) }
    return Lanes.sum(count: part) { four($0) + four($0 &+ 4 &* part) }
  }

  /// The sum of numbers none of which is greater than 1.
  ///
  /// Where it is nearly all one number 1, this is left out and added to `ones`.
  @inlinable @inline(__always)
  static func sumOfExponentials<C: BinaryFloatingPoint>(
    _ addends: UnsafePointer<C>, count: Int, ones: inout C
  ) -> Double {
    var sum = 0.0
    var start = 0
    while start < count {
      let part = unsafe addends + start
      let size = min(partSize, count &- start)
      let partSum =
        size == partSize
        ? Lanes.reduce(count: partSize / 2, 0, +) { unsafe part[$0] + part[$0 &+ partSize / 2] }
        : Lanes.reduce(count: size, 0, +) { unsafe part[$0] }
      if partSum >= 1, partSum < 2 {
        ones += Lanes.reduce(count: size, 0, +) { unsafe part[$0] == 1 ? 1 : 0 }
        sum += Lanes.sum(count: size) { unsafe part[$0] == 1 ? 0 : part[$0] }
      } else {
        sum += Double(partSum)
      }
      start &+= partSize
    }
    return sum
  }
}
