internal import RealMath
public import Tensors

// Memory is lent to a closure, and is neither moved nor freed before the closure returns.

extension Tensor where Scalar: LossScalar {
  /// Calls `body` with the tensor as an argument of a loss.
  package func withOperand<Result>(_ body: (Operand<Scalar>) -> Result) -> Result {
    unsafe storage.withUnsafeBufferPointer { unsafe body(Operand(storage: $0, layout: layout)) }
  }

  /// Calls `body` with the tensor as a result of a loss, which is overwritten or added to.
  @inlinable
  package mutating func withDestination<Result>(
    accumulating: Bool = false, _ body: (Destination<Scalar>) -> Result
  ) -> Result {
    makeWhole()
    return unsafe storage.withUnsafeMutableBufferPointer { storage in
      // An array without elements has an address too.
      unsafe body(Destination(storage.baseAddress!, accumulates: accumulating))
    }
  }

  /// Returns the sum of what `body` returns for each block of the elements, given the elements of the block and their
  /// number.
  func sumOverBlocks(_ body: (UncheckedBuffer<Scalar.Computation>, Int) -> Double) -> Double {
    withOperand { operand in
      Parallelism.sum(over: count, chunkSize: Blocks.chunkSize(of: count), cost: Double(count) / 4) { chunk in
        let scratch = Scratch<Scalar.Computation>(slots: 1, slotSize: Blocks.size(in: chunk))
        defer { scratch.deallocate() }
        return Blocks.sum(over: chunk) { block in
          body(operand.load(block, scratch: scratch[0]), block.count)
        }
      }
    }
  }

  /// The sum of the elements.
  var sum: Double { sumOverBlocks { elements, count in Summation.sum(elements, count: count) } }
}

extension Tensor where Scalar: LossScalar {
  /// This tensor in the type that formulas are computed in.
  package var computation: Tensor<Scalar.Computation> {
    self as? Tensor<Scalar.Computation> ?? map(\.computation)
  }

  /// Creates a tensor from one in the type that formulas are computed in, rounding each element.
  package init(computation tensor: Tensor<Scalar.Computation>) {
    self = tensor as? Tensor ?? tensor.map { Scalar(computation: $0) }
  }

  /// Returns the sums over the axes along which a tensor of shape `other` is broadcast to this tensor's shape.
  package func summed(to other: Shape) -> Tensor {
    if other == shape { return self }
    var sums = [Double](repeating: 0, count: other.elementCount)
    let positions = Tensor<Int>(Array(sums.indices), shape: other).broadcast(to: shape)
    for (position, element) in zip(positions.scalars, scalars) { sums[position] += Double(element) }
    return Tensor(sums.map { Scalar($0) }, shape: other)
  }
}

extension Optional {
  package func withOperand<S, Result>(_ body: (Operand<S>?) -> Result) -> Result where Wrapped == Tensor<S> {
    guard let tensor = self else { return body(nil) }
    return tensor.withOperand(body)
  }

  /// Calls `body` with all elements of the tensor, in row-major order.
  func withElements<S: LossScalar, Result>(
    _ body: (UncheckedBuffer<S.Computation>?) -> Result
  ) -> Result where Wrapped == Tensor<S> {
    guard let tensor = self, tensor.count > 0 else { return body(nil) }
    return tensor.withOperand { operand in
      let scratch = Scratch<S.Computation>(slots: operand.isDirect ? 0 : 1, slotSize: tensor.count)
      defer { scratch.deallocate() }
      return body(operand.load(0..<tensor.count, scratch: scratch[0]))
    }
  }
}
