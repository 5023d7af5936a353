import LossRegistry
import Losses
import Testing

/// Arguments and gradients in memory that no tensor owns.
struct ForeignMemoryTests {
  private let scores: [Float] = [0.5, 2, -1, 0, 0.25, 3]
  private let labels: Tensor<Int32> = [1, 2]

  private var expected: (value: Tensor<Float>, gradient: Tensor<Float>) {
    get throws { try CrossEntropyLoss()(Tensor(scores, shape: [2, 3]), target: labels).valueWithGradient() }
  }

  @Test func argumentsAreReadWhereTheyAre() throws {
    let value = try unsafe scores.withUnsafeBufferPointer { buffer in
      let input = unsafe Tensor(unsafeBorrowing: buffer, shape: [2, 3])
      return try CrossEntropyLoss()(input, target: labels).value()
    }
    #expect(try value == expected.value)
  }

  @Test func stridedArguments() throws {
    // The transpose, column by column.
    let columns: [Float] = [0.5, 0, 2, 0.25, -1, 3]
    let value = try unsafe columns.withUnsafeBufferPointer { buffer in
      let input = unsafe Tensor(unsafeBorrowing: buffer, shape: [2, 3], strides: [1, 2])
      return try CrossEntropyLoss()(input, target: labels).value()
    }
    #expect(try value == expected.value)
  }

  @Test func aSpanIsWrittenTo() throws {
    let loss = try CrossEntropyLoss()(Tensor(scores, shape: [2, 3]), target: labels)
    var gradient = ContiguousArray<Float>(repeating: 7, count: 6)
    var span = gradient.mutableSpan
    let value = try loss.valueWithGradient(into: &span)
    #expect(try value == expected.value)
    #expect(try Array(gradient) == expected.gradient.scalars)

    span = gradient.mutableSpan
    try loss.valueWithGradient(addingTo: &span, upstream: 2)
    #expect(try Array(gradient) == expected.gradient.scalars.map { $0 + 2 * $0 })
  }

  @Test func aBufferIsWrittenTo() throws {
    let loss = try CrossEntropyLoss()(Tensor(scores, shape: [2, 3]), target: labels)
    let memory = UnsafeMutableBufferPointer<Float>.allocate(capacity: 8)
    defer { unsafe memory.deallocate() }
    unsafe memory.initialize(repeating: 7)
    let gradient = unsafe UnsafeMutableBufferPointer(rebasing: memory[1...6])
    let value = try unsafe loss.valueWithGradient(into: gradient)
    var elements = unsafe Array(memory)
    #expect(try value == expected.value)
    #expect(try elements == [7] + expected.gradient.scalars + [7])
    try unsafe loss.valueWithGradient(addingTo: gradient)
    elements = unsafe Array(gradient)
    #expect(try elements == expected.gradient.scalars.map { 2 * $0 })
  }

  @Test func memoryOfAnotherSizeIsLeftAlone() throws {
    let loss = try CrossEntropyLoss()(Tensor(scores, shape: [2, 3]), target: labels)
    for count in [0, 5, 7] {
      var gradient = [Float](repeating: 7, count: count)
      var span = gradient.mutableSpan
      let error = LossError.shapeMismatch(argument: "gradient", shape: [count], expected: [2, 3])
      #expect(throws: error) { try loss.valueWithGradient(into: &span) }
      #expect(throws: error) { try loss.valueWithGradient(addingTo: &span) }
      #expect(gradient == Array(repeating: 7, count: count))
    }
  }

  @Test func anUpstreamOfAnotherShapeLeavesMemoryAlone() throws {
    let loss = try CrossEntropyLoss()(Tensor(scores, shape: [2, 3]), target: labels)
    var gradient = [Float](repeating: 7, count: 6)
    var span = gradient.mutableSpan
    let error = #expect(throws: LossError.self) {
      try loss.valueWithGradient(into: &span, upstream: [1, 1])
    }
    #expect(error?.withoutHint == .shapeMismatch(argument: "upstream", shape: [2], expected: []))
    #expect(gradient == Array(repeating: 7, count: 6))
  }

  /// Memory without elements may have no address.
  @Test func nothingAtAll() throws {
    let loss = try MSELoss(reduction: .sum)(Tensor<Float>([]), target: Tensor<Float>([]))
    var span = MutableSpan<Float>()
    #expect(try loss.valueWithGradient(into: &span).item == 0)
    #expect(try loss.valueWithGradient(addingTo: &span).item == 0)
    let memory = unsafe UnsafeMutableBufferPointer<Float>(start: nil, count: 0)
    #expect(try unsafe loss.valueWithGradient(into: memory).item == 0)
  }

  /// Columns without classes lie in no memory, and are no different from those of a tensor's own.
  @Test func columnsOfNothing() throws {
    let memory = unsafe UnsafeBufferPointer<Float>(start: nil, count: 0)
    let scores = unsafe Tensor(unsafeBorrowing: memory, shape: [2, 0, 3])
    let own = Tensor<Float>.zeros([2, 0, 3])
    expectSameBits(try LogSumExp(axis: 1)(scores).value(), try LogSumExp(axis: 1)(own).value())
    let ignored = Tensor<Int>(-100).broadcast(to: [2, 3])
    let (value, gradient) = try CrossEntropyLoss(reduction: .none)(scores, target: ignored)
      .valueWithGradient()
    #expect(value == .zeros([2, 3]))
    #expect(gradient == own)
  }

  /// What an evaluation of another type leaves in its tensor comes to the memory, however it gets there.
  @Test func evaluationsOfOtherTypes() throws {
    let base = try CrossEntropyLoss()(Tensor(scores, shape: [2, 3]), target: labels)
    let changes: [@Sendable (inout Tensor<Float>) -> Void] = [
      { _ in }, { $0 *= 0.5 }, { $0 -= [[1, 2, 3], [4, 5, 6]] }, { $0[0, 1] = 1 },
      { $0.withMutableSpan { $0[5] = 2 } },
      { $0 = Tensor(shape: [2, 3]) { Float($0[0] - $0[1]) } },
      { $0 = $0.transposed().contiguous().transposed() },
      { gradient in
        let before = gradient
        gradient *= 4
        gradient -= before
      },
    ]
    for (index, change) in changes.enumerated() {
      let loss = ChangedEvaluation(base: base, change: change)
      var expected = Tensor<Float>.zeros([2, 3])
      try loss.valueWithGradient(into: &expected)
      var memory = [Float](repeating: 7, count: 6)
      var span = memory.mutableSpan
      #expect(try loss.valueWithGradient(into: &span) == base.value())
      #expect(memory == expected.scalars, "into, change \(index)")

      try loss.valueWithGradient(addingTo: &expected, upstream: 2)
      span = memory.mutableSpan
      try loss.valueWithGradient(addingTo: &span, upstream: 2)
      #expect(memory == expected.scalars, "addingTo, change \(index)")
    }
  }

  @Test func aTensorThatAnotherTypeKeepsStaysAsItIs() throws {
    final class Keeper: @unchecked Sendable {
      var tensor: Tensor<Float>?
    }
    let base = try CrossEntropyLoss()(Tensor(scores, shape: [2, 3]), target: labels)
    let keeper = Keeper()
    let loss = ChangedEvaluation(base: base) { keeper.tensor = $0 }
    var memory = [Float](repeating: 7, count: 6)
    var span = memory.mutableSpan
    try loss.valueWithGradient(into: &span)
    memory[0] = 9
    #expect(try keeper.tensor == expected.gradient)
  }

  @Test func aGradientOfAnotherShapeLeavesMemoryAlone() throws {
    let base = try CrossEntropyLoss()(Tensor(scores, shape: [2, 3]), target: labels)
    let loss = ChangedEvaluation(base: base) { $0 = $0.flattened() }
    var memory = [Float](repeating: 7, count: 6)
    var span = memory.mutableSpan
    let error = #expect(throws: LossError.self) { try loss.valueWithGradient(into: &span) }
    #expect(error?.withoutHint == .shapeMismatch(argument: "gradient", shape: [6], expected: [2, 3]))
    #expect(memory == Array(repeating: 7, count: 6))
  }
}

/// An evaluation of a type that is not the library's, which changes the gradient of another.
private struct ChangedEvaluation<Base: Evaluation>: Evaluation
where Base.Scalar == Float, Base.Gradient == Tensor<Float> {
  typealias Scalar = Float
  typealias Gradient = Tensor<Float>
  typealias Gradients = Base.Gradients

  let base: Base
  let change: @Sendable (inout Tensor<Float>) -> Void

  var gradientShape: Shape { base.gradientShape }
  var denominator: Double { base.denominator }

  func value() -> Tensor<Float> { base.value() }

  func backward(upstream: Tensor<Float>?) throws(LossError) -> Tensor<Float> {
    try valueWithGradient(upstream: upstream).gradient
  }

  func valueWithGradient(
    upstream: Tensor<Float>?
  ) throws(LossError) -> (value: Tensor<Float>, gradient: Tensor<Float>) {
    var result = try base.valueWithGradient(upstream: upstream)
    change(&result.gradient)
    return result
  }

  @discardableResult
  func valueWithGradient(
    into gradient: inout Tensor<Float>, upstream: Tensor<Float>?
  ) throws(LossError) -> Tensor<Float> {
    let value = try base.valueWithGradient(into: &gradient, upstream: upstream)
    change(&gradient)
    return value
  }

  @discardableResult
  func valueWithGradient(
    addingTo gradient: inout Tensor<Float>, upstream: Tensor<Float>?
  ) throws(LossError) -> Tensor<Float> {
    let value = try base.valueWithGradient(addingTo: &gradient, upstream: upstream)
    change(&gradient)
    return value
  }

  func gradients(upstream: Tensor<Float>?) throws(LossError) -> Base.Gradients {
    try base.gradients(upstream: upstream)
  }
}
