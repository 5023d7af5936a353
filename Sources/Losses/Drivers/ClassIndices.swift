internal import Tensors

/// Labels of any integer type, as `Int`.
struct ClassIndices: Sendable {
  private let read: @Sendable (Range<Int>, Numbers<Int>) -> Void

  /// How a label at a position in row-major order is written.
  let text: @Sendable (Int) -> String

  let count: Int

  init<Label: FixedWidthInteger & TensorScalar>(_ labels: Tensor<Label>) {
    let layout = labels.layout.merged
    read = { range, memory in Self.read(labels, layout, range, into: memory) }
    text = { labels.scalars[$0].description }
    count = labels.count
  }

  /// Copies the labels at `range` to `memory`. One that `Int` cannot hold becomes the nearest it can.
  func copy(_ range: Range<Int>, to memory: Numbers<Int>) {
    read(range, memory)
  }

  subscript(position: Int) -> Int {
    let scratch = Scratch<Int>(slots: 1, slotSize: 1)
    defer { scratch.deallocate() }
    copy(position..<position + 1, to: scratch.numbers(0))
    return scratch.numbers(0)[0]
  }

  @specialized(where Label == Int) @specialized(where Label == Int32) @specialized(where Label == Int64)
  @specialized(where Label == UInt8) @specialized(where Label == Int16) @specialized(where Label == UInt32)
  private static func read<Label: FixedWidthInteger & TensorScalar>(
    _ labels: Tensor<Label>, _ layout: Layout, _ range: Range<Int>, into memory: Numbers<Int>
  ) {
    unsafe labels.storage.withUnsafeBufferPointer { storage in
      var next = 0
      layout.forEachRun(in: range) { run in
        for index in 0..<run.count {
          unsafe memory[next &+ index] = Int(
            clamping: storage[layout.offset &+ run.start &+ index &* run.stride])
        }
        next &+= run.count
      }
    }
  }
}
