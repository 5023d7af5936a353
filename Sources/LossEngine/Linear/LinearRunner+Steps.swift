internal import RealMath
internal import Tensors

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
      Parallelism.forEachChunk(
        of: elements.count, chunkSize: Blocks.largestChunk, cost: Double(elements.count)
      ) { chunk in
        _ = linearWeight.load(
          elements.lowerBound + chunk.lowerBound..<elements.lowerBound + chunk.upperBound,
          scratch: scratch.advanced(by: chunk.lowerBound))
      }
      body(classes, Matrix(scratch, rowStride: features))
    }
  }

  func computeScores(
    _ scores: LinearScores<C>, of input: UncheckedBuffer<C>, _ position: Int, _ memory: BlockMemory
  ) {
    let input = Matrix(input, rowStride: lengths.features)
    forEachWeight(position, memory) { classes, weight in
      scores.setProducts(of: input, weight, classes: classes, features: lengths.features)
    }
    guard let bias = linearBias?.advanced(by: position * lengths.classes) else { return }
    Parallelism.forEachLine(count: scores.columns, length: lengths.classes) {
      scores.add(bias, toColumns: $0)
    }
  }

  /// Computes the function of the scores and the gradient with respect to them.
  func computeFunction(
    _ scores: LinearScores<C>, _ columns: [Int], _ block: Block, _ memory: BlockMemory,
    storing isStoring: Bool,
    _ compute: (ColumnBlock<C>) -> Void
  ) {
    let (scales, values) = (memory.doubles[0], memory.doubles[1])
    let firstColumn = block.firstLabelled * lengths.positions
    Parallelism.forEachLine(count: columns.count, length: lengths.classes) { part in
      for index in part {
        let column = columns[index]
        if labels != nil { memory.columnLabels[0][index] = memory.labels[0][column - firstColumn] }
        let sampleWeight = samples == nil ? 1 : memory.sampleWeights[0][column - firstColumn]
        scales[index] = scaling.scale(at: column) * sampleWeight
      }
      records.withColumns(count: part.count, at: { columns[part.lowerBound + $0] }) {
        computePart(part, scores, columns, memory, storing: isStoring, $0, $1, compute)
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
    _ part: Range<Int>, _ scores: LinearScores<C>, _ columns: [Int], _ memory: BlockMemory,
    storing isStoring: Bool, _ statistics: LabelColumns<C>?, _ numbers: Scratch<Double>?,
    _ compute: (ColumnBlock<C>) -> Void
  ) {
    let classes = lengths.classes
    let targetDestination = isStoring ? gradients?.target : nil
    let (first, size) = (part.lowerBound, part.count * classes)
    let gradient = Scratch<C>(slots: 1, slotSize: gradients == nil ? 0 : size)
    let targets = Scratch<C>(slots: 3, slotSize: probabilities == nil ? 0 : size)
    defer {
      gradient.deallocate()
      targets.deallocate()
    }
    func panel(_ memory: UncheckedBuffer<C>) -> Panel<C> { scores.panel(of: part.count, in: memory) }
    // Columns as rows, where the panels have them otherwise.
    func rows(_ memory: UncheckedBuffer<C>) -> UncheckedBuffer<C> {
      scores.linesAreColumns ? memory : targets[2]
    }
    if let probabilities {
      let rows = rows(targets[0])
      for (index, column) in columns[part].enumerated() {
        let place = rows.advanced(by: index * classes)
        let elements = probabilities.load(column * classes..<(column + 1) * classes, scratch: place)
        if probabilities.isDirect { for index in 0..<classes { place[index] = elements[index] } }
      }
      if !scores.linesAreColumns { panel(targets[0]).copy(rows: rows, lines: classes, length: part.count) }
    }
    compute(
      unsafe ColumnBlock(
        classes: classes, columns: part.count, linesAreColumns: scores.linesAreColumns,
        input: scores.panel(from: first), probabilities: probabilities == nil ? nil : panel(targets[0]),
        labels: memory.columnLabels[0].advanced(by: first), weight: weight,
        scales: memory.doubles[0].advanced(by: first), statistics: statistics, numbers: numbers,
        values: memory.doubles[1].advanced(by: first),
        inputGradient: gradients == nil ? nil : panel(gradient[0]),
        targetGradient: targetDestination == nil ? nil : panel(targets[1])))
    if gradients != nil {
      let (lines, length) = scores.linesAreColumns ? (part.count, classes) : (classes, part.count)
      scores.panel(from: first).copy(panel(gradient[0]), lines: lines, length: length)
    }
    guard let targetDestination else { return }
    let rows = rows(targets[1])
    if !scores.linesAreColumns { panel(targets[1]).copy(toRows: rows, lines: classes, length: part.count) }
    for (index, column) in columns[part].enumerated() {
      store(rows.advanced(by: index * classes), at: column * classes, count: classes, targetDestination)
    }
  }

  func addInputGradient(
    _ scores: LinearScores<C>, _ counted: [Int], _ position: Int, _ memory: BlockMemory,
    to gradient: UncheckedBuffer<C>
  ) {
    let features = lengths.features
    let own = lengths.positions == 1 ? gradient : memory.features[2]
    forEachWeight(position, memory) { range, weight in
      MatrixProduct.compute(
        scores.matrix.advanced(row: 0, column: range.lowerBound), weight, rows: counted.count,
        columns: features, depth: range.count, adding: range.lowerBound > 0, to: own,
        stride: features)
    }
    if lengths.positions == 1 { return }
    for (index, row) in counted.enumerated() {
      let (sums, addends) = (gradient.advanced(by: row * features), own.advanced(by: index * features))
      for feature in 0..<features { sums[feature] += addends[feature] }
    }
  }

  func addBiasGradient(_ scores: LinearScores<C>, _ position: Int, _ memory: BlockMemory) {
    guard gradients?.linearBias != nil else { return }
    let classes = lengths.classes
    let sums = memory.biasSums[0].advanced(by: position * classes)
    Parallelism.forEachChunk(
      of: classes, chunkSize: Blocks.size, cost: Double(classes * scores.columns)
    ) { part in
      scores.addSums(ofClasses: part, to: sums)
    }
  }

  func addWeightGradient(
    _ scores: LinearScores<C>, of input: UncheckedBuffer<C>, _ position: Int, _ pass: WeightPass
  ) {
    guard let destination = gradients?.linearWeight else { return }
    let (features, positions, classes) = (lengths.features, lengths.positions, pass.classes)
    let sums =
      pass.sums?.advanced(by: position * features)
      ?? destination.place(classes.lowerBound * positions * features + position * features)
    MatrixProduct.compute(
      scores.matrix.advanced(row: 0, column: classes.lowerBound).transposed,
      Matrix(input, rowStride: features), rows: classes.count, columns: features,
      depth: scores.columns, adding: true, to: sums, stride: positions * features)
  }
}
