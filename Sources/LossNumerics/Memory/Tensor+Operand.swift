internal import RealMath
public import Tensors

// Memory is lent to a closure, and is neither moved nor freed before the closure returns.

extension Tensor where Scalar: LossScalar {
  /// Calls `body` with the tensor as an argument of a loss.
  @export(implementation)
  package func withOperand<Result>(_ body: (Operand<Scalar>) -> Result) -> Result {
    unsafe storage.withUnsafeBufferPointer { unsafe body(Operand(storage: $0, layout: layout)) }
  }

  /// Calls `body` with the tensor as a result of a loss, which is overwritten or added to.
  @inlinable
  package mutating func withDestination<Result>(
    accumulating: Bool = false, _ body: (Destination<Scalar>) -> Result
  ) -> Result {
    if !storage.isLent { makeWhole() }
    return unsafe storage.withUnsafeMutableBufferPointer { storage in
      // An array without elements has an address too.
      unsafe body(Destination(storage.baseAddress!, accumulates: accumulating))
    }
  }
}

extension Tensor {
  /// The tensor with a copy of elements in memory, as many as the shape has.
  @export(implementation) @inline(__always)
  package init(copying elements: UncheckedBuffer<Scalar>, shape: Shape) {
    let copy = unsafe [Scalar](count: shape.elementCount) { memory in
      unsafe memory.baseAddress?.initialize(from: elements.pointer, count: memory.count)
    }
    self.init(whole: copy, shape: shape)
  }
}

extension Optional {
  @export(implementation)
  package func withOperand<S, Result>(_ body: (Operand<S>?) -> Result) -> Result where Wrapped == Tensor<S> {
    // In one place, since `body` is inlined wherever it is called.
    let storage = self?.storage ?? Storage([])
    return unsafe storage.withUnsafeBufferPointer { storage in
      body(self.map { unsafe Operand(storage: storage, layout: $0.layout) })
    }
  }

  /// Calls `body` with all elements of the tensor, in row-major order.
  @export(implementation)
  package func withElements<S: LossScalar, Result>(
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
