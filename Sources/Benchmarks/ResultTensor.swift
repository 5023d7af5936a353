import Losses

/// A tensor that a call returns, of whatever scalars.
protocol ResultTensor {
  /// The bits of the elements.
  var words: [UInt64] { get }
  /// The size of the elements.
  var bytes: Int { get }
}

extension Tensor: ResultTensor where Scalar: BinaryFloatingPoint {
  // The bits of a NaN are unspecified. Every other value converts to `Double` exactly.
  var words: [UInt64] { scalars.map { $0.isNaN ? 0 : Double($0).bitPattern } }
}

extension Tensor {
  var bytes: Int { count * MemoryLayout<Scalar>.stride }
}

/// Returns a tensor, or every tensor of a tuple or a gradient struct.
func tensors(of result: Any) -> [any ResultTensor] {
  if let tensor = result as? any ResultTensor { return [tensor] }
  return Mirror(reflecting: result).children.flatMap { tensors(of: $0.value) }
}
