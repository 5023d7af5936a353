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

  /// Returns the sum of what `body` returns for each block of the elements, given the position of the first element of
  /// the block, the elements and their number.
  private func sumOverBlocks(
    _ body: (_ start: Int, _ elements: UncheckedBuffer<Scalar.Computation>, _ count: Int) -> Double
  ) -> Double {
    withOperand { operand in
      Parallelism.sum(over: count, chunkSize: Blocks.chunkSize(of: count), cost: Double(count) / 4) { chunk in
        let scratch = Scratch<Scalar.Computation>(slots: 1, slotSize: Blocks.size(in: chunk))
        defer { scratch.deallocate() }
        return Blocks.sum(over: chunk) { block in
          body(block.lowerBound, operand.load(block, scratch: scratch[0]), block.count)
        }
      }
    }
  }

  /// Calls `body` with each block of the elements, given the position of the first, the elements and their number.
  func forEachBlock(
    _ body: (_ start: Int, _ elements: UncheckedBuffer<Scalar.Computation>, _ count: Int) -> Void
  ) {
    _ = sumOverBlocks { start, elements, count in
      body(start, elements, count)
      return 0
    }
  }

  /// The view that has only the first element along each axis that repeats one.
  var withoutRepetitions: Tensor {
    var tensor = self
    for axis in shape.indices where strides[axis] == 0 && shape[axis] > 1 { tensor.layout.shape[axis] = 1 }
    return tensor
  }

  /// The sum of the elements.
  // Not inlined, as it is needed where there are weights only.
  @inline(never)
  var sum: Double { sumOverBlocks { _, elements, count in Summation.sum(elements, count: count) } }
}

extension Optional {
  package func withOperand<S, Result>(_ body: (Operand<S>?) -> Result) -> Result where Wrapped == Tensor<S> {
    // In one place, since `body` is inlined wherever it is called.
    let storage = self?.storage ?? Storage([])
    return unsafe storage.withUnsafeBufferPointer { storage in
      body(self.map { unsafe Operand(storage: storage, layout: $0.layout) })
    }
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
