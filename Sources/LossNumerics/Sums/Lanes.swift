/// Reductions in eight independent lanes, which vectorise. In one lane, each step would wait for the one before.
///
/// The order depends on the number of elements alone.
@usableFromInline
package enum Lanes {
  /// Combines the elements 0..<`count`.
  ///
  /// - Precondition: `combine` is associative, but for rounding, and has `neutral` as its identity or is idempotent
  ///   in it.
  @export(implementation) @inline(__always)
  package static func reduce<Value>(
    count: Int, _ neutral: Value, _ combine: (Value, Value) -> Value, _ element: (Int) -> Value
  ) -> Value {
    let (rest, a, b, c, d, e, f, g, h) = lanes(count: count, neutral, combine, element)
    let half = combine(combine(combine(combine(rest, a), b), c), d)
    return combine(combine(combine(combine(half, e), f), g), h)
  }

  /// Returns the sum of the elements 0..<`count`, in `Double`.
  @export(implementation) @inline(__always)
  package static func sum<C: BinaryFloatingPoint>(count: Int, _ element: (Int) -> C) -> Double {
    reduce(count: count, 0, +) { Double(element($0)) }
  }

  // The remainder has a lane of its own, and the lanes are combined one after another. Otherwise the compiler makes
  // vectors of two lanes that are not neighbours.
  @export(implementation) @inline(__always)
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
