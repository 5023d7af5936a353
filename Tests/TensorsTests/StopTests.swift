import Foundation
import LossRegistry
import Tensors
import Testing

// What stops a program with a message. Only these systems have exit tests, so they are together here.
#if os(macOS) || os(Linux) || os(Windows)

  /// Expects that a program stopped with a message. Optimised builds print it, too.
  func expectStop(
    _ message: String, _ result: ExitTest.Result?, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let output = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(output.contains("Fatal error: \(message)\n"), sourceLocation: sourceLocation)
  }

  extension AxisListTests {
    @Test func wrongAxesStop() async {
      await expectStop(
        "axis 2 of a list of 2 axes",
        #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { _ = ([4, 5] as Shape)[2] })
      await expectStop(
        "axis -1 of a list of 2 axes",
        #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
          var shape: Shape = [4, 5]
          shape[-1] = 3
        })
    }
  }

  extension InitializerTests {
    @Test func tooManyLengthsInAnArray() async {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = Tensor<Float>.zeros([Int](repeating: 1, count: 9))
      }
      expectStop("a tensor of 9 axes was asked for, but at most 8 are possible", result)
    }

    @Test func raggedRowsStop() async {
      await #expect(processExitsWith: .failure) { _ = Tensor([[1, 2] as [Float], [3]]) }
      await #expect(processExitsWith: .failure) {
        _ = Tensor([[[1, 2]], [[3, 4], [5, 6]]] as [[[Float]]])
      }
      await #expect(processExitsWith: .failure) { _ = Tensor([[[1, 2]], [[3]]] as [[[Float]]]) }
    }

    @Test func wrongShapesStop() async {
      await expectStop(
        "shape [2, 2] has 4 elements, but the array has 3",
        #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
          _ = Tensor([1, 2, 3], shape: [2, 2])
        })
      await expectStop(
        "shape [-1, -2] has a negative length",
        #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
          _ = Tensor([1, 2], shape: [-1, -2])
        })
      await expectStop(
        "shape [0, -1] has a negative length",
        #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
          _ = Tensor<Float>.zeros([0, -1])
        })
      await expectStop(
        "the element count of shape [9223372036854775807, 2] does not fit in Int",
        #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
          _ = Tensor<Float>.zeros([.max, 2])
        })
      await expectStop(
        "the element count of shape [4294967296, 4294967296] does not fit in Int",
        #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
          _ = Tensor(shape: [1 << 32, 1 << 32]) { _ in 1 }
        })
      await expectStop(
        "a tensor of 9 axes was asked for, but at most 8 are possible",
        #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
          _ = Shape(repeating: 1, count: 9)
        })
    }

    /// An array would take what is left of a size that does not fit in `Int`, and write beyond it.
    @Test func sizesBeyondMemoryStop() async {
      // What nobody looks at might not be computed at all in an optimized build.
      await expectStop(
        "the size in bytes of shape [2305843009213693952] does not fit in Int",
        #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
          _ = Tensor<Double>(shape: [1 << 61]) { _ in exit(0) }
        })
      await expectStop(
        "the size in bytes of shape [2305843009213693952] does not fit in Int",
        #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
          exit(Tensor<Double>.zeros([1 << 61])[0] == 0 ? 0 : 1)
        })
      await expectStop(
        "the size in bytes of shape [2147483648, 1073741824] does not fit in Int",
        #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
          exit(Tensor<Double>(uninitialized: [1 << 31, 1 << 30]).count == 1 << 61 ? 0 : 1)
        })
      await expectStop(
        "the size in bytes of shape [2305843009213693952] does not fit in Int",
        #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
          exit(Tensor<Double>(1).broadcast(to: [1 << 61]).scalars[0] == 1 ? 0 : 1)
        })
      await expectStop(
        "the size in bytes of shape [2305843009213693952] does not fit in Int",
        #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
          exit(Tensor<Double>(1).broadcast(to: [1 << 61]).map { -$0 }[0] == -1 ? 0 : 1)
        })
    }
  }

  extension LiteralTests {
    @Test func raggedLiteralsStop() async {
      await expectStop(
        "a ragged literal: lists of 2 and of 1 elements along axis 1",
        #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
          _ = [[1, 2], [3]] as Tensor<Float>
        })
      await expectStop(
        "a ragged literal: a list where an element was expected",
        #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
          _ = [1, [2]] as Tensor<Float>
        })
      await expectStop(
        "a ragged literal: an element where a list was expected",
        #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
          _ = [[1], 2] as Tensor<Float>
        })
      await expectStop(
        "a ragged literal: lists of 0 and of 1 elements along axis 1",
        #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
          _ = [[], [1]] as Tensor<Float>
        })
      await expectStop(
        "a tensor has at most 8 axes",
        #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
          _ = [[[[[[[[[1]]]]]]]]] as Tensor<Float>
        })
    }
  }

  extension SlicingTests {
    @Test func partsOfAnotherShapeStop() async {
      await expectStop(
        "elements of shape [2] for a selection of shape [3]",
        #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
          var matrix = numbered([2, 3])
          matrix[0, .all] = [1, 2]
        })
    }
  }

  extension ElementTests {
    @Test func wrongIndicesStop() async {
      await expectStop(
        "index 3 is outside axis 1, of length 3",
        #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
          _ = numbered([2, 3])[0, 3]
        })
      await expectStop(
        "index -1 is outside axis 0, of length 2",
        #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
          _ = numbered([2, 3])[-1, 0]
        })
      await expectStop(
        "an element of a tensor of 2 axes needs as many indices, not [0]; a view such as a row takes a range or .all: "
          + "tensor[0, .all]",
        #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
          _ = numbered([2, 3])[0] as Int
        })
      await expectStop(
        "an element of a tensor of 2 axes needs as many indices, not [0, 0, 0]; a view such as a row takes a range or "
          + ".all: tensor[0, .all]",
        #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
          _ = numbered([2, 3])[0, 0, 0] as Int
        })
      await expectStop(
        "index 0 is outside axis 0, of length 0",
        #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
          _ = numbered([0])[0] as Int
        }
      )
      await expectStop(
        "item of a tensor of 2 elements",
        #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { _ = numbered([2]).item })
    }
  }

  extension SlicingTests {
    /// What lies outside an axis of length 5.
    @Test func entriesOutsideTheAxisStop() async {
      await expectStop(
        "1..<6 is not within axis 0, of length 5",
        #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { _ = numbered([5])[1..<6] })
      await expectStop(
        "6..<6 is not within axis 0, of length 5",
        #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { _ = numbered([5])[6..<6] })
      await expectStop(
        "6... is not within axis 0, of length 5",
        #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { _ = numbered([5])[6...] })
      await expectStop(
        "0...5 is not within axis 0, of length 5",
        #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { _ = numbered([5])[...5] })
      await expectStop(
        ".stride(from: 5, through: 0, by: -1) is not within axis 0, of length 5",
        #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
          _ = numbered([5])[.stride(from: 5, through: 0, by: -1)]
        })
      await expectStop(
        ".stride(from: 4, through: -1, by: -1) is not within axis 0, of length 5",
        #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
          _ = numbered([5])[.stride(from: 4, through: -1, by: -1)]
        })
      await expectStop(
        "0..<-1 is not within axis 0, of length 5",
        #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
          _ = numbered([5])[..<(-1)]
        })
      await expectStop(
        "-1..<-1 is not within axis 0, of length 5",
        #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
          _ = numbered([5])[.stride(from: -1, to: -1, by: 1)]
        })
      await expectStop(
        "2..<-1 is not within axis 0, of length 5",
        #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
          _ = numbered([5])[.stride(from: 2, to: -1, by: 1)]
        })
      await expectStop(
        ".stride(from: 5, to: 5, by: -1) is not within axis 0, of length 5",
        #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
          _ = numbered([5])[.stride(from: 5, to: 5, by: -1)]
        })
      await expectStop(
        ".stride(from: 2, to: 5, by: -1) is not within axis 0, of length 5",
        #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
          _ = numbered([5])[.stride(from: 2, to: 5, by: -1)]
        })
      await expectStop(
        "a stride by 0",
        #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
          _ = numbered([5])[.stride(by: 0)]
        })
      await expectStop(
        "5 is not within axis 0, of length 5",
        #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
          _ = numbered([5, 1])[5, .all]
        })
      await expectStop(
        ".all selects from axis 1 of a tensor of 1 axes",
        #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
          _ = numbered([5])[.all, .all]
        })
      await expectStop(
        "axis 1 of a tensor of 1 axes",
        #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
          _ = numbered([5]).selecting(0, axis: 1)
        })
    }

    /// The second step would lead to a place that does not fit in `Int`.
    @Test func stepsBeyondIntStop() async {
      await expectStop(
        ".stride(from: 5, through: -9223372036854775808, by: -4611686018427387905) is not within axis 0, "
          + "of length 6",
        #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
          _ = numbered([6])[.stride(from: 5, through: .min, by: -(1 << 62) - 1)]
        })
    }
  }

  extension ViewTests {
    @Test func wrongAxesStop() async {
      await expectStop(
        "axis 2 of a tensor of 2 axes",
        #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
          _ = numbered([2, 3]).transposed(0, 2)
        })
      await expectStop(
        "axis -3 of a tensor of 2 axes",
        #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
          _ = numbered([2, 3]).transposed(-3, 0)
        })
      await expectStop(
        "transposed() of a tensor of 3 axes: name the two to exchange",
        #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
          _ = numbered([2, 3, 4]).transposed()
        })
      await expectStop(
        "[0, -2] names axis 0 twice",
        #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
          _ = numbered([2, 3]).permuted([0, -2])
        })
      await expectStop(
        "[0] is no order of 2 axes",
        #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
          _ = numbered([2, 3]).permuted([0])
        })
      await expectStop(
        "axis 0 cannot be left out, as its length is 2",
        #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
          _ = numbered([2, 3]).squeezed(axis: 0)
        })
      await expectStop(
        "axis 3 to be inserted into a tensor of 2 axes",
        #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
          _ = numbered([2, 3]).insertingAxis(at: 3)
        })
      await expectStop(
        "a tensor has at most 8 axes",
        #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
          _ = Tensor.ones(Shape(repeating: 1, count: 8)).insertingAxis(at: 0) as Tensor<Int>
        })
    }

    @Test func wrongShapesStop() async {
      await expectStop(
        "shape [2, 3] cannot be broadcast to [3, 3]",
        #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
          _ = numbered([2, 3]).broadcast(to: [3, 3])
        })
      await expectStop(
        "shape [4, 2] has 8 elements, but the tensor has 6",
        #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
          _ = numbered([2, 3]).reshaped(to: [4, 2])
        })
      await expectStop(
        "shape [-2, -3] has a negative length",
        #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
          _ = numbered([2, 3]).reshaped(to: [-2, -3])
        })
    }
  }

  extension MemoryTests {
    @Test func layoutsOutsideTheStorageStop() async {
      await #expect(processExitsWith: .failure) {
        _ = Tensor(storage: Storage([1, 2]), layout: Layout(shape: [2], strides: [2]))
      }
      await #expect(processExitsWith: .failure) {
        _ = Tensor(storage: Storage([1, 2]), layout: Layout(shape: [2], strides: [-1]))
      }
    }
  }

  extension BorrowingTests {
    @Test func memoryThatIsTooShort() async {
      await #expect(processExitsWith: .failure) {
        let memory = UnsafeMutableBufferPointer<Float>.allocate(capacity: 3)
        _ = unsafe Tensor(unsafeBorrowing: UnsafeBufferPointer(memory), shape: [2, 2])
      }
      await #expect(processExitsWith: .failure) {
        let memory = UnsafeMutableBufferPointer<Float>.allocate(capacity: 3)
        _ = unsafe Tensor(unsafeBorrowing: UnsafeBufferPointer(memory), shape: [3], strides: [-1])
      }
      await #expect(processExitsWith: .failure) {
        let memory = UnsafeMutableBufferPointer<Float>.allocate(capacity: 3)
        _ = unsafe Tensor(unsafeBorrowing: UnsafeBufferPointer(memory), shape: [.max, .max])
      }
      await #expect(processExitsWith: .failure) {
        let memory = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 15)
        _ = unsafe Tensor<Float>(unsafeBorrowingBytes: UnsafeRawBufferPointer(memory), shape: [4])
      }
      await #expect(processExitsWith: .failure) {
        _ = Tensor(copying: ([1, 2, 3] as [Float]).span, shape: [2, 2])
      }
    }

    @Test func memoryThatIsNotAligned() async {
      await #expect(processExitsWith: .failure) {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 32, alignment: 8)
        let shifted = unsafe UnsafeRawBufferPointer(rebasing: memory[1...])
        _ = unsafe Tensor<Float>(unsafeBorrowingBytes: shifted, shape: [2])
      }
    }
  }

  extension ConversionTests {
    @Test func whatDoesNotFitStops() async {
      await expectStop(
        "nan has no value of type Int",
        #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
          _ = Tensor<Int>(Tensor<Float>([.nan]))
        })
      await expectStop(
        "-1.0 has no value of type UInt8",
        #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
          _ = Tensor<UInt8>([-1] as Tensor<Float>)
        })
      await expectStop(
        "256 has no value of type UInt8",
        #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
          _ = Tensor<UInt8>([256] as Tensor<Int>)
        })
    }
  }

  extension ArithmeticTests {
    @Test func otherShapes() async {
      await #expect(processExitsWith: .failure) { _ = [1, 2] as Tensor<Float> + [[1, 2]] }
      await #expect(processExitsWith: .failure) { _ = [1, 2] as Tensor<Float> * [1] }
    }
  }

  extension RandomTests {
    @Test func rangesWithoutNumbersStop() async {
      await expectStop(
        "there is no number in 1.0..<1.0",
        #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
          var generator = SplitMix64(seed: 5)
          _ = Tensor<Float>.random(in: 1..<1, shape: [2], using: &generator)
        })
      await expectStop(
        "there is no number in 3..<3",
        #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
          var generator = SplitMix64(seed: 5)
          _ = Tensor<Int>.random(in: 3..<3, shape: [2], using: &generator)
        })
      await expectStop(
        "there is no uniform distribution over 0.0...inf",
        #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
          var generator = SplitMix64(seed: 5)
          _ = Tensor<Double>.random(in: 0...(.infinity), shape: [2], using: &generator)
        })
      var generator = SplitMix64(seed: 5)
      #expect(Tensor<Float>.random(in: 1..<1, shape: [0], using: &generator).count == 0)
    }

    @Test func negativeDeviationsStop() async {
      await expectStop(
        "a standard deviation of -1.0",
        #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
          var generator = SplitMix64(seed: 5)
          _ = Tensor<Float>.randomNormal(standardDeviation: -1, shape: [1], using: &generator)
        })
    }
  }
#endif
