package import RealMath
package import Tensors

/// Some numbers of each column of a call, which its function records, or is given, while it runs.
///
/// What the numbers are is the function's own business.
// Threads write to columns of their own.
@safe @usableFromInline
package final class ColumnRecord: @unchecked Sendable {
  /// The number of columns.
  let count: Int
  private let slots: Int
  /// Whether the numbers are given to the function, and stay as they are.
  private let isGiven: Bool
  private let numbers: Scratch<Double>
  private let flags: Scratch<Bool>

  /// Creates a record of zeros, in which no column counts yet.
  ///
  /// - Parameter slots: The number of numbers of each column.
  package convenience init(slots: Int, count: Int) { self.init(slots: slots, count: count, isGiven: false) }

  /// Creates a record of numbers that are given to the function.
  ///
  /// - Parameter numbers: Each of its elements is one number of all columns, in the order of the slots.
  package convenience init(of numbers: [[Double]], count: Int) {
    self.init(slots: numbers.count, count: count, isGiven: true)
    for (slot, elements) in numbers.enumerated() {
      for index in 0..<count { self.numbers[slot][index] = elements[index] }
    }
  }

  private init(slots: Int, count: Int, isGiven: Bool) {
    self.count = count
    self.slots = slots
    self.isGiven = isGiven
    numbers = Scratch(slots: slots, slotSize: count)
    flags = Scratch(slots: 1, slotSize: count)
    numbers[0].clear(count: slots * count)
    flags[0].fill(false, count: count)
  }

  deinit {
    numbers.deallocate()
    flags.deallocate()
  }

  /// One number of all columns.
  package subscript(slot: Int) -> [Double] { (0..<count).map { numbers[slot][$0] } }

  /// Whether a column counts, after a run.
  package func isCounted(_ column: Int) -> Bool { flags[0][column] }

  /// Hands out memory for some columns, in which is what the record has for them, and records what is there afterwards.
  ///
  /// - Parameters:
  ///   - column: Returns a column by its place in that memory.
  ///   - isCounted: Whether it counts. If not, nothing is recorded.
  ///   - compute: Computes the columns.
  func withColumns(
    count: Int, at column: (_ place: Int) -> Int, isCounted: (_ place: Int) -> Bool,
    compute: (Scratch<Double>) -> Void
  ) {
    let some = Scratch<Double>(slots: slots, slotSize: count)
    defer { some.deallocate() }
    for slot in 0..<slots {
      for place in 0..<count { some[slot][place] = numbers[slot][column(place)] }
    }
    compute(some)
    if isGiven { return }
    for place in 0..<count where isCounted(place) {
      for slot in 0..<slots { numbers[slot][column(place)] = some[slot][place] }
      flags[0][column(place)] = true
    }
  }

  /// The weights of the samples that a run has recorded, and 0 for the others.
  func sampleWeights(_ samples: (any SampleWeights)?) -> [Double] {
    let weights = samples?[0..<count]
    return (0..<count).map { isCounted($0) ? weights?[$0] ?? 1 : 0 }
  }

  /// Returns the result of a loss whose function computes the values of columns of their numbers alone, without any classes.
  ///
  /// - Parameter sampleWeights: The weights of the samples, 0 of one that does not count.
  package func value<S: LossScalar>(
    _ reducer: Reducer, sampleWeights: [Double], as _: S.Type, _ compute: (ColumnBlock<S.Computation>) -> Void
  ) -> Tensor<S> {
    let values = zip(values(compute), sampleWeights).map { $1 == 0 ? 0 : $0 * $1 }
    return reducer.run(GradientDestinations<S>(), upstream: nil) { scaling in
      if let destination = scaling.values {
        for index in values.indices { destination.store(values[index], at: index) }
        return 0
      }
      var sum = CompensatedSum()
      for value in values { sum.add(value) }
      return sum.value
    }
  }

  private func values<C: RealScalar>(_ compute: (ColumnBlock<C>) -> Void) -> [Double] {
    let memory = Scratch<Double>(slots: 2, slotSize: count)
    let labels = Scratch<Int>(slots: 1, slotSize: count)
    let nothing = Scratch<C>(slots: 1, slotSize: 0)
    defer {
      memory.deallocate()
      labels.deallocate()
      nothing.deallocate()
    }
    memory[0].clear(count: 2 * count)
    labels[0].fill(0, count: count)
    compute(
      unsafe ColumnBlock(
        classes: 0, columns: count, linesAreColumns: true, input: Panel(origin: nothing[0], lineStride: 0),
        labels: labels[0], scales: memory[0], numbers: numbers, values: memory[1]))
    return (0..<count).map { memory[1][$0] }
  }
}

/// The records of a run: of the statistics of columns, and of other numbers; neither of most runs.
package struct ColumnRecords<C: RealScalar & LossScalar>: Sendable where C.Computation == C {
  var statistics: LabelRecord<C>?
  var numbers: ColumnRecord?

  /// Hands out memory for neighbouring columns, and records what is there afterwards.
  ///
  /// - Parameter counts: Whether a column counts, by its place in that memory. If not, nothing of it is recorded.
  @inline(__always)
  func withColumns(
    _ range: Range<Int>, where counts: (_ place: Int) -> Bool,
    compute: (LabelColumns<C>?, Scratch<Double>?) -> Void
  ) {
    if let statistics {
      compute(statistics.columns(from: range.lowerBound), nil)
      statistics.count(range, where: counts)
    } else if let numbers {
      numbers.withColumns(
        count: range.count, at: { range.lowerBound + $0 }, isCounted: counts, compute: { compute(nil, $0) })
    } else {
      compute(nil, nil)
    }
  }

  /// Hands out memory for columns that are not neighbours, all of which count, and records what is there afterwards.
  @inline(__always)
  func withColumns(
    count: Int, at column: (_ place: Int) -> Int, compute: (LabelColumns<C>?, Scratch<Double>?) -> Void
  ) {
    if let statistics {
      statistics.withColumns(count: count, at: column, compute: { compute($0, nil) })
    } else if let numbers {
      numbers.withColumns(
        count: count, at: column, isCounted: { _ in true }, compute: { compute(nil, $0) })
    } else {
      compute(nil, nil)
    }
  }
}
