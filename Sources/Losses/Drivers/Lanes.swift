/// Reductions in eight independent lanes, which vectorise: one after another, each step would wait for the last.
///
/// All are made in an order that depends on the number of elements alone.
@usableFromInline
enum Lanes {
  /// Combines the elements 0..<`count`.
  ///
  /// `combine` must be associative, but for rounding, and have `neutral` as its neutral element or be
  /// idempotent in it.
  @inlinable @inline(__always)
  static func reduce<Value>(
    count: Int, _ neutral: Value, _ combine: (Value, Value) -> Value, _ element: (Int) -> Value
  ) -> Value {
    let (rest, a, b, c, d, e, f, g, h) = lanes(count: count, neutral, combine, element)
    let half = combine(combine(combine(combine(rest, a), b), c), d)
    return combine(combine(combine(combine(half, e), f), g), h)
  }

  /// The sum of the elements 0..<`count` in `Double`.
  @inlinable @inline(__always)
  static func sum<C: BinaryFloatingPoint>(count: Int, _ element: (Int) -> C) -> Double {
    reduce(count: count, 0, +) { Double(element($0)) }
  }

  // The rest has a lane of its own, and the lanes are combined one after another: else the compiler makes vectors of
  // two lanes that are not neighbours.
  @inlinable @inline(__always)
  static func lanes<Value>(
    count: Int, _ neutral: Value, _ combine: (Value, Value) -> Value, _ element: (Int) -> Value
  ) -> (rest: Value, Value, Value, Value, Value, Value, Value, Value, Value) {
    var (a, b, c, d) = (neutral, neutral, neutral, neutral)
    var (e, f, g, h) = (neutral, neutral, neutral, neutral)
    let whole = count & ~7
    var index = 0
    while index < whole {
      a = combine(a, element(index))
      b = combine(b, element(index &+ 1))
      c = combine(c, element(index &+ 2))
      d = combine(d, element(index &+ 3))
      e = combine(e, element(index &+ 4))
      f = combine(f, element(index &+ 5))
      g = combine(g, element(index &+ 6))
      h = combine(h, element(index &+ 7))
      index &+= 8
    }
    var rest = neutral
    while index < count {
      rest = combine(rest, element(index))
      index &+= 1
    }
    return (rest, a, b, c, d, e, f, g, h)
  }
}
