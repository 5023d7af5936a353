import Losses

/// The bits of many results in one number: FNV-1a, over whole words. The product carries upwards only, so its upper
/// half is folded into the lower one, or two signs that changed would go unseen.
struct Digest: CustomStringConvertible {
  private var bits: UInt64 = 0xcbf2_9ce4_8422_2325

  var description: String { String(bits, radix: 16) }

  /// Adds a tensor, or all tensors that a gradient is made of.
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
  // What is not a number has any bits. All others are numbers of Double.
  fileprivate var words: [UInt64] { scalars.map { $0.isNaN ? 0 : Double($0).bitPattern } }
}
