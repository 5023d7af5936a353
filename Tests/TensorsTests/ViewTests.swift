import Tensors
import Testing

@Suite struct ViewTests {
  @Test(arguments: shapes)
  func exchangedAxes(shape: Shape) {
    for tensor in layouts(of: numbered(shape)) {
      for axis in shape.indices {
        for other in shape.indices {
          let view = tensor.transposed(axis, other - shape.count)
          var expected = shape
          expected.swapAt(axis, other)
          #expect(sharesMemory(view, tensor))
          expect(view, shape: expected) { index in
            var source = index
            source.swapAt(axis, other)
            return tensor[source]
          }
        }
      }
    }
  }

  @Test func transposedMatrix() {
    expect(numbered([2, 3]).transposed(), shape: [3, 2]) { 3 * $0[1] + $0[0] }
  }

  @Test(arguments: shapes)
  func rotatedAxes(shape: Shape) {
    let rank = shape.count
    for tensor in layouts(of: numbered(shape)) {
      for shift in 0..<max(rank, 1) {
        // Every second axis is named from the end.
        let axes = AxisList(
          (0..<rank).map { position in
            let axis = (position + shift) % rank
            return position.isMultiple(of: 2) ? axis : axis - rank
          }
        )
        let view = tensor.permuted(axes)
        #expect(sharesMemory(view, tensor))
        expect(view, shape: AxisList((0..<rank).map { shape[($0 + shift) % rank] })) { index in
          tensor[AxisList((0..<rank).map { index[($0 - shift + rank) % rank] })]
        }
      }
    }
  }

  @Test(arguments: shapes)
  func squeezing(shape: Shape) {
    for tensor in layouts(of: numbered(shape)) {
      let squeezed = tensor.squeezed()
      #expect(squeezed.shape == AxisList(shape.filter { $0 != 1 }))
      #expect(squeezed.scalars == tensor.scalars)
      #expect(sharesMemory(squeezed, tensor))
      for axis in shape.indices where shape[axis] == 1 {
        var expected = shape
        expected.remove(at: axis)
        #expect(tensor.squeezed(axis: axis).shape == expected)
        #expect(tensor.squeezed(axis: axis - shape.count).scalars == tensor.scalars)
      }
    }
  }

  @Test(arguments: shapes.filter { $0.count < AxisList.maximumRank })
  func insertedAxes(shape: Shape) {
    for tensor in layouts(of: numbered(shape)) {
      for axis in 0...shape.count {
        var expected = shape
        expected.insert(1, at: axis)
        for view in [tensor.insertingAxis(at: axis), tensor.insertingAxis(at: axis - shape.count - 1)] {
          #expect(view.shape == expected)
          #expect(view.scalars == tensor.scalars)
          #expect(sharesMemory(view, tensor))
          #expect(view.squeezed(axis: axis).shape == shape)
        }
      }
    }
  }

  @Test(arguments: shapes)
  func broadcasting(shape: Shape) {
    for tensor in layouts(of: numbered(shape)) {
      for added in 0...min(2, AxisList.maximumRank - shape.count) {
        let target = AxisList(Array(repeating: 3, count: added) + shape.map { $0 == 1 ? 2 : $0 })
        let view = tensor.broadcast(to: target)
        #expect(sharesMemory(view, tensor))
        expect(view, shape: target) { index in
          tensor[AxisList(shape.indices.map { shape[$0] == 1 ? 0 : index[added + $0] })]
        }
      }
    }
  }

  @Test func broadcastingAnAxisOfLengthOneToNothing() {
    #expect(Tensor<Float>.ones([3, 1]).broadcast(to: [3, 0]).count == 0)
  }

  @Test(
    arguments: [
      ([], [], true), ([], [2, 3], true), ([3], [2, 3], true), ([2, 1], [2, 3], true), ([1], [0], true),
      ([1, 1], [5, 1, 4], true), ([2], [3], false), ([2, 3], [3], false), ([2], [2, 3], false),
      ([0], [1], false), ([3, 2], [2, 2], false), ([1], [-1], false), ([], [.max, 2], false),
    ] as [(Shape, Shape, Bool)]
  )
  func whatCanBeBroadcast(shape: Shape, target: Shape, isPossible: Bool) {
    #expect(shape.isBroadcastable(to: target) == isPossible)
  }

  @Test(arguments: shapes)
  func reversedAxes(shape: Shape) {
    for tensor in layouts(of: numbered(shape)) {
      for axis in shape.indices {
        let view = tensor.reversed(axis: axis - shape.count)
        #expect(sharesMemory(view, tensor))
        expect(view, shape: shape) { index in
          var source = index
          source[axis] = shape[axis] - 1 - index[axis]
          return tensor[source]
        }
      }
    }
  }

  @Test(arguments: shapes)
  func reshaping(shape: Shape) {
    let tensor = numbered(shape)
    for target in shapes where target.elementCount == shape.elementCount {
      #expect(tensor.reshaped(to: target).shape == target)
      #expect(sharesMemory(tensor.reshaped(to: target), tensor))
      for tensor in layouts(of: tensor) {
        #expect(tensor.reshaped(to: target).scalars == tensor.scalars)
      }
    }
    #expect(scattered(tensor).flattened() == Tensor(0..<shape.elementCount))
  }

  @Test(
    arguments: [
      // Each case: a view of `numbered([4, 6])`, a new shape, whether strides can describe it.
      (numbered([4, 6])[.all, 0..<4], [4, 2, 2], true), (numbered([4, 6])[.all, 0..<4], [16], false),
      (numbered([4, 6])[.all, 0..<4], [2, 2, 4], true), (numbered([4, 6]).transposed(), [6, 2, 2], true),
      (numbered([4, 6]).transposed(), [12, 2], false),
      (numbered([4, 6])[.stride(by: -1)], [2, 2, 2, 3], true),
      (numbered([4, 6]).reversed(axis: 0).reversed(axis: 1), [24], true),
      (numbered([4, 6])[0..<1].broadcast(to: [4, 6]), [2, 1, 2, 6], true),
      (numbered([4, 6])[0..<1].broadcast(to: [4, 6]), [24], false),
      (Tensor<Int>(1).broadcast(to: [4, 6]), [3, 8], true),
      (numbered([4, 6])[1...2, .all], [1, 12, 1], true),
    ] as [(Tensor<Int>, Shape, Bool)]
  )
  func reshapingSharesMemoryWhereItCan(view: Tensor<Int>, shape: Shape, isView: Bool) {
    let reshaped = view.reshaped(to: shape)
    #expect(reshaped.shape == shape)
    #expect(reshaped.scalars == view.scalars)
    #expect(sharesMemory(reshaped, view) == isView)
  }
}
