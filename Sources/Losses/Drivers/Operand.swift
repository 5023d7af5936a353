internal import RealMath
internal import Tensors

// Operands and results of the drivers, block by block. What both rely on: `origin` stays valid while they are
// used, and the driver asks for positions of the tensor's shape only.

/// An argument of a loss, handed out as contiguous numbers of the type that is computed in.
@unsafe
struct Operand<S: LossScalar> {
  private let origin: UnsafePointer<S>
  private let layout: Layout
  private let isDirect: Bool

  init(origin: UnsafePointer<S>, layout: Layout) {
    unsafe self.origin = origin
    unsafe self.isDirect = S.self == S.Computation.self && layout.isContiguous
    unsafe self.layout = layout.merged
  }

  /// The elements at `range`, which counts in row-major order: where they lie if they can be used as they are,
  /// else copied to `scratch`.
  func load(_ range: Range<Int>, scratch: UnsafeMutablePointer<S.Computation>) -> UnsafePointer<S.Computation> {
    if unsafe isDirect {
      return unsafe UnsafeRawPointer(origin + range.lowerBound).assumingMemoryBound(to: S.Computation.self)
    }
    var next = unsafe scratch
    unsafe layout.forEachRun(in: range) { run in
      let start = unsafe origin + run.start
      for index in 0..<run.count {
        unsafe next[index] = start[index &* run.stride].computation
      }
      unsafe next += run.count
    }
    return unsafe UnsafePointer(scratch)
  }
}

/// A result of a loss, which is contiguous and in row-major order.
@unsafe
struct Destination<S: LossScalar> {
  private let origin: UnsafeMutablePointer<S>

  init(_ origin: UnsafeMutablePointer<S>) {
    unsafe self.origin = origin
  }

  /// Where to compute the elements from `position` on: their own place if it can hold them, else `scratch`.
  func memory(
    from position: Int, scratch: UnsafeMutablePointer<S.Computation>
  ) -> UnsafeMutablePointer<S.Computation> {
    guard S.self == S.Computation.self else { return unsafe scratch }
    return unsafe UnsafeMutableRawPointer(origin + position).assumingMemoryBound(to: S.Computation.self)
  }

  /// Puts what was computed in `memory(from:scratch:)` in its place.
  func store(_ range: Range<Int>, from memory: UnsafeMutablePointer<S.Computation>) {
    guard S.self != S.Computation.self else { return }
    for index in 0..<range.count {
      unsafe origin[range.lowerBound &+ index] = S(memory[index])
    }
  }
}

extension Tensor where Scalar: LossScalar {
  func withOperand<Result>(_ body: (Operand<Scalar>) -> Result) -> Result {
    unsafe withUnsafeOrigin { unsafe body(Operand(origin: $0, layout: layout)) }
  }

  mutating func withDestination<Result>(_ body: (Destination<Scalar>) -> Result) -> Result {
    unsafe withUnsafeMutableOrigin { unsafe body(Destination($0)) }
  }

  /// The sum of what `body` returns for the blocks of the elements. It is given the elements of a block, memory
  /// for as many, and their number.
  func sumOverBlocks(
    _ body: (UnsafePointer<Scalar.Computation>, UnsafeMutablePointer<Scalar.Computation>, Int) -> Double
  ) -> Double {
    unsafe withOperand { operand in
      Parallelism.sum(over: count, chunkSize: Blocks.chunkSize, cost: Double(count) / 4) { chunk in
        let scratch = unsafe Scratch<Scalar.Computation>(slots: 2, slotSize: Blocks.size(in: chunk))
        defer { unsafe scratch.deallocate() }
        return Blocks.sum(over: chunk) { block in
          unsafe body(operand.load(block, scratch: scratch[0]), scratch[1], block.count)
        }
      }
    }
  }

  /// The sum of the elements.
  var sum: Double {
    unsafe sumOverBlocks { elements, scratch, count in
      unsafe scratch.update(from: elements, count: count)
      return unsafe Summation.consume(scratch, count: count)
    }
  }
}

extension Optional {
  func withOperand<S, Result>(_ body: (Operand<S>?) -> Result) -> Result where Wrapped == Tensor<S> {
    guard let tensor = self else { return body(nil) }
    return unsafe tensor.withOperand(body)
  }

  mutating func withDestination<S, Result>(
    _ body: (Destination<S>?) -> Result
  ) -> Result where Wrapped == Tensor<S> {
    guard self != nil else { return body(nil) }
    return unsafe self!.withDestination(body)
  }
}
