import Losses

/// How the elements of an input are distributed.
enum Distribution {
  case normal
  case uniform(ClosedRange<Float>)
  /// 1 or −1.
  case signs
}

/// Random tensors, the same in every run.
struct Inputs {
  var generator = SplitMix64()

  mutating func draw(_ distribution: Distribution, _ shape: Shape) -> Tensor<Float> {
    switch distribution {
    case .normal: normal(shape)
    case .uniform(let range): uniform(shape, in: range)
    case .signs: signs(shape)
    }
  }

  /// Returns scores, or vectors.
  mutating func normal(_ shape: Shape) -> Tensor<Float> {
    .randomNormal(shape: shape, using: &generator)
  }

  mutating func uniform(_ shape: Shape, in range: ClosedRange<Float> = 0...1) -> Tensor<Float> {
    .random(in: range, shape: shape, using: &generator)
  }

  /// Returns labels, or lengths.
  mutating func integers(_ shape: Shape, in range: Range<Int>) -> Tensor<Int> {
    .random(in: range, shape: shape, using: &generator)
  }

  /// Returns a tensor of 1 and −1.
  mutating func signs(_ shape: Shape) -> Tensor<Float> {
    integers(shape, in: 0..<2).map { $0 == 0 ? -1 : 1 }
  }
}

/// The SplitMix64 generator of Steele, Lea and Flood (2014), <https://doi.org/10.1145/2660193.2660195>.
struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64 = 0) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var bits = state
    bits = (bits ^ bits >> 30) &* 0xbf58_476d_1ce4_e5b9
    bits = (bits ^ bits >> 27) &* 0x94d0_49bb_1331_11eb
    return bits ^ bits >> 31
  }
}
