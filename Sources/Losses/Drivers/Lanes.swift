/// Reductions in eight independent lanes, which vectorise: one after another, each step would wait for the last.
enum Lanes {
  /// Combines the elements 0..<`count`, in an order that depends on `count` alone.
  ///
  /// `combine` must be associative, but for rounding, and have `neutral` as its neutral element or be
  /// idempotent in it.
  @inline(__always)
  static func reduce<Value>(
    count: Int, _ neutral: Value, _ combine: (Value, Value) -> Value, _ element: (Int) -> Value
  ) -> Value {
    var (a, b, c, d) = (neutral, neutral, neutral, neutral)
    var (e, f, g, h) = (neutral, neutral, neutral, neutral)
    var index = 0
    while index &+ 8 <= count {
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
    while index < count {
      a = combine(a, element(index))
      index &+= 1
    }
    return combine(combine(combine(a, b), combine(c, d)), combine(combine(e, f), combine(g, h)))
  }
}
