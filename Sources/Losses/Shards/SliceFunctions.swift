internal import LossEngine
internal import RealMath
internal import Tensors

// With m the largest score of a slice of the classes, S = Σ e^(x − m) over the slice, and M and T those of all classes:
//
//   M = max m,   T = Σ e^(m − M)·S over the slices.
//
// So a slice tells m and S of each row, and the score of the label if it has it. For smoothing, it tells the number of its
// classes that no score of −∞ masks, with the sums of w and of w·(m − x) over these. The gradient of each score depends
// on M, T and what is known of the label alone.

/// The numbers that the result of some classes has of each row.
enum RowNumber: Int, CaseIterable {
  /// The largest score, or NaN where a score is NaN.
  case maximum
  /// The sum of e^(x − maximum) minus 1, and −1 where all classes are masked.
  case sumMinusOne
  /// 1 where the label is among the classes, else 0.
  case hasLabel
  case labelScore
  case labelWeight
  /// The sum of w·(maximum − x) over the classes that are not masked.
  case distance
  /// The number of classes that are not masked.
  case unmasked
  /// The sum of w over the classes that are not masked.
  case unmaskedWeight
}

extension Scratch<Double> {
  subscript(number: RowNumber) -> UncheckedBuffer<Double> { self[number.rawValue] }
}

extension CrossEntropyLoss {
  /// What a slice of the classes tells of each row.
  struct SliceRecording: ColumnFunction {
    private let options: Options
    private let slice: ClassSlice

    init(_ options: Options, _ slice: ClassSlice) {
      self.options = options
      self.slice = slice
    }

    var numbersPerScore: Int { options.numbersPerScore }

    /// Returns an empty record for labels of a shape.
    func newRecord(shape: Shape) -> ColumnRecord {
      ColumnRecord(slots: RowNumber.allCases.count, count: shape.elementCount)
    }

    func compute(_ block: ColumnBlock<Float>) { recordCapped(block) }

    func compute(_ block: ColumnBlock<Double>) { recordCapped(block) }

    private func recordCapped<C: RealScalar>(_ block: ColumnBlock<C>) {
      block.values.clear(count: block.columns)
      guard let cap = options.softCap else { return record(block) }
      block.withScores(cappedAt: cap) { record($0) }
    }

    private func record<C: RealScalar>(_ block: ColumnBlock<C>) {
      guard let numbers = block.numbers else { return }
      let columns = LabelledColumns(block)
      defer { columns.deallocate() }
      block.findSoftmax(maxima: columns.maxima, sumsMinusOne: columns.sumsMinusOne) { block, part in
        SoftmaxStep(
          maxima: columns.maxima, sumsMinusOne: columns.sumsMinusOne, storing: nil, part: part
        ).run(block)
      }
      for column in 0..<block.columns {
        numbers[.maximum][column] = Double(columns.maxima[column])
        numbers[.sumMinusOne][column] = columns.sumsMinusOne[column]
        recordLabel(of: block, column, numbers)
      }
      for peak in block.peaks(where: { columns.sumsMinusOne[$0].isNaN }) {
        numbers[.maximum][peak.column] = Double(peak.maximum)
        // All are masked.
        if peak.maximum == -.infinity { numbers[.sumMinusOne][peak.column] = -1 }
      }
      if options.smoothing > 0 { recordDistances(of: block, columns, numbers) }
    }

    private func recordLabel<C: RealScalar>(
      of block: ColumnBlock<C>, _ column: Int, _ numbers: Scratch<Double>
    ) {
      guard let label = block.label(ofColumn: column), slice.classes.contains(label) else {
        numbers[.hasLabel][column] = 0
        return
      }
      let index = label - slice.classes.lowerBound
      let (part, place) = block.part(ofClass: index).map { ($0, 0) } ?? (block, index)
      numbers[.hasLabel][column] = 1
      numbers[.labelScore][column] = Double(part.input[part.place(class: place, column: column)])
      numbers[.labelWeight][column] = part.weight(at: place)
    }

    private func recordDistances<C: RealScalar>(
      of block: ColumnBlock<C>, _ columns: LabelledColumns<C>, _ numbers: Scratch<Double>
    ) {
      // A power of two changes no digit, and keeps the sum of many distances in range.
      let scale = C(
        sign: .plus, exponent: C.Exponent(-(Int.bitWidth - slice.classCount.leadingZeroBitCount)),
        significand: 1)
      columns.maxMinusScores.clear(count: block.columns)
      block.forEachPart(storesResults: false) { part, _ in
        SmoothingSums(smoothingPerClass: scale, columns: columns).run(part)
      }
      let weightSum = block.weightSum()
      var masked: [Int] = []
      for column in 0..<block.columns {
        numbers[.distance][column] = columns.maxMinusScores[column] / Double(scale)
        numbers[.unmasked][column] = Double(block.classes)
        numbers[.unmaskedWeight][column] = weightSum
        let maximum = numbers[.maximum][column]
        if numbers[.distance][column].isFinite || maximum.isNaN || maximum == .infinity { continue }
        masked.append(column)
      }
      if !masked.isEmpty { recordUnmasked(of: block, masked, numbers) }
    }

    /// Records rows anew, in `Double`, without their masked classes.
    private func recordUnmasked<C: RealScalar>(
      of block: ColumnBlock<C>, _ columns: [Int], _ numbers: Scratch<Double>
    ) {
      var unmasked = [Int](repeating: 0, count: columns.count)
      var weightSums = [Double](repeating: 0, count: columns.count)
      let (maxima, distances) = (numbers[.maximum], numbers[.distance])
      for column in columns { distances[column] = 0 }
      block.forEachPart(storesResults: false) { part, _ in
        for (position, column) in columns.enumerated() {
          for index in 0..<part.classes {
            let score = Double(part.input[part.place(class: index, column: column)])
            if score == -.infinity { continue }
            let weight = part.weight(at: index)
            unmasked[position] += 1
            weightSums[position] += weight
            distances[column] += weight * (maxima[column] - score)
          }
        }
      }
      for (position, column) in columns.enumerated() where unmasked[position] < block.classes {
        numbers[.unmasked][column] = Double(unmasked[position])
        numbers[.unmaskedWeight][column] = weightSums[position]
      }
    }
  }

  /// The loss of all classes at a slice of them, from what is known of each row: the gradient of the slice, and the value
  /// also without any scores.
  struct SliceFunction: ColumnFunction {
    private let options: Options
    /// The first class of the slice.
    private let firstClass: Int
    /// The number of all classes, and the sum of their weights.
    private let classCount: Int
    private let weightSum: Double

    init(_ options: Options, firstClass: Int, classCount: Int, weightSum: Double) {
      self.options = options
      self.firstClass = firstClass
      self.classCount = classCount
      self.weightSum = weightSum
    }

    var numbersPerScore: Int { options.numbersPerScore }

    func compute(_ block: ColumnBlock<Float>) { runCappedSteps(block) }

    func compute(_ block: ColumnBlock<Double>) { runCappedSteps(block) }

    private func runCappedSteps<C: RealScalar>(_ block: ColumnBlock<C>) {
      guard let cap = options.softCap, block.classes > 0 else { return runSteps(block) }
      block.withScores(cappedAt: cap) { runSteps($0) }
    }

    private func runSteps<C: RealScalar>(_ block: ColumnBlock<C>) {
      guard let numbers = block.numbers else { return }
      let columns = LabelledColumns(block)
      defer { columns.deallocate() }
      for column in 0..<block.columns {
        let maximum = numbers[.maximum][column]
        columns.maxima[column] = C(maximum)
        columns.sumsMinusOne[column] = maximum.isFinite ? numbers[.sumMinusOne][column] : .nan
        columns.scores[column] = C(numbers[.labelScore][column])
        columns.weights[column] = numbers[.labelWeight][column]
        // One of another slice is outside of this one.
        columns.labels[column] = (block.label(ofColumn: column) ?? firstClass) - firstClass
      }
      columns.completeLabels(of: block)
      columns.findExponentialsUnderMaxima(of: block)
      CrossEntropyLoss.storeResults(of: block, options, columns, smoothing(of: block, numbers, columns))
    }

    private func smoothing<C: RealScalar>(
      of block: ColumnBlock<C>, _ numbers: Scratch<Double>, _ columns: LabelledColumns<C>
    ) -> Smoothing<C> {
      let perClass = C(options.smoothing / Double(classCount))
      guard perClass > 0 else { return Smoothing(perClass: 0, sum: 0, masked: nil) }
      for column in 0..<block.columns {
        columns.maxMinusScores[column] = Double(perClass) * numbers[.distance][column]
      }
      return Smoothing(
        perClass: perClass, sum: Double(perClass) * weightSum,
        masked: MaskedColumns(
          options, maxima: columns.maxima,
          columns: (0..<block.columns).compactMap { maskedColumn($0, numbers, C.self) }))
    }

    /// Returns what is known of a row, if classes are masked in it.
    private func maskedColumn<C: RealScalar>(
      _ index: Int, _ numbers: Scratch<Double>, _: C.Type
    ) -> MaskedColumns<C>.Column? {
      let unmasked = numbers[.unmasked][index]
      // A row that does not count has no label, and nothing is known of its classes.
      guard numbers[.hasLabel][index] != 0, unmasked != 0, unmasked != Double(classCount),
        numbers[.maximum][index].isFinite
      else { return nil }
      let share = Double(C(options.smoothing / unmasked))
      return MaskedColumns<C>.Column(
        index: index, share: share, factorSum: share * numbers[.unmaskedWeight][index],
        maxMinusScores: share * numbers[.distance][index])
    }
  }
}
