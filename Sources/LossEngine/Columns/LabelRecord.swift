public import RealMath
internal import Tensors

/// Memory for a few columns with labels: for their statistics, or for the gradient of an objective with respect to these.
@frozen @usableFromInline
package struct LabelColumns<C: RealScalar> {
  @usableFromInline package let logSumExp: UncheckedBuffer<C>
  @usableFromInline package let logProbability: UncheckedBuffer<C>
  @usableFromInline package let entropy: UncheckedBuffer<C>
  @usableFromInline package let isCorrect: UncheckedBuffer<Bool>

  init(_ numbers: Scratch<C>, _ flags: Scratch<Bool>) {
    (logSumExp, logProbability, entropy) = (numbers[0], numbers[1], numbers[2])
    isCorrect = flags[0]
  }

  /// The number of slots of numbers.
  static var slots: Int { 3 }

  /// Copies what there is for a column.
  func copy(_ column: Int, to target: LabelColumns, at place: Int) {
    target.logSumExp[place] = logSumExp[column]
    target.logProbability[place] = logProbability[column]
    target.entropy[place] = entropy[column]
    target.isCorrect[place] = isCorrect[column]
  }
}

/// The statistics of all columns of a call while it runs, or the gradient of an objective with respect to them.
// Threads write to columns of their own.
@safe @usableFromInline
package final class LabelRecord<C: RealScalar & LossScalar>: @unchecked Sendable
where C.Computation == C {
  private let shape: Shape
  private let numbers: Scratch<C>
  private let flags: Scratch<Bool>

  /// Creates a record in which no column counts yet.
  @specialized(where C == Float) @specialized(where C == Double)
  init(shape: Shape) {
    let count = shape.elementCount
    self.shape = shape
    numbers = Scratch(slots: LabelColumns<C>.slots, slotSize: count)
    flags = Scratch(slots: 2, slotSize: count)
    numbers[0].clear(count: LabelColumns<C>.slots * count)
    flags[0].fill(false, count: 2 * count)
  }

  /// Creates a record of the gradient of an objective, whose parts have the shape of the labels.
  convenience init(_ upstream: LabelUpstream<C>, shape: Shape) {
    self.init(shape: shape)
    load(upstream.logSumExp, to: columns.logSumExp)
    load(upstream.logProbability, to: columns.logProbability)
    load(upstream.entropy, to: columns.entropy)
  }

  @specialized(where C == Float) @specialized(where C == Double)
  private func load(_ upstream: Tensor<C>?, to numbers: UncheckedBuffer<C>) {
    upstream?.forEachBlock { start, elements, count in
      for index in 0..<count { numbers[start + index] = elements[index] }
    }
  }

  deinit {
    numbers.deallocate()
    flags.deallocate()
  }

  private var columns: LabelColumns<C> { LabelColumns(numbers, flags) }
  private var isCounted: UncheckedBuffer<Bool> { flags[1] }

  /// Hands out memory for some columns, in which is what the record has for them, and records what is there afterwards.
  ///
  /// - Parameters:
  ///   - column: Returns a column by its place in that memory.
  ///   - isCounted: Whether it counts. If not, nothing is recorded.
  ///   - compute: Computes the columns.
  @specialized(where C == Float) @specialized(where C == Double)
  func withColumns(
    count: Int, at column: (_ place: Int) -> Int, isCounted: (_ place: Int) -> Bool,
    compute: (LabelColumns<C>) -> Void
  ) {
    let numbers = Scratch<C>(slots: LabelColumns<C>.slots, slotSize: count)
    let flags = Scratch<Bool>(slots: 1, slotSize: count)
    defer {
      numbers.deallocate()
      flags.deallocate()
    }
    let some = LabelColumns(numbers, flags)
    for place in 0..<count { columns.copy(column(place), to: some, at: place) }
    compute(some)
    for place in 0..<count where isCounted(place) {
      some.copy(place, to: columns, at: column(place))
      self.isCounted[column(place)] = true
    }
  }

  /// Returns what was recorded.
  @specialized(where C == Float) @specialized(where C == Double)
  func statistics() -> LabelStatistics<C> {
    func tensor<Element>(_ elements: UncheckedBuffer<Element>) -> Tensor<Element> {
      Tensor(whole: (0..<shape.elementCount).map { elements[$0] }, shape: shape)
    }
    return LabelStatistics(
      logSumExp: tensor(columns.logSumExp), logProbability: tensor(columns.logProbability),
      entropy: tensor(columns.entropy), isCorrect: tensor(columns.isCorrect), isCounted: tensor(isCounted))
  }
}
