import Losses

/// A hash of the bits of many results: FNV-1a over 64-bit words.
///
/// A multiplication carries only upwards, so two flipped sign bits would cancel out. Folding the upper half of the
/// product into the lower half prevents that.
struct Digest: CustomStringConvertible {
  private var bits: UInt64 = 0xcbf2_9ce4_8422_2325

  var description: String { String(bits, radix: 16) }

  /// Adds a tensor, or every tensor of a tuple or a gradient struct.
  mutating func add(_ result: Any) {
    if let tensor = result as? any Digestible {
      for word in tensor.words {
        bits = (bits ^ word) &* 0x100_0000_01b3
        bits ^= bits >> 32
      }
    } else {
      for part in Mirror(reflecting: result).children { add(part.value) }
    }
  }
}

private protocol Digestible {
  var words: [UInt64] { get }
}

extension Tensor: Digestible where Scalar: BinaryFloatingPoint {
  // The bits of a NaN are unspecified. Every other value converts to `Double` exactly.
  fileprivate var words: [UInt64] { scalars.map { $0.isNaN ? 0 : Double($0).bitPattern } }
}
