internal import RealMath
internal import Tensors

// Arguments and results of the drivers, block by block. What both rely on: the storage stays where it is while they
// are used, and a driver asks for positions of the tensor's shape only.

/// An argument of a loss, handed out as contiguous numbers of the type that is computed in.
@safe
struct Operand<S: LossScalar> {
  private let storage: UnsafeBufferPointer<S>
  private let layout: Layout
  /// Whether the elements can be used as and where they are.
  let isDirect: Bool

  init(storage: UnsafeBufferPointer<S>, layout: Layout) {
    unsafe self.storage = storage
    self.isDirect = S.self == S.Computation.self && layout.isContiguous
    self.layout = isDirect ? layout : layout.merged
  }

  /// The elements at `range`, which counts in row-major order and is not empty: where they lie if they can be
  /// used as they are, else copied to `scratch`.
  func load(_ range: Range<Int>, scratch: UnsafeMutablePointer<S.Computation>) -> UnsafePointer<S.Computation>
  {
    let origin = unsafe storage.baseAddress! + layout.offset
    if isDirect {
      return unsafe UnsafeRawPointer(origin + range.lowerBound).assumingMemoryBound(to: S.Computation.self)
    }
    var next = unsafe scratch
    layout.forEachRun(in: range) { run in
      let start = unsafe origin + run.start
      for index in 0..<run.count {
        unsafe next[index] = start[index &* run.stride].computation
      }
      unsafe next += run.count
    }
    return unsafe UnsafePointer(scratch)
  }

  /// `load(_:scratch:)`, with nothing to load where the range is empty.
  func numbers(_ range: Range<Int>, scratch: Numbers<S.Computation>) -> Numbers<S.Computation> {
    if range.isEmpty { return scratch }
    return unsafe Numbers(UnsafeMutablePointer(mutating: load(range, scratch: scratch.memory)))
  }

  /// The columns of a panel, which are at `columns` among those of `axis`.
  func panel(
    _ columns: Range<Int>, of axis: ClassAxis, scratch: UnsafeMutablePointer<S.Computation>
  ) -> Panel<S.Computation> {
    let start = axis.position(ofColumn: columns.lowerBound)
    if axis.inner == 1 {
      let elements = unsafe load(start..<start + columns.count * axis.classes, scratch: scratch)
      return unsafe Panel(origin: UnsafeMutablePointer(mutating: elements), lineStride: axis.classes)
    }
    if isDirect {
      let elements = unsafe load(start..<start + 1, scratch: scratch)
      return unsafe Panel(origin: UnsafeMutablePointer(mutating: elements), lineStride: axis.inner)
    }
    for line in 0..<axis.classes {
      let first = start + line * axis.inner
      _ = unsafe load(first..<first + columns.count, scratch: scratch + line * columns.count)
    }
    return unsafe Panel(origin: scratch, lineStride: columns.count)
  }
}

/// A result of a loss, which is contiguous and in row-major order.
@safe @usableFromInline
struct Destination<S: LossScalar> {
  private let storage: UnsafeMutableBufferPointer<S>

  /// Whether results are computed where they belong.
  static var isDirect: Bool { S.self == S.Computation.self }

  init(_ storage: UnsafeMutableBufferPointer<S>) {
    unsafe self.storage = storage
  }

  /// Where to compute the elements from `position` on: their own place if it can hold them, else `scratch`.
  func memory(
    from position: Int, scratch: UnsafeMutablePointer<S.Computation>
  ) -> UnsafeMutablePointer<S.Computation> {
    guard Self.isDirect else { return unsafe scratch }
    return unsafe UnsafeMutableRawPointer(storage.baseAddress! + position)
      .assumingMemoryBound(to: S.Computation.self)
  }

  /// `memory(from:scratch:)`, as numbers.
  func numbers(from position: Int, scratch: Numbers<S.Computation>) -> Numbers<S.Computation> {
    unsafe Numbers(memory(from: position, scratch: scratch.memory))
  }

  /// Puts what was computed in `memory(from:scratch:)` in its place.
  func store(_ range: Range<Int>, from memory: UnsafeMutablePointer<S.Computation>) {
    if Self.isDirect { return }
    for index in 0..<range.count {
      unsafe storage.baseAddress![range.lowerBound &+ index] = S(memory[index])
    }
  }

  /// Puts what was computed in `numbers(from:scratch:)` in its place.
  func store(_ range: Range<Int>, from numbers: Numbers<S.Computation>) {
    unsafe store(range, from: numbers.memory)
  }

  /// Where to compute the columns of a panel.
  func panel(
    _ columns: Range<Int>, of axis: ClassAxis, scratch: UnsafeMutablePointer<S.Computation>
  ) -> Panel<S.Computation> {
    let memory = unsafe memory(from: axis.position(ofColumn: columns.lowerBound), scratch: scratch)
    let lineStride = axis.inner == 1 ? axis.classes : Self.isDirect ? axis.inner : columns.count
    return unsafe Panel(origin: memory, lineStride: lineStride)
  }

  /// Puts what was computed in `panel(_:of:scratch:)` in its place.
  func store(_ panel: Panel<S.Computation>, _ columns: Range<Int>, of axis: ClassAxis) {
    if Self.isDirect { return }
    let start = axis.position(ofColumn: columns.lowerBound)
    if axis.inner == 1 {
      unsafe store(start..<start + columns.count * axis.classes, from: panel.line(0))
    } else {
      for line in 0..<axis.classes {
        let first = start + line * axis.inner
        unsafe store(first..<first + columns.count, from: panel.line(line))
      }
    }
  }
}

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
      Parallelism.sum(over: count, chunkSize: Blocks.chunkSize, cost: Double(count) / 4) { chunk in
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
  /// The sums over the axes along which a tensor of shape `other` is broadcast to this tensor's.
  @usableFromInline
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
