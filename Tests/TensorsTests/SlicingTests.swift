import Tensors
import Testing

@Suite struct SlicingTests {
  /// Each kind of entry, for an axis of length 5, and the indices it means.
  static let entries: [(AxisSlice, [Int])] = [
    (.all, [0, 1, 2, 3, 4]),
    ((1..<3).axisSlice, [1, 2]), ((0..<5).axisSlice, [0, 1, 2, 3, 4]), ((5..<5).axisSlice, []),
    ((2..<2).axisSlice, []), ((1...3).axisSlice, [1, 2, 3]), ((4...4).axisSlice, [4]),
    ((3...).axisSlice, [3, 4]), ((5...).axisSlice, []), ((..<2).axisSlice, [0, 1]), ((..<0).axisSlice, []),
    ((...2).axisSlice, [0, 1, 2]), (.stride(by: 1), [0, 1, 2, 3, 4]), (.stride(by: 2), [0, 2, 4]),
    (.stride(by: -1), [4, 3, 2, 1, 0]), (.stride(by: -3), [4, 1]), (.stride(by: .max), [0]),
    (.stride(by: .min), [4]), (.stride(from: 4, through: 0, by: -2), [4, 2, 0]),
    (.stride(from: 4, to: 0, by: -2), [4, 2]), (.stride(from: 1, to: 5, by: 3), [1, 4]),
    (.stride(from: 1, through: 3, by: 2), [1, 3]), (.stride(from: 3, to: 1, by: 1), []),
    (.stride(from: 1, through: 3, by: -1), []), (.stride(from: 2, through: 2, by: -7), [2]),
    (.stride(from: 4, to: -2, by: -3), [4, 1]), (.stride(from: 1, to: .max, by: .max), [1]),
    (.stride(from: 3, through: 0, by: .min), [3]), ((...(-1)).axisSlice, []),
    (.stride(from: -1, to: -1, by: -1), []), (.stride(from: 5, to: 5, by: 1), []),
  ]

  @Test(arguments: entries)
  func entriesAlongAnyAxis(slice: AxisSlice, expected: [Int]) {
    for axis in 0..<3 {
      var shape: Shape = [2, 3, 4]
      shape[axis] = 5
      for tensor in layouts(of: numbered(shape)) {
        let view = tensor.selecting(slice, axis: axis - 3)
        var viewShape = shape
        viewShape[axis] = expected.count
        #expect(sharesMemory(view, tensor))
        expect(view, shape: viewShape) { index in
          var source = index
          source[axis] = expected[index[axis]]
          return tensor[source]
        }
      }
    }
  }

  @Test(arguments: entries, [entries[0], entries[8], entries[17]])
  func slicesOfSlices(first: (AxisSlice, [Int]), second: (AxisSlice, [Int])) {
    guard first.1.count == 5 else { return }
    expect(numbered([5])[first.0][second.0], shape: [second.1.count]) { first.1[second.1[$0[0]]] }
  }

  @Test func entriesOfEveryKindTogether() {
    for tensor in layouts(of: numbered([4, 5, 6])) {
      expect(tensor[0..., 1..<3], shape: [4, 2, 6]) { tensor[$0[0], $0[1] + 1, $0[2]] }
      expect(tensor[.all, .stride(from: 4, through: 0, by: -2)], shape: [4, 3, 6]) {
        tensor[$0[0], 4 - 2 * $0[1], $0[2]]
      }
      expect(tensor[2, .all, ...1], shape: [5, 2]) { tensor[2, $0[0], $0[1]] }
      expect(tensor[1..., 3, 4...5], shape: [3, 2]) { tensor[$0[0] + 1, 3, $0[1] + 4] }
      expect(tensor[1, 2, ..<6], shape: [6]) { tensor[1, 2, $0[0]] }
      expect(tensor[.all, 4, 5], shape: [4]) { tensor[$0[0], 4, 5] }
    }
  }

  @Test func axesWithoutAnEntryAreWhole() {
    let tensor = numbered([4, 5, 6])
    #expect(tensor[.all] == tensor)
    #expect(tensor[1..<2].shape == [1, 5, 6])
    #expect(tensor[3, .all].shape == [5, 6])
  }

  @Test func anIntegerWhereATensorIsExpectedGivesAView() {
    let tensor = numbered([4, 5])
    let row: Tensor<Int> = tensor[2]
    let number: Tensor<Int> = tensor[2, 3]
    #expect(row == Tensor(10..<15))
    #expect(number.shape == [] && number.item == 13)
  }

  @Test(arguments: shapes)
  func oneIndexAlongAnAxis(shape: Shape) {
    for tensor in layouts(of: numbered(shape)) {
      for axis in shape.indices {
        for position in 0..<shape[axis] {
          let view = tensor.selecting(position, axis: axis)
          var viewShape = shape
          viewShape.remove(at: axis)
          #expect(sharesMemory(view, tensor))
          expect(view, shape: viewShape) { index in
            var source = index
            source.insert(position, at: axis)
            return tensor[source]
          }
        }
      }
    }
  }

  @Test func eightEntries() {
    let tensor = numbered([2, 1, 2, 1, 2, 1, 2, 3])
    expect(tensor[1, 0, .all, 0, 1, .all, .stride(by: -1), 1...], shape: [2, 1, 2, 2]) {
      tensor[[1, 0, $0[0], 0, 1, $0[1], 1 - $0[2], 1 + $0[3]]]
    }
  }

  @Test(arguments: entries)
  func replacingEntries(slice: AxisSlice, positions: [Int]) {
    for tensor in layouts(of: numbered([2, 5, 3])) {
      var (changed, copy) = (tensor, tensor)
      let new = Tensor(shape: [2, positions.count, 3]) { -1 - $0[0] - 10 * $0[1] - 100 * $0[2] }
      changed[.all, slice] = new.transposed(0, 2).contiguous().transposed(0, 2)
      expect(changed, shape: [2, 5, 3]) { index in
        positions.firstIndex(of: index[1]).map { new[index[0], $0, index[2]] } ?? tensor[index]
      }
      copy[1, slice, 2] = changed[1, slice, 2]
      expect(copy, shape: [2, 5, 3]) { index in
        index[0] == 1 && index[2] == 2 ? changed[index] : tensor[index]
      }
    }
  }

  @Test func replacingParts() {
    var matrix: Tensor<Int> = [[1, 2], [3, 4]]
    let before = matrix
    matrix[0, .all] = [5, 6]
    matrix[.all, 1] *= 10
    matrix[1..., .all] -= [[1, 1]]
    matrix[1, 1] += 2
    #expect(matrix == [[5, 60], [2, 41]])
    #expect(before == [[1, 2], [3, 4]])
    matrix[0, .all] = matrix[1, .all]
    #expect(matrix == [[2, 41], [2, 41]])
    var images = numbered([2, 2, 2, 2])
    images[1, 0, .all, 1] = [-1, -2]
    #expect(images[1, 0, .all] == [[8, -1], [10, -2]] as Tensor<Int>)
    #expect(images[0, .all] == numbered([2, 2, 2, 2])[0, .all])
    var nothing = numbered([0, 3])
    nothing[.all, 1...] = Tensor<Int>.zeros([0, 2])
    #expect(nothing.shape == [0, 3])
  }

  @Test func descriptionsOfEntries() {
    #expect(
      "\((1..<3).axisSlice) \((1...3).axisSlice) \((2...).axisSlice) \(2.axisSlice)" == "1..<3 1...3 2... 2"
    )
    #expect("\(AxisSlice.all) \(AxisSlice.stride(by: -2))" == ".all .stride(by: -2)")
    #expect("\(AxisSlice.stride(from: 1, to: 5, by: 2))" == ".stride(from: 1, to: 5, by: 2)")
    #expect("\(AxisSlice.stride(from: 5, through: 1, by: -2))" == ".stride(from: 5, through: 1, by: -2)")
  }
}
