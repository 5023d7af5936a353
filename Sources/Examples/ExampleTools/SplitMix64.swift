package import Losses

/// The generator SplitMix64 of Steele, Lea and Flood (2014), https://doi.org/10.1145/2660193.2660195.
///
/// Floats, integers and permutations are computed here rather than by the standard library, whose algorithms may change:
/// a seed always gives the same numbers.
package struct SplitMix64 {
  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var bits = state
    bits = (bits ^ bits >> 30) &* 0xbf58_476d_1ce4_e5b9
    bits = (bits ^ bits >> 27) &* 0x94d0_49bb_1331_11eb
    return bits ^ bits >> 31
  }

  /// Returns a uniformly distributed multiple of 2⁻²⁴ in 0..<1.
  package mutating func nextUniform() -> Float { Float(next() >> 40) * 0x1p-24 }

  /// Returns a uniformly distributed integer in `0..<count`.
  package mutating func nextInteger(below count: Int) -> Int {
    Int(UInt64(count).multipliedFullWidth(by: next()).high)
  }

  /// Returns a tensor of numbers that are uniformly distributed in −bound..<bound.
  package mutating func nextTensor(_ shape: Shape, bound: Float) -> Tensor<Float> {
    Tensor(shape: shape) { _ in bound * (2 * nextUniform() - 1) }
  }

  /// Returns the first weights of a linear layer, [inputs, outputs]: uniform with variance 2 / `inputs`, which preserves
  /// the scale of signals through ReLU layers (K. He et al., 2015, https://doi.org/10.1109/ICCV.2015.123).
  package mutating func nextWeights(inputs: Int, outputs: Int) -> Tensor<Float> {
    nextTensor([inputs, outputs], bound: (6 / Float(inputs)).squareRoot())
  }

  /// Returns the integers `0..<count` in random order.
  package mutating func permutation(of count: Int) -> [Int] {
    var order = Array(0..<count)
    for last in order.indices.dropFirst().reversed() {
      order.swapAt(last, nextInteger(below: last + 1))
    }
    return order
  }
}
