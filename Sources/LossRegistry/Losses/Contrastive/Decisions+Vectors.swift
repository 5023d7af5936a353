import Losses

extension Decisions {
  /// Returns how many vectors there are and how long they are.
  mutating func vectors() -> (count: Int, features: Int) {
    // Large enough for similarities in `Float`.
    if isLarge { return (56 + number(below: 24), 110 + number(below: 30)) }
    return (
      injectsFault(in: 12) ? 0 : 1 + number(below: 7), injectsFault(in: 12) ? 0 : 1 + number(below: 9)
    )
  }

  /// Returns a matrix of vectors. Some may be zeros, or all but zeros.
  mutating func matrix(_ count: Int, _ features: Int) -> Tensor<Double> {
    if injectsFault(in: 12) { return tensor(oddShape(), -2..<2) }
    let matrix = tensor([count, features], -2..<2)
    guard isOne(in: 6) else { return matrix }
    let (row, factor) = (number(below: max(1, count)), choice(of: [0, 1e-6, 1e3]))
    return Tensor(
      matrix.scalars.enumerated().map { $0 / max(1, features) == row ? $1 * factor : $1 },
      shape: matrix.shape)
  }

  mutating func temperature() -> Double { choice(of: [0.1, 0.5, 1, real(0.05..<2)]) }
}
