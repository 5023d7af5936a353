/// A hash of the bits of many results: FNV-1a over 64-bit words.
///
/// A multiplication carries only upwards, so two flipped sign bits would cancel out. Folding the upper half of the
/// product into the lower half prevents that.
struct Digest: CustomStringConvertible {
  private var bits: UInt64 = 0xcbf2_9ce4_8422_2325

  var description: String { String(bits, radix: 16) }

  /// Adds a tensor, or every tensor of a tuple or a gradient struct.
  mutating func add(_ result: Any) {
    for tensor in tensors(of: result) {
      for word in tensor.words {
        bits = (bits ^ word) &* 0x100_0000_01b3
        bits ^= bits >> 32
      }
    }
  }
}
