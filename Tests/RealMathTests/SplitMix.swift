/// A small seeded generator, so that every run sees the same numbers.
///
/// G. L. Steele, D. Lea, C. H. Flood, Fast splittable pseudorandom number generators,
/// https://doi.org/10.1145/2660193.2660195
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z &>> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z &>> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z &>> 31)
  }

  mutating func uniform(in range: ClosedRange<Double>) -> Double {
    Double.random(in: range, using: &self)
  }
}
