public import Tensors

extension Shape {
  /// Returns how an argument of this shape would have the expected one, if that is likely to be meant.
  @usableFromInline
  func hint(named name: String, toBe expected: Shape) -> String? {
    if filter({ $0 != 1 }) == expected.filter({ $0 != 1 }) {
      return "did you mean \(name).reshaped(to: \(expected))?"
    }
    if count == 2, expected == [self[1], self[0]] { return "did you mean \(name).transposed()?" }
    if isBroadcastable(to: expected) { return "did you mean \(name).broadcast(to: \(expected))?" }
    return asFirstAxes(of: expected).map {
      "did you mean \(name).reshaped(to: \($0)).broadcast(to: \(expected))?"
    }
  }

  /// Returns the shape with axes of length 1 behind it, if it is that of the first axes of another.
  func asFirstAxes(of other: Shape) -> Shape? {
    if isEmpty || count >= other.count || !other.starts(with: self) { return nil }
    return Shape(Array(self) + [Int](repeating: 1, count: other.count - count))
  }
}
