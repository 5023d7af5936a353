package import Losses

/// A way for a tensor to lie in memory.
package enum Arrangement: CaseIterable, Sendable {
  /// The first axis is innermost, as in a transposed matrix.
  case transposed
  /// The second axis, usually that of the classes, is innermost.
  case secondAxisInnermost
  /// There are gaps between the elements.
  case stepped
  /// Every axis runs backwards.
  case reversed
  /// One element stands for the whole of the first axis, so the elements differ from the original's.
  case broadcast
  /// One element stands for the whole of the last axis.
  case broadcastAlongLast
  /// A part of a larger tensor.
  case sliced

  /// Returns a view of other memory that has the elements of `tensor`, unless it is a broadcast.
  package func view<Scalar>(of tensor: Tensor<Scalar>) -> Tensor<Scalar> {
    if tensor.rank == 0 || tensor.count == 0 { return tensor }
    let axes = tensor.shape.indices
    switch self {
    case .transposed:
      let reversal = Shape(axes.reversed())
      return tensor.permuted(reversal).detached().permuted(reversal)
    case .secondAxisInnermost:
      guard tensor.rank > 1 else { return tensor }
      return tensor.transposed(1, -1).detached().transposed(1, -1)
    case .stepped:
      var wide = tensor.shape
      for axis in axes { wide[axis] *= 2 }
      let repeated = Tensor(shape: wide) { index in tensor[Shape(index.map { $0 / 2 })] }
      return axes.reduce(repeated) { $0.selecting(.stride(from: 1, to: wide[$1], by: 2), axis: $1) }
    case .reversed:
      let backwards = axes.reduce(tensor) { $0.reversed(axis: $1) }.detached()
      return axes.reduce(backwards) { $0.reversed(axis: $1) }
    case .broadcast:
      return tensor.selecting(0..<1, axis: 0).broadcast(to: tensor.shape)
    case .broadcastAlongLast:
      return tensor.selecting(0..<1, axis: -1).broadcast(to: tensor.shape)
    case .sliced:
      var wide = tensor.shape
      for axis in axes { wide[axis] += 2 }
      let surrounded = Tensor(shape: wide) { index in
        tensor[Shape(zip(index, tensor.shape).map { min(max($0 - 1, 0), $1 - 1) })]
      }
      return axes.reduce(surrounded) { $0.selecting(1..<wide[$1] - 1, axis: $1) }
    }
  }

  package var keepsElements: Bool { self != .broadcast && self != .broadcastAlongLast }
}

extension Tensor {
  /// Returns a copy in row-major order that shares no memory.
  package func detached() -> Tensor { Tensor(shape: shape) { self[$0] } }
}
