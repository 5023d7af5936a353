// What the tests compare with: tensors defined by a closure from an index to an element, laid out in memory in
// more than one way.

import Tensors
import Testing

/// Shapes of every rank, with axes of length 0 and 1 among them.
let shapes: [Shape] = [
  [], [1], [5], [0], [2, 3], [3, 1], [1, 4], [2, 0], [0, 3], [2, 3, 4], [1, 1, 1], [2, 0, 3], [1, 3, 1, 2],
  [2, 1, 2, 1, 3], [2, 2, 2, 2, 2, 2], [1, 2, 1, 2, 1, 2, 3], [2, 1, 2, 1, 2, 1, 2, 3],
  [1, 1, 1, 1, 1, 1, 1, 1],
]

/// Every index of a tensor of this shape, in row-major order.
func indices(of shape: Shape) -> [AxisList] {
  shape.reduce([[]]) { prefixes, length in
    prefixes.flatMap { prefix in (0..<length).map { prefix + [$0] } }
  }.map { AxisList($0) }
}

/// The tensor whose elements are their own positions in row-major order.
func numbered(_ shape: Shape) -> Tensor<Int> { Tensor(Array(0..<shape.elementCount), shape: shape) }

/// The same tensor in two layouts: contiguous, and scattered over memory.
func layouts<Scalar>(of tensor: Tensor<Scalar>) -> [Tensor<Scalar>] { [tensor, scattered(tensor)] }

/// A view with the same elements, whose memory has the first axis innermost, every odd axis running backwards,
/// and gaps.
func scattered<Scalar>(_ tensor: Tensor<Scalar>) -> Tensor<Scalar> {
  let indices = indices(of: tensor.shape)
  guard let filler = indices.first.map({ tensor[$0] }) else { return tensor }
  var strides = tensor.shape
  var (stride, offset) = (2, 3)
  for (axis, length) in tensor.shape.enumerated() {
    strides[axis] = axis.isMultiple(of: 2) ? stride : -stride
    if strides[axis] < 0 { offset += (length - 1) * stride }
    stride *= length + 1
  }
  var storage = Array(repeating: filler, count: stride + offset)
  for index in indices {
    storage[zip(index, strides).reduce(offset) { $0 + $1.0 * $1.1 }] = tensor[index]
  }
  return Tensor(
    storage: Storage(storage), layout: Layout(shape: tensor.shape, strides: strides, offset: offset))
}

/// Compares every element with its definition.
func expect<Scalar: Equatable>(
  _ tensor: Tensor<Scalar>,
  shape: Shape,
  sourceLocation: SourceLocation = #_sourceLocation,
  element: (AxisList) -> Scalar
) {
  #expect(tensor.shape == shape, sourceLocation: sourceLocation)
  guard tensor.shape == shape else { return }
  for index in indices(of: shape) where tensor[index] != element(index) {
    Issue.record(
      "\(tensor[index]) instead of \(element(index)) at \(index)",
      sourceLocation: sourceLocation
    )
  }
}

/// Whether both tensors are views of one allocation.
func sharesMemory<Scalar>(_ tensor: Tensor<Scalar>, _ other: Tensor<Scalar>) -> Bool {
  unsafe tensor.storage.withUnsafeBufferPointer { storage in
    unsafe other.storage.withUnsafeBufferPointer { otherStorage in
      unsafe storage.baseAddress == otherStorage.baseAddress
    }
  }
}
