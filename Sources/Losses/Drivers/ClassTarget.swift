public import Tensors

/// What a loss over classes is given to aim at.
@usableFromInline
enum ClassTarget<S: LossScalar> {
  /// The label of each column, and the one that counts for nothing.
  case labels(any ClassLabels, ignoreIndex: Int?)
  /// As many labels for each column as there are classes, of which `listEnd` ends the list.
  case labelLists(any ClassLabels)
  /// A probability for each class of each column.
  case probabilities(Tensor<S>)
  /// No target.
  case nothing

  static var listEnd: Int { -1 }
}

/// Labels of some integer type, as `Int`.
@usableFromInline
protocol ClassLabels: Sendable {
  var shape: Shape { get }

  /// Copies the labels at `range`, which counts in row-major order. One that `Int` cannot hold becomes the nearest it
  /// can.
  func copy(_ range: Range<Int>, to memory: Numbers<Int>)

  /// How a label is written.
  func text(at position: Int) -> String
}

extension ClassLabels {
  subscript(position: Int) -> Int {
    let scratch = Scratch<Int>(slots: 1, slotSize: 1)
    defer { scratch.deallocate() }
    copy(position..<position + 1, to: scratch.numbers(0))
    return scratch.numbers(0)[0]
  }
}

@usableFromInline
struct TypedLabels<Label: FixedWidthInteger & TensorScalar>: ClassLabels {
  private let labels: Tensor<Label>
  private let layout: Layout

  @usableFromInline
  @specialized(where Label == Int) @specialized(where Label == Int32) @specialized(where Label == UInt8)
  init(_ labels: Tensor<Label>) {
    self.labels = labels
    layout = labels.layout.merged
  }

  @usableFromInline var shape: Shape { labels.shape }

  @usableFromInline
  @specialized(where Label == Int) @specialized(where Label == Int32) @specialized(where Label == UInt8)
  func copy(_ range: Range<Int>, to memory: Numbers<Int>) {
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

  @usableFromInline
  func text(at position: Int) -> String { labels.scalars[position].description }
}
