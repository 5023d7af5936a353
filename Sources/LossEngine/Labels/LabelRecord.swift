public import RealMath
internal import Tensors

/// Memory for a few columns with labels: for their statistics, or for the gradient of an objective with respect to these.
@frozen @usableFromInline
package struct LabelColumns<C: RealScalar> {
  @usableFromInline package let logSumExp: UncheckedBuffer<C>
  @usableFromInline package let logProbability: UncheckedBuffer<C>
  @usableFromInline package let entropy: UncheckedBuffer<C>
  @usableFromInline package let isCorrect: UncheckedBuffer<Bool>

  private init(
    logSumExp: UncheckedBuffer<C>, logProbability: UncheckedBuffer<C>, entropy: UncheckedBuffer<C>,
    isCorrect: UncheckedBuffer<Bool>
  ) {
    (self.logSumExp, self.logProbability, self.entropy) = (logSumExp, logProbability, entropy)
    self.isCorrect = isCorrect
  }

  init(_ numbers: Scratch<C>, _ flags: Scratch<Bool>) {
    self.init(
      logSumExp: numbers[0], logProbability: numbers[1], entropy: numbers[2], isCorrect: flags[0])
  }

  /// The number of slots of numbers.
  static var slots: Int { 3 }

  /// Returns the memory of the columns from one on.
  func advanced(by count: Int) -> LabelColumns {
    LabelColumns(
      logSumExp: logSumExp.advanced(by: count), logProbability: logProbability.advanced(by: count),
      entropy: entropy.advanced(by: count), isCorrect: isCorrect.advanced(by: count))
  }

  /// Clears what there is for a column.
  func clear(_ column: Int) {
    (logSumExp[column], logProbability[column], entropy[column]) = (0, 0, 0)
    isCorrect[column] = false
  }

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

  /// Returns the memory of the record for the columns from one on, to be read, or written and then counted.
  func columns(from column: Int) -> LabelColumns<C> { columns.advanced(by: column) }

  /// Counts columns that were written. Of those that do not count, nothing is kept.
  @specialized(where C == Float) @specialized(where C == Double)
  func count(_ range: Range<Int>, where counts: (_ place: Int) -> Bool) {
    let isCounted = isCounted.advanced(by: range.lowerBound)
    for place in 0..<range.count { isCounted[place] = counts(place) }
    for place in 0..<range.count where !isCounted[place] { columns.clear(range.lowerBound + place) }
  }

  /// Hands out memory for columns that are not neighbours, in which is what the record has for them, and records what is
  /// there afterwards.
  ///
  /// - Parameter column: Returns a column by its place in that memory.
  @specialized(where C == Float) @specialized(where C == Double)
  func withColumns(
    count: Int, at column: (_ place: Int) -> Int, compute: (LabelColumns<C>) -> Void
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
    for place in 0..<count {
      some.copy(place, to: columns, at: column(place))
      isCounted[column(place)] = true
    }
  }

  /// Returns what was recorded.
  @specialized(where C == Float) @specialized(where C == Double)
  func statistics() -> LabelStatistics<C> {
    LabelStatistics(
      logSumExp: Tensor(copying: columns.logSumExp, shape: shape),
      logProbability: Tensor(copying: columns.logProbability, shape: shape),
      entropy: Tensor(copying: columns.entropy, shape: shape),
      isCorrect: Tensor(copying: columns.isCorrect, shape: shape),
      isCounted: Tensor(copying: isCounted, shape: shape))
  }
}
