package import Losses

/// A tensor of integers of some type, such as labels or lengths.
package protocol IntegerTensor<Integer>: Sendable {
  associatedtype Integer: FixedWidthInteger & TensorScalar

  var tensor: Tensor<Integer> { get }
}

extension Tensor: IntegerTensor where Scalar: FixedWidthInteger & TensorScalar {
  package var tensor: Tensor { self }
}

extension IntegerTensor {
  package var shape: Shape { tensor.shape }

  /// The same integers as `Int`.
  package var ints: Tensor<Int> { tensor.map { Int($0) } }

  func contiguousCopy() -> any IntegerTensor { tensor.contiguous() }
  func arranged(_ arrangement: Arrangement) -> any IntegerTensor { arrangement.view(of: tensor) }
}
