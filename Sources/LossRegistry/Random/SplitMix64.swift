package import Losses

/// The generator SplitMix64, which gives the same numbers in every run.
///
/// G. L. Steele, D. Lea, C. H. Flood, Fast splittable pseudorandom number generators,
/// https://doi.org/10.1145/2660193.2660195
package struct SplitMix64: RandomNumberGenerator {
  package private(set) var state: UInt64

  package init(seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}

extension Tensor where Scalar == Double {
  /// Returns uniformly distributed numbers that depend on the seed alone.
  package static func random(in range: Range<Double>, _ shape: Shape, seed: UInt64) -> Tensor {
    var generator = SplitMix64(seed: seed)
    return random(in: range, shape: shape, using: &generator)
  }
}

extension Tensor where Scalar == Int {
  /// Returns uniformly distributed integers that depend on the seed alone.
  package static func random(in range: Range<Int>, _ shape: Shape, seed: UInt64) -> Tensor {
    var generator = SplitMix64(seed: seed)
    return random(in: range, shape: shape, using: &generator)
  }
}
