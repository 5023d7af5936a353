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
    for (index, pass) in memory.weightPasses.enumerated() {
      pass.sums?.clear(count: pass.classes.count * lengths.positions * lengths.features)
      forEachBlock(memory) { block in
        run(block, memory, storing: index == 0, pass, addingTo: &sums, compute)
      }
      storeWeightSums(of: pass)
    }
    storeBiasSums(memory)
    var sum = CompensatedSum()
    for positionSum in sums { sum.add(positionSum.value) }
    return sum.value
  }
}

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
  ///   - pass: The classes whose weights get their gradient.
  ///   - sums: The sum of the values of each position, which those of the block are added to.
  private func run(
    _ block: Block, _ memory: BlockMemory, storing isStoring: Bool, _ pass: WeightPass,
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
      let scores = LinearScores(elements: memory.scores, columns: columns.count, classes: lengths.classes)
      computeScores(scores, of: input, position, memory)
      computeFunction(scores, columns, block, memory, storing: isStoring, compute)
      if isStoring, scaling.values == nil {
        for index in columns.indices { sums[position].add(memory.doubles[1][index]) }
      }
      guard let inputGradient else { continue }
      if isStoring {
        addInputGradient(scores, counted, position, memory, to: inputGradient)
        addBiasGradient(scores, position, memory)
      }
      addWeightGradient(scores, of: input, position, pass)
    }
    guard isStoring, let destination = gradients?.input, let inputGradient else { return }
    if destination.isDirect, resultStart != nil { return }
    Parallelism.forEachLine(count: block.rows.count, length: features) { part in
      for index in part {
        store(
          inputGradient.advanced(by: index * features), at: block.rows[index] * features, count: features,
          destination)
      }
    }
  }
}
