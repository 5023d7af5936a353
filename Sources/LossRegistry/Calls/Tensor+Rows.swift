package import Losses

extension Shape {
  /// Returns these lengths without one of them.
  package func dropping(axis: Int) -> Shape { Shape(indices.filter { $0 != axis }.map { self[$0] }) }

  /// Returns these lengths and one more.
  package func inserting(_ value: Int, axis: Int) -> Shape {
    Shape(Array(self[..<axis]) + [value] + Array(self[axis...]))
  }
}

extension Tensor {
  /// The vectors along the last axis.
  package var rows: [[Scalar]] {
    let (all, length) = (scalars, shape.last!)
    return (0..<count / length).map { Array(all[$0 * length..<($0 + 1) * length]) }
  }

  /// Every index, in row-major order.
  package var indices: [Shape] {
    var indices: [Shape] = []
    _ = Tensor<Bool>(shape: shape) { index in
      indices.append(index)
      return true
    }
    return indices
  }
}

extension Tensor where Scalar == Double {
  /// Returns positive numbers divided by their sum along an axis.
  package func normalized(axis: Int) -> Tensor {
    let (length, inner) = (shape[axis], shape[(axis + 1)...].reduce(1, *))
    let numbers = scalars
    var sums = Array(repeating: 0.0, count: count / length)
    func column(of position: Int) -> Int { position / (length * inner) * inner + position % inner }
    for (position, number) in numbers.enumerated() { sums[column(of: position)] += number }
    return Tensor(numbers.enumerated().map { $1 / sums[column(of: $0)] }, shape: shape)
  }
}
