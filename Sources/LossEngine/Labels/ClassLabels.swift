public import Tensors

/// Labels of some integer type, as `Int`.
// A reference, since Embedded Swift has no other values of a protocol's type; and all that is called on them is a
// requirement, since it cannot specialise an extension for a type that it does not know.
@usableFromInline
package protocol ClassLabels: AnyObject, Sendable {
  var shape: Shape { get }

  /// Copies the labels at `range`, in row-major order. A label that `Int` cannot hold becomes one that is no class, and
  /// not the ignored one.
  func copy(_ range: Range<Int>, to buffer: UncheckedBuffer<Int>)

  /// Returns a label as text.
  func text(at position: Int) -> String

  /// Returns a label as a number, also one that `Int` cannot hold.
  func number(at position: Int) -> Double

  subscript(position: Int) -> Int { get }

  /// The labels at a range, as `copy(_:to:)` copies them.
  subscript(range: Range<Int>) -> [Int] { get }

  /// Calls `body` with the labels at a range, block by block, and the position of the first of each block.
  func forEachBlock(
    in range: Range<Int>, _ body: (_ start: Int, _ labels: UncheckedBuffer<Int>, _ count: Int) -> Void)
}

extension ClassLabels {
  @usableFromInline
  package subscript(position: Int) -> Int {
    var label = 0
    unsafe withUnsafeMutablePointer(to: &label) { label in
      copy(position..<position + 1, to: unsafe UncheckedBuffer(label))
    }
    return label
  }

  @usableFromInline
  package subscript(range: Range<Int>) -> [Int] {
    unsafe [Int](count: range.count) { labels in
      copy(range, to: unsafe UncheckedBuffer(labels.baseAddress!))
    }
  }

  @usableFromInline
  package func forEachBlock(
    in range: Range<Int>, _ body: (_ start: Int, _ labels: UncheckedBuffer<Int>, _ count: Int) -> Void
  ) {
    let scratch = Scratch<Int>(slots: 1, slotSize: Blocks.size(in: range))
    defer { scratch.deallocate() }
    Blocks.forEach(in: range) { block in
      copy(block, to: scratch[0])
      body(block.lowerBound, scratch[0], block.count)
    }
  }
}

extension Check {
  /// - Parameter mayBeSingle: Whether a single label may have the shape [] or [1], whatever the input's shape suggests.
  static func shape(
    of labels: any ClassLabels, is expected: Shape, mayBeSingle: Bool, hint: @autoclosure () -> String? = nil
  ) throws(LossError) {
    if mayBeSingle, expected.count <= 1, expected.elementCount == 1, labels.shape == [] || labels.shape == [1]
    {
      return
    }
    try shape(
      labels.shape, named: "target", is: expected,
      hint: hint() ?? labels.shape.hint(named: "target", toBe: expected))
  }

  /// Checks the labels of the samples that count, and returns the sum of the weights of those that are not `ignoreIndex`,
  /// times the weights of the samples: their number, without weights. Of a slice of the classes, it is the sum over the labels
  /// that are in the slice.
  ///
  /// - Parameters:
  ///   - classes: The number of classes; of the slice, if there is one.
  ///   - weight: The weights of the classes, by their places in the slice.
  static func labels(
    _ labels: any ClassLabels, perSample labelsPerSample: Int = 1, classes: Int, slice: ClassSlice? = nil,
    besides ignoreIndex: Int?, weight: ClassWeights? = nil, samples: (any SampleWeights)? = nil
  ) throws(LossError) -> Double {
    if let slice {
      let weight = ClassWeights(besides: ignoreIndex) {
        slice.classes.contains($0) ? weight?.weight($0 - slice.classes.lowerBound) ?? 1 : 0
      }
      return try Self.labels(
        labels, perSample: labelsPerSample, classes: slice.classCount, besides: ignoreIndex, weight: weight,
        samples: samples)
    }
    if let samples {
      return try Self.labels(
        labels, perSample: labelsPerSample, classes: classes, besides: ignoreIndex, weight: weight,
        weighted: samples)
    }
    let count = labels.shape.elementCount
    let isClassIgnored = ignoreIndex.map { 0..<classes ~= $0 } ?? false
    let firstWrong = FirstPosition()
    let sum = Parallelism.sum(over: count, chunkSize: Blocks.chunkSize(of: count), cost: Double(count)) {
      chunk in
      var sum = 0.0
      if firstWrong.precedes(chunk.lowerBound) { return sum }
      labels.forEachBlock(in: chunk) { start, block, size in
        // Mostly all labels are those of classes, which takes three operations a label to see: neither they are negative,
        // nor is what lies between them and the last class.
        var (counted, wrong, signs) = (size, 0, 0)
        for index in 0..<size { signs |= block[index] | (classes &- 1 &- block[index]) }
        if isClassIgnored || signs < 0 {
          counted = 0
          for index in 0..<size {
            let isCounted = block[index] != ignoreIndex
            let isWrong = UInt(bitPattern: block[index]) >= UInt(bitPattern: classes)
            counted &+= isCounted ? 1 : 0
            wrong |= isCounted && isWrong ? 1 : 0
          }
        }
        if wrong > 0 {
          let index = (0..<size).first { block[$0] != ignoreIndex && !(0..<classes ~= block[$0]) }
          if let index { firstWrong.report(start + index) }
        } else if let weight {
          sum += weight.sum(block, size)
        } else {
          sum += Double(counted)
        }
      }
      return sum
    }
    try label(labels, at: firstWrong.value, classes: classes, besides: ignoreIndex)
    return sum
  }

  // Not inlined, since the samples of most calls count alike.
  @inline(never)
  private static func labels(
    _ labels: any ClassLabels, perSample labelsPerSample: Int, classes: Int, besides ignoreIndex: Int?,
    weight: ClassWeights?, weighted samples: any SampleWeights
  ) throws(LossError) -> Double {
    let count = labels.shape.elementCount / labelsPerSample
    let firstWrong = FirstPosition()
    let sum = Parallelism.sum(over: count, chunkSize: Blocks.chunkSize(of: count), cost: Double(count)) {
      chunk in
      Blocks.sum(over: chunk) { range in
        let weights = samples[range]
        let first = range.lowerBound * labelsPerSample
        var sum = 0.0
        labels.forEachBlock(in: first..<range.upperBound * labelsPerSample) { start, block, size in
          for index in 0..<size {
            let (position, label) = (start + index, block[index])
            let sampleWeight = weights[(position - first) / labelsPerSample]
            if label == ignoreIndex || sampleWeight == 0 { continue }
            guard 0..<classes ~= label else {
              firstWrong.report(position)
              continue
            }
            sum += sampleWeight * (weight?.weight(label) ?? 1)
          }
        }
        return sum
      }
    }
    try label(labels, at: firstWrong.value, classes: classes, besides: ignoreIndex)
    return sum
  }

  /// Throws the error of the label at a position, if there is one.
  private static func label(
    _ labels: any ClassLabels, at position: Int?, classes: Int, besides ignoreIndex: Int?
  ) throws(LossError) {
    guard let position else { return }
    throw .labelOutOfRange(
      argument: "target", position: labels.shape.index(ofElement: position), label: labels.text(at: position),
      classCount: classes, ignoreIndex: ignoreIndex)
  }
}

/// The weights of classes, whatever their type.
struct ClassWeights {
  let weight: (_ class: Int) -> Double
  /// Returns the sum of the weights of some labels, but those to be ignored.
  let sum: (_ labels: UncheckedBuffer<Int>, _ count: Int) -> Double

  init(besides ignoreIndex: Int?, _ weight: @escaping (_ class: Int) -> Double) {
    self.weight = weight
    sum = { Self.sum(of: $0, count: $1, besides: ignoreIndex, weight) }
  }

  // With a closure for each block of labels, since one for each label would take longer than all else.
  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  @specialized(where S == BFloat16)
  init<S: LossScalar>(_ weight: Operand<S>, besides ignoreIndex: Int?) {
    if let elements = weight.elements {
      self.weight = { Double(elements[$0]) }
      sum = { Self.sum(of: $0, count: $1, besides: ignoreIndex) { Double(elements[$0]) } }
    } else {
      self.weight = { Double(weight[$0]) }
      sum = { Self.sum(of: $0, count: $1, besides: ignoreIndex) { Double(weight[$0]) } }
    }
  }

  @inline(__always)
  private static func sum(
    of labels: UncheckedBuffer<Int>, count: Int, besides ignoreIndex: Int?,
    _ weight: (_ class: Int) -> Double
  ) -> Double {
    Lanes.reduce(count: count, 0, +) { labels[$0] == ignoreIndex ? 0 : weight(labels[$0]) }
  }
}

/// Labels of one integer type.
@usableFromInline
package final class TypedLabels<Label: FixedWidthInteger & TensorScalar>: ClassLabels {
  private let labels: Tensor<Label>
  private let layout: Layout
  /// What a label becomes that `Int` cannot hold.
  private let unrepresentable: Int

  @usableFromInline
  @specialized(where Label == Int) @specialized(where Label == Int32) @specialized(where Label == UInt8)
  package init(_ labels: Tensor<Label>, ignoreIndex: Int?) {
    self.labels = labels
    layout = labels.layout.merged
    unrepresentable = ignoreIndex == .min ? .max : .min
  }

  @usableFromInline package var shape: Shape { labels.shape }

  @usableFromInline
  @specialized(where Label == Int) @specialized(where Label == Int32) @specialized(where Label == UInt8)
  package func copy(_ range: Range<Int>, to buffer: UncheckedBuffer<Int>) {
    unsafe labels.storage.withUnsafeBufferPointer { storage in
      var next = 0
      // All positions of a layout lie inside its storage.
      layout.forEachRun(in: range) { run in
        for index in 0..<run.count {
          let label = unsafe storage[layout.offset &+ run.start &+ index &* run.stride]
          buffer[next &+ index] = Int(exactly: label) ?? unrepresentable
        }
        next &+= run.count
      }
    }
  }

  @usableFromInline
  package func text(at position: Int) -> String {
    label(at: position).description
  }

  @usableFromInline
  package func number(at position: Int) -> Double { Double(label(at: position)) }

  private func label(at position: Int) -> Label { labels[labels.shape.index(ofElement: position)] }
}
