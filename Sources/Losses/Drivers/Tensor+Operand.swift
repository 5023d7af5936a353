internal import RealMath
internal import Tensors

// Memory is lent to a closure, and is neither moved nor freed before that returns.

extension Tensor where Scalar: LossScalar {
  /// Calls `body` with the tensor as an argument of a driver.
  func withOperand<Result>(_ body: (Operand<Scalar>) -> Result) -> Result {
    unsafe storage.withUnsafeBufferPointer { unsafe body(Operand(storage: $0, layout: layout)) }
  }

  /// Calls `body` with the tensor as a result of a driver.
  mutating func withDestination<Result>(_ body: (Destination<Scalar>) -> Result) -> Result {
    makeWhole()
    return unsafe storage.withUnsafeMutableBufferPointer { unsafe body(Destination($0)) }
  }

  /// The sum of what `body` returns for the blocks of the elements. It is given those of a block and their number.
  func sumOverBlocks(_ body: (UnsafePointer<Scalar.Computation>, Int) -> Double) -> Double {
    withOperand { operand in
      Parallelism.sum(over: count, chunkSize: Blocks.chunkSize(of: count), cost: Double(count) / 4) { chunk in
        let scratch = Scratch<Scalar.Computation>(slots: 1, slotSize: Blocks.size(in: chunk))
        defer { scratch.deallocate() }
        return Blocks.sum(over: chunk) { block in
          unsafe body(operand.load(block, scratch: scratch[0]), block.count)
        }
      }
    }
  }

  /// The sum of the elements.
  var sum: Double {
    unsafe sumOverBlocks { elements, count in unsafe Summation.sum(elements, count: count) }
  }
}

extension Tensor where Scalar: LossScalar {
  /// This tensor in the type that formulas are computed in: itself, where that is its own.
  var computation: Tensor<Scalar.Computation> {
    self as? Tensor<Scalar.Computation> ?? map(\.computation)
  }

  /// The tensor rounded to this type.
  init(computation tensor: Tensor<Scalar.Computation>) {
    self = tensor as? Tensor ?? tensor.map { Scalar(computation: $0) }
  }

  /// The sums over the axes along which a tensor of shape `other` is broadcast to this tensor's.
  func summed(to other: Shape) -> Tensor {
    if other == shape { return self }
    var sums = [Double](repeating: 0, count: other.elementCount)
    let positions = Tensor<Int>(Array(sums.indices), shape: other).broadcast(to: shape)
    for (position, element) in zip(positions.scalars, scalars) { sums[position] += Double(element) }
    return Tensor(sums.map { Scalar($0) }, shape: other)
  }
}

extension Optional {
  func withOperand<S, Result>(_ body: (Operand<S>?) -> Result) -> Result where Wrapped == Tensor<S> {
    guard let tensor = self else { return body(nil) }
    return tensor.withOperand(body)
  }

  mutating func withDestination<S, Result>(
    _ body: (Destination<S>?) -> Result
  ) -> Result where Wrapped == Tensor<S> {
    guard self != nil else { return body(nil) }
    return self!.withDestination(body)
  }

  /// Calls `body` with all elements of the tensor, in row-major order.
  func withNumbers<S: LossScalar, Result>(_ body: (Numbers<S.Computation>?) -> Result) -> Result
  where Wrapped == Tensor<S> {
    guard let tensor = self, tensor.count > 0 else { return body(nil) }
    return tensor.withOperand { operand in
      let scratch = Scratch<S.Computation>(slots: operand.isDirect ? 0 : 1, slotSize: tensor.count)
      defer { scratch.deallocate() }
      let elements = unsafe operand.load(0..<tensor.count, scratch: scratch[0])
      return unsafe body(Numbers(UnsafeMutablePointer(mutating: elements)))
    }
  }
}
