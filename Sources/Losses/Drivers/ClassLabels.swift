public import Tensors

/// Labels of some integer type, as `Int`.
@usableFromInline
protocol ClassLabels: Sendable {
  var shape: Shape { get }

  /// Copies the labels at `range`, which counts in row-major order. One that `Int` cannot hold becomes one that is
  /// no class, and not the ignored one.
  func copy(_ range: Range<Int>, to memory: Numbers<Int>)

  /// How a label is written.
  func text(at position: Int) -> String
}

extension ClassLabels {
  subscript(position: Int) -> Int { self[position..<position + 1][0] }

  /// The labels at a range, as `copy(_:to:)` has them.
  subscript(range: Range<Int>) -> [Int] {
    let scratch = Scratch<Int>(slots: 1, slotSize: range.count)
    defer { scratch.deallocate() }
    let labels = scratch.numbers(0)
    copy(range, to: labels)
    return (0..<range.count).map { labels[$0] }
  }
}

extension Check {
  static func shape(
    of labels: any ClassLabels, is expected: Shape, _ rules: ClassRules
  ) throws(LossError) {
    // The losses without further axes take a single label as [] or [1], whichever the input suggests.
    let isSingle = !rules.allowsFurtherAxes && expected.count <= 1 && expected.elementCount == 1
    if isSingle, labels.shape == [] || labels.shape == [1] { return }
    try shape(labels.shape, named: "target", is: expected)
  }

  /// Checks the labels, and returns the sum of the weights of those that are not `ignoreIndex`. Without weights, it is
  /// their number.
  static func labels(
    _ labels: any ClassLabels, classes: Int, besides ignoreIndex: Int?,
    weight: ((_ class: Int) -> Double)? = nil
  ) throws(LossError) -> Double {
    let count = labels.shape.elementCount
    let sum = Parallelism.sum(over: count, chunkSize: Blocks.chunkSize(of: count), cost: Double(count)) {
      chunk in
      let scratch = Scratch<Int>(slots: 1, slotSize: Blocks.size(in: chunk))
      defer { scratch.deallocate() }
      let block = scratch.numbers(0)
      return Blocks.sum(over: chunk) { range in
        labels.copy(range, to: block)
        // A label that is no class makes the sum not a number, and is looked for then.
        var (counted, wrong) = (0, 0)
        for index in 0..<range.count {
          let isCounted = block[index] != ignoreIndex
          let isWrong = UInt(bitPattern: block[index]) >= UInt(bitPattern: classes)
          counted &+= isCounted ? 1 : 0
          wrong |= isCounted && isWrong ? 1 : 0
        }
        if wrong > 0 { return .nan }
        guard let weight else { return Double(counted) }
        return (0..<range.count).reduce(0) { sum, index in
          block[index] == ignoreIndex ? sum : sum + weight(block[index])
        }
      }
    }
    guard sum.isNaN else { return sum }
    for position in 0..<count {
      let label = labels[position]
      guard label == ignoreIndex || 0..<classes ~= label else {
        throw .labelOutOfRange(
          argument: "target", position: labels.shape.index(ofElement: position),
          label: labels.text(at: position),
          classCount: classes, ignoreIndex: ignoreIndex)
      }
    }
    return sum
  }
}

@usableFromInline
struct TypedLabels<Label: FixedWidthInteger & TensorScalar>: ClassLabels {
  private let labels: Tensor<Label>
  private let layout: Layout
  /// Stands for a label that `Int` cannot hold.
  private let beyond: Int

  @usableFromInline
  @specialized(where Label == Int) @specialized(where Label == Int32) @specialized(where Label == UInt8)
  init(_ labels: Tensor<Label>, ignoreIndex: Int?) {
    self.labels = labels
    layout = labels.layout.merged
    beyond = ignoreIndex == .min ? .max : .min
  }

  @usableFromInline var shape: Shape { labels.shape }

  @usableFromInline
  @specialized(where Label == Int) @specialized(where Label == Int32) @specialized(where Label == UInt8)
  func copy(_ range: Range<Int>, to memory: Numbers<Int>) {
    unsafe labels.storage.withUnsafeBufferPointer { storage in
      var next = 0
      // All positions of a layout are inside its storage.
      layout.forEachRun(in: range) { run in
        for index in 0..<run.count {
          let label = unsafe storage[layout.offset &+ run.start &+ index &* run.stride]
          memory[next &+ index] = Int(exactly: label) ?? beyond
        }
        next &+= run.count
      }
    }
  }

  @usableFromInline
  func text(at position: Int) -> String { labels.scalars[position].description }
}
