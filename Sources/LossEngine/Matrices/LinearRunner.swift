internal import RealMath
internal import Tensors

/// Runs a function over columns of scores x · Wᵀ + b that exist for a block of rows at a time.
///
/// For each block and each position: the scores by a product of matrices, the function of the scores, which leaves their
/// gradient G, then the gradients of the layer by two more products, G · W and Gᵀ · x. Only columns that count are
/// computed. What blocks have in common is added up in the order of the blocks, and threads share the work on one.
struct LinearRunner<S: LossScalar> {
  typealias C = S.Computation

  let lengths: LinearLengths
  let memoryLimit: Int
  let input: LinearInput<S>
  let linearWeight: Operand<S>
  let linearBias: UncheckedBuffer<C>?
  let labels: (any ClassLabels)?
  let ignoreIndex: Int?
  let probabilities: Operand<S>?
  let weight: UncheckedBuffer<C>?
  let samples: (any SampleWeights)?
  let scaling: Reducer.Scaling<S>
  let gradients: LinearDestinations<S>?
  var records = ColumnRecords<C>()

  /// Returns the sum of the values.
  func run(_ compute: (ColumnBlock<C>) -> Void) -> Double {
    prepareResults()
    if lengths.classes == 0 || lengths.columns == 0 { return 0 }
    let memory = BlockMemory(self)
    defer { memory.deallocate() }
    // One for each position: then the order of the rows is the same whatever the number of rows of a block.
    var sums = [CompensatedSum](repeating: CompensatedSum(), count: lengths.positions)
    let passes = memory.weightPasses
    for (index, classes) in passes.enumerated() {
      memory.weightSums?.clear(count: classes.count * lengths.positions * lengths.features)
      forEachBlock(memory) { block in
        run(block, memory, storing: index == 0, weightGradientOf: classes, addingTo: &sums, compute)
      }
      storeWeightSums(memory, of: classes)
    }
    storeBiasSums(memory)
    var sum = CompensatedSum()
    for positionSum in sums { sum.add(positionSum.value) }
    return sum.value
  }
}

// Memory.
extension LinearRunner {
  /// Some rows with a column that counts.
  fileprivate struct Block {
    let rows: [Int]
    /// The first row whose labels are in memory.
    let firstLabelled: Int
    /// Whether all columns of the rows count.
    let isWhole: Bool
  }

  /// The memory for one block after another.
  fileprivate struct BlockMemory {
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
    /// The sums over the blocks of the gradient with respect to the weight, where they are not made in their place.
    let weightSums: UncheckedBuffer<C>?
    /// The classes of which these sums are made at a time.
    let weightPasses: [Range<Int>]
    /// How many classes of a weight that cannot be used where it is are converted at a time.
    let convertedClasses: Int
    let convertedWeight: Scratch<C>

    init(_ runner: LinearRunner) {
      let lengths = runner.lengths
      let size = MemoryLayout<C>.stride
      let hasGradient = runner.gradients != nil
      let classElements = max(1, lengths.positions * lengths.features)
      // A quarter for sums of the weight's gradient, half for blocks, the rest for what threads pack.
      let limit = max(runner.memoryLimit, 1 << 16)
      var sumClasses = 0
      if let destination = runner.gradients?.linearWeight, !destination.isDirect {
        let fitting = max(1, max(limit / 4, 1 << 20) / size / classElements)
        let isAddedInPlace = S.self == C.self && fitting < lengths.classes
        sumClasses = isAddedInPlace ? 0 : min(fitting, lengths.classes)
      }
      weightPasses =
        sumClasses == 0
        ? [0..<lengths.classes]
        : stride(from: 0, to: lengths.classes, by: sumClasses).map {
          $0..<min($0 + sumClasses, lengths.classes)
        }
      weightScratch = Scratch(slots: 1, slotSize: sumClasses * classElements)
      weightSums = sumClasses == 0 ? nil : weightScratch[0]

      rows = min(
        MatrixProduct.evenRows(runner.memoryLimit / 2 / size / (lengths.classes + 3 * lengths.features)),
        lengths.rows)
      labelledRows = min(max(rows, (1 << 15) / lengths.positions), lengths.rows)
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
      // A multiple of the blocks of the depth, so that sums are the same.
      let fitting = (1 << 20) / max(lengths.features, 1) / MatrixProduct.depthBlock * MatrixProduct.depthBlock
      convertedClasses =
        runner.linearWeight.isDirect
        ? lengths.classes : min(max(fitting, MatrixProduct.depthBlock), lengths.classes)
      convertedWeight = Scratch(
        slots: 1, slotSize: runner.linearWeight.isDirect ? 0 : convertedClasses * lengths.features)
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

// Blocks.
extension LinearRunner {
  private func isCounted(_ column: Int, _ block: Int, _ memory: BlockMemory) -> Bool {
    let index = column - block * lengths.positions
    if labels != nil, memory.labels[0][index] == ignoreIndex { return false }
    return samples == nil || memory.sampleWeights[0][index] != 0
  }

  /// Calls `body` with all rows that have a column that counts, block by block.
  private func forEachBlock(_ memory: BlockMemory, _ body: (Block) -> Void) {
    let positions = lengths.positions
    var first = 0
    while first < lengths.rows {
      let end = min(first + memory.labelledRows, lengths.rows)
      let columns = first * positions..<end * positions
      labels?.copy(columns, to: memory.labels[0])
      if let weights = samples?[columns] {
        for index in weights.indices { memory.sampleWeights[0][index] = weights[index] }
      }
      let next = first..<min(first + memory.rows, end)
      if (next.lowerBound * positions..<next.upperBound * positions).allSatisfy({
        isCounted($0, first, memory)
      }) {
        body(Block(rows: Array(next), firstLabelled: first, isWhole: true))
        first = next.upperBound
        continue
      }
      var rows: [Int] = []
      var row = first
      while row < end, rows.count < memory.rows {
        let columns = row * positions..<(row + 1) * positions
        if columns.contains(where: { isCounted($0, first, memory) }) { rows.append(row) }
        row += 1
      }
      if !rows.isEmpty { body(Block(rows: rows, firstLabelled: first, isWhole: false)) }
      first = row
    }
  }

  /// Computes a block.
  ///
  /// - Parameters:
  ///   - isStoring: Whether results other than the gradient with respect to the weight are stored.
  ///   - classes: Those whose weights get their gradient.
  ///   - sums: The sum of the values of each position, which those of the block are added to.
  private func run(
    _ block: Block, _ memory: BlockMemory, storing isStoring: Bool, weightGradientOf classes: Range<Int>,
    addingTo sums: inout [CompensatedSum], _ compute: (ColumnBlock<C>) -> Void
  ) {
    let features = lengths.features
    // Of neighbours, results may be computed in their place.
    let resultStart = block.rows.areConsecutive ? block.rows[0] * features : nil
    let inputGradient = gradients.map { gradients in
      resultStart.map { gradients.input.buffer(from: $0, scratch: memory.features[1]) } ?? memory.features[1]
    }
    if isStoring, lengths.positions > 1 { inputGradient?.clear(count: block.rows.count * features) }
    for position in 0..<lengths.positions {
      let counted =
        block.isWhole
        ? Array(block.rows.indices)
        : block.rows.indices.filter {
          isCounted(block.rows[$0] * lengths.positions + position, block.firstLabelled, memory)
        }
      let columns = counted.map { block.rows[$0] * lengths.positions + position }
      if columns.isEmpty { continue }
      let input = input.rows(counted.map { block.rows[$0] }, features: features, scratch: memory.features[0])
      computeScores(of: input, columns.count, position, memory)
      computeFunction(columns, block, memory, storing: isStoring, compute)
      if isStoring, scaling.values == nil {
        for index in columns.indices { sums[position].add(memory.doubles[1][index]) }
      }
      guard let inputGradient else { continue }
      if isStoring {
        addInputGradient(counted, position, memory, to: inputGradient)
        addBiasGradient(columns.count, position, memory)
      }
      addWeightGradient(of: input, columns.count, position, memory, of: classes)
    }
    guard isStoring, let destination = gradients?.input, let inputGradient else { return }
    if destination.isDirect, resultStart != nil { return }
    forEachPart(of: block.rows.count, elements: features) { part in
      for index in part {
        store(
          inputGradient.advanced(by: index * features), at: block.rows[index] * features, count: features,
          destination)
      }
    }
  }
}

// Steps.
extension LinearRunner {
  /// Calls `body` with the weights at a position, some classes at a time.
  private func forEachWeight(
    _ position: Int, _ memory: BlockMemory, _ body: (_ classes: Range<Int>, _ weight: Matrix<C>) -> Void
  ) {
    let features = lengths.features
    let first = position * lengths.classes
    Blocks.forEach(in: 0..<lengths.classes, size: memory.convertedClasses) { classes in
      let elements = (first + classes.lowerBound) * features..<(first + classes.upperBound) * features
      let scratch = memory.convertedWeight[0]
      if linearWeight.isDirect {
        return body(classes, Matrix(linearWeight.load(elements, scratch: scratch), rowStride: features))
      }
      _ = Parallelism.sum(
        over: elements.count, chunkSize: Blocks.largestChunk, cost: Double(elements.count)
      ) { chunk in
        _ = linearWeight.load(
          elements.lowerBound + chunk.lowerBound..<elements.lowerBound + chunk.upperBound,
          scratch: scratch.advanced(by: chunk.lowerBound))
        return 0
      }
      body(classes, Matrix(scratch, rowStride: features))
    }
  }

  private func computeScores(
    of input: UncheckedBuffer<C>, _ columns: Int, _ position: Int, _ memory: BlockMemory
  ) {
    let (features, classes) = (lengths.features, lengths.classes)
    let scores = memory.scores
    forEachWeight(position, memory) { range, weight in
      MatrixProduct.compute(
        Matrix(input, rowStride: features), weight.transposed, rows: columns,
        columns: range.count, depth: features, adding: false, to: scores.advanced(by: range.lowerBound),
        stride: classes)
    }
    guard let bias = linearBias?.advanced(by: position * classes) else { return }
    forEachPart(of: columns, elements: classes) { part in
      for column in part {
        let column = scores.advanced(by: column * classes)
        for index in 0..<classes { column[index] += bias[index] }
      }
    }
  }

  /// Computes the function of the scores and the gradient with respect to them.
  private func computeFunction(
    _ columns: [Int], _ block: Block, _ memory: BlockMemory, storing isStoring: Bool,
    _ compute: (ColumnBlock<C>) -> Void
  ) {
    let (scales, values) = (memory.doubles[0], memory.doubles[1])
    let firstColumn = block.firstLabelled * lengths.positions
    forEachPart(of: columns.count, elements: lengths.classes) { part in
      for index in part {
        let column = columns[index]
        if labels != nil { memory.columnLabels[0][index] = memory.labels[0][column - firstColumn] }
        let sampleWeight = samples == nil ? 1 : memory.sampleWeights[0][column - firstColumn]
        scales[index] = scaling.scale(at: column) * sampleWeight
      }
      records.withColumns(count: part.count, at: { columns[part.lowerBound + $0] }) {
        computePart(part, columns, memory, storing: isStoring, $0, $1, compute)
      }
      if !isStoring { return }
      if samples != nil {
        for index in part {
          values[index] *= memory.sampleWeights[0][columns[index] - firstColumn]
        }
      }
      guard let destination = scaling.values else { return }
      for index in part { destination.store(values[index], at: columns[index]) }
    }
  }

  private func computePart(
    _ part: Range<Int>, _ columns: [Int], _ memory: BlockMemory, storing isStoring: Bool,
    _ statistics: LabelColumns<C>?, _ numbers: Scratch<Double>?, _ compute: (ColumnBlock<C>) -> Void
  ) {
    let classes = lengths.classes
    let targetDestination = isStoring ? gradients?.target : nil
    let (first, size) = (part.lowerBound, part.count * classes)
    let scores = memory.scores.advanced(by: first * classes)
    let gradient = Scratch<C>(slots: 1, slotSize: gradients == nil ? 0 : size)
    let rows = Scratch<C>(slots: 2, slotSize: probabilities == nil ? 0 : size)
    defer {
      gradient.deallocate()
      rows.deallocate()
    }
    if let probabilities {
      for (index, column) in columns[part].enumerated() {
        let place = rows[0].advanced(by: index * classes)
        let elements = probabilities.load(column * classes..<(column + 1) * classes, scratch: place)
        if probabilities.isDirect { for index in 0..<classes { place[index] = elements[index] } }
      }
    }
    func panel(_ buffer: UncheckedBuffer<C>) -> Panel<C> { Panel(origin: buffer, lineStride: classes) }
    compute(
      unsafe ColumnBlock(
        classes: classes, columns: part.count, firstClass: 0, unownedParts: nil, linesAreColumns: true,
        isFromMemory: false,
        input: panel(scores),
        probabilities: probabilities == nil ? nil : panel(rows[0]),
        labels: memory.columnLabels[0].advanced(by: first), ignoreIndex: nil, weight: weight,
        scales: memory.doubles[0].advanced(by: first), elementUpstream: nil,
        statistics: statistics, numbers: numbers, values: memory.doubles[1].advanced(by: first),
        elementValues: nil,
        inputGradient: gradients == nil ? nil : panel(gradient[0]),
        targetGradient: targetDestination == nil ? nil : panel(rows[1])))
    if gradients != nil {
      for index in 0..<size { scores[index] = gradient[0][index] }
    }
    guard let targetDestination else { return }
    for (index, column) in columns[part].enumerated() {
      store(rows[1].advanced(by: index * classes), at: column * classes, count: classes, targetDestination)
    }
  }

  private func addInputGradient(
    _ counted: [Int], _ position: Int, _ memory: BlockMemory, to gradient: UncheckedBuffer<C>
  ) {
    let (features, classes) = (lengths.features, lengths.classes)
    let own = lengths.positions == 1 ? gradient : memory.features[2]
    forEachWeight(position, memory) { range, weight in
      MatrixProduct.compute(
        Matrix(memory.scores.advanced(by: range.lowerBound), rowStride: classes), weight,
        rows: counted.count, columns: features, depth: range.count, adding: range.lowerBound > 0, to: own,
        stride: features)
    }
    if lengths.positions == 1 { return }
    for (index, row) in counted.enumerated() {
      let (sums, addends) = (gradient.advanced(by: row * features), own.advanced(by: index * features))
      for feature in 0..<features { sums[feature] += addends[feature] }
    }
  }

  private func addBiasGradient(_ columns: Int, _ position: Int, _ memory: BlockMemory) {
    guard gradients?.linearBias != nil else { return }
    let classes = lengths.classes
    let (sums, scores) = (memory.biasSums[0].advanced(by: position * classes), memory.scores)
    _ = Parallelism.sum(over: classes, chunkSize: Blocks.size, cost: Double(classes * columns)) { part in
      for column in 0..<columns {
        let column = scores.advanced(by: column * classes)
        for index in part { sums[index] += Double(column[index]) }
      }
      return 0
    }
  }

  private func addWeightGradient(
    of input: UncheckedBuffer<C>, _ columns: Int, _ position: Int, _ memory: BlockMemory,
    of classes: Range<Int>
  ) {
    guard let destination = gradients?.linearWeight else { return }
    let (features, positions) = (lengths.features, lengths.positions)
    let sums =
      memory.weightSums?.advanced(by: position * features)
      ?? destination.place(classes.lowerBound * positions * features + position * features)
    MatrixProduct.compute(
      Matrix(memory.scores.advanced(by: classes.lowerBound), rowStride: lengths.classes).transposed,
      Matrix(input, rowStride: features), rows: classes.count, columns: features,
      depth: columns, adding: true, to: sums, stride: positions * features)
  }

  /// Calls `body` with parts of columns that a thread computes at a time.
  private func forEachPart(of columns: Int, elements: Int, _ body: (Range<Int>) -> Void) {
    _ = Parallelism.sum(
      over: columns, chunkSize: max(1, Blocks.largestChunk / max(elements, 1)),
      cost: Double(columns * elements)
    ) { part in
      body(part)
      return 0
    }
  }
}

// Results.
extension LinearRunner {
  /// Sets results to 0 that have a part for columns that do not count, and sums that are made in their place.
  private func prepareResults() {
    if let values = scaling.values { values.clear(count: lengths.columns) }
    guard let gradients else { return }
    gradients.input.clear(count: lengths.rows * lengths.features)
    gradients.linearWeight.clear(count: lengths.classes * lengths.positions * lengths.features)
    gradients.linearBias?.clear(count: lengths.classes * lengths.positions)
    gradients.target?.clear(count: lengths.columns * lengths.classes)
  }

  private func store(
    _ elements: UncheckedBuffer<C>, at position: Int, count: Int, _ destination: Destination<S>
  ) {
    if destination.isDirect {
      let place = destination.buffer(from: position, scratch: elements)
      for index in 0..<count { place[index] = elements[index] }
    } else {
      destination.store(position..<position + count, from: elements)
    }
  }

  private func storeWeightSums(_ memory: BlockMemory, of classes: Range<Int>) {
    guard let sums = memory.weightSums, let destination = gradients?.linearWeight else { return }
    let classElements = lengths.positions * lengths.features
    Blocks.forEach(in: 0..<classes.count * classElements) { range in
      let start = classes.lowerBound * classElements + range.lowerBound
      destination.store(start..<start + range.count, from: sums.advanced(by: range.lowerBound))
    }
  }

  private func storeBiasSums(_ memory: BlockMemory) {
    guard let destination = gradients?.linearBias else { return }
    let (classes, positions) = (lengths.classes, lengths.positions)
    let numbers = Scratch<C>(slots: 1, slotSize: positions)
    defer { numbers.deallocate() }
    for index in 0..<classes {
      for position in 0..<positions {
        numbers[0][position] = C(memory.biasSums[0][position * classes + index])
      }
      store(numbers[0], at: index * positions, count: positions, destination)
    }
  }
}

extension Destination {
  /// Sets all elements to 0, unless results are added to them.
  func clear(count: Int) {
    if accumulates { return }
    let zeros = Scratch<C>(slots: 1, slotSize: min(Blocks.size, count))
    defer { zeros.deallocate() }
    Blocks.forEach(in: 0..<count) { range in
      let place = buffer(from: range.lowerBound, scratch: zeros[0])
      place.clear(count: range.count)
      store(range, from: place)
    }
  }

  /// Where an element is, in a result of the type that is computed in.
  fileprivate func place(_ position: Int) -> UncheckedBuffer<C> {
    unsafe UncheckedBuffer(UnsafeMutableRawPointer(storage + position).assumingMemoryBound(to: C.self))
  }
}
