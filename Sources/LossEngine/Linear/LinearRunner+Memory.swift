internal import RealMath
internal import Tensors

extension LinearRunner {
  /// Some rows with a column that counts.
  struct Block {
    let rows: [Int]
    /// The first row whose labels are in memory.
    let firstLabelled: Int
    /// Whether all columns of the rows count.
    let isWhole: Bool
  }

  /// Some classes, whose gradient with respect to the weight is made at a time.
  struct WeightPass {
    let classes: Range<Int>
    /// The sums over the blocks, where they are not made in their place.
    let sums: UncheckedBuffer<C>?
  }

  /// The memory for one block after another.
  struct BlockMemory {
    /// The most rows of a block.
    let rows: Int
    /// The most rows whose labels are looked at for a block.
    let labelledRows: Int
    /// The input, the gradient with respect to it, and that of one position.
    let features: Scratch<C>
    /// The scores, then the gradient with respect to them in their place, which leaves room for twice the rows.
    let scores: UncheckedBuffer<C>
    private let scoreScratch: Scratch<C>
    let labels: Scratch<Int>
    let sampleWeights: Scratch<Double>
    /// The scale and the value of each column.
    let doubles: Scratch<Double>
    let columnLabels: Scratch<Int>
    /// The sums over the blocks of the gradient with respect to the bias, as [positions…, classes].
    let biasSums: Scratch<Double>
    private let weightScratch: Scratch<C>
    let weightPasses: [WeightPass]
    /// How many classes of a weight that cannot be used where it is are converted at a time.
    let convertedClasses: Int
    let convertedWeight: Scratch<C>

    /// The bytes that sums of the weight's gradient may take whatever the limit: each pass computes all scores again.
    private static var leastSumMemory: Int { 1 << 20 }
    /// The labels that are looked at to fill a block, however few its rows: those that do not count are left out of it.
    private static var leastLabels: Int { 1 << 15 }

    init(_ runner: LinearRunner) {
      let lengths = runner.lengths
      let size = MemoryLayout<C>.stride
      let hasGradient = runner.gradients != nil
      let classElements = max(1, lengths.positions * lengths.features)
      // A quarter for sums of the weight's gradient, half for blocks, the rest for what threads pack.
      let fitting = max(1, max(runner.memoryLimit / 4, Self.leastSumMemory) / size / classElements)
      let isAddedInPlace = S.self == C.self && fitting < lengths.classes
      if let destination = runner.gradients?.linearWeight, !destination.isDirect, !isAddedInPlace {
        weightScratch = Scratch(slots: 1, slotSize: min(fitting, lengths.classes) * classElements)
        weightPasses = Self.passes(
          lengths.classes, classElements: classElements, destination, fitting: fitting, weightScratch[0])
      } else {
        weightScratch = Scratch(slots: 1, slotSize: 0)
        weightPasses = [WeightPass(classes: 0..<lengths.classes, sums: nil)]
      }

      rows = min(
        MatrixProduct.evenRows(runner.memoryLimit / 2 / size / (lengths.classes + 3 * lengths.features)),
        lengths.rows)
      labelledRows = min(max(rows, Self.leastLabels / lengths.positions), lengths.rows)
      features = Scratch(slots: hasGradient ? 3 : 1, slotSize: rows * lengths.features)
      scoreScratch = Scratch(slots: 1, slotSize: rows * lengths.classes)
      scoreScratch.useHugePages(slots: 1)
      scores = scoreScratch[0]
      labels = Scratch(slots: 1, slotSize: runner.labels == nil ? 0 : labelledRows * lengths.positions)
      sampleWeights = Scratch(
        slots: 1, slotSize: runner.samples == nil ? 0 : labelledRows * lengths.positions)
      doubles = Scratch(slots: 2, slotSize: rows)
      columnLabels = Scratch(slots: 1, slotSize: rows)
      let hasBiasGradient = runner.gradients?.linearBias != nil
      biasSums = Scratch(slots: 1, slotSize: hasBiasGradient ? lengths.classes * lengths.positions : 0)
      biasSums[0].clear(count: hasBiasGradient ? lengths.classes * lengths.positions : 0)
      convertedClasses =
        runner.linearWeight.isDirect
        ? lengths.classes : min(MatrixProduct.copiedRows(columns: lengths.features), lengths.classes)
      convertedWeight = Scratch(
        slots: 1, slotSize: runner.linearWeight.isDirect ? 0 : convertedClasses * lengths.features)
    }

    /// Returns the passes that make sums which cannot be made in their place.
    ///
    /// - Parameters:
    ///   - fitting: The most classes whose sums `scratch` has room for.
    ///   - scratch: Memory for sums.
    private static func passes(
      _ classes: Int, classElements: Int, _ destination: Destination<S>, fitting: Int,
      _ scratch: UncheckedBuffer<C>
    ) -> [WeightPass] {
      var passes: [WeightPass] = []
      var first = 0
      // All scores are computed anew for each pass. So the place of the classes that are left, in half precision, has the
      // sums of half of them first.
      while classes - first > fitting,
        let room = destination.roomForNumbers(from: first * classElements)
      {
        // An even number, for the rest to begin where such a number may.
        let count = (classes - first) / 4 * 2
        if count <= fitting { break }
        passes.append(WeightPass(classes: first..<first + count, sums: room))
        first += count
      }
      for start in stride(from: first, to: classes, by: fitting) {
        passes.append(WeightPass(classes: start..<min(start + fitting, classes), sums: scratch))
      }
      return passes
    }

    func deallocate() {
      features.deallocate()
      scoreScratch.deallocate()
      labels.deallocate()
      sampleWeights.deallocate()
      doubles.deallocate()
      columnLabels.deallocate()
      biasSums.deallocate()
      weightScratch.deallocate()
      convertedWeight.deallocate()
    }
  }
}
