internal import RealMath
internal import Tensors

extension Tensor where Scalar: LossScalar {
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

  /// Returns the index of the first element that `find` finds a place of in a block.
  ///
  /// - Parameter find: Returns the first such place, given the position of the first element of the block, the elements and
  ///   their number.
  func indexOfFirst(
    _ find: (_ start: Int, _ elements: UncheckedBuffer<Scalar.Computation>, _ count: Int) -> Int?
  ) -> Shape? {
    let first = FirstPosition()
    forEachBlock { start, elements, count in
      if !first.precedes(start), let place = find(start, elements, count) { first.report(start + place) }
    }
    return first.value.map { shape.index(ofElement: $0) }
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
