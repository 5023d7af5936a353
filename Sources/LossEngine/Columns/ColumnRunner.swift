internal import RealMath
internal import Tensors

/// Runs a function over the columns of a call, panel by panel.
struct ColumnRunner<S: LossScalar> {
  typealias C = S.Computation

  let axis: ColumnAxis
  let input: Operand<S>
  let probabilities: Operand<S>?
  let labels: (any ClassLabels)?
  /// Whether each column has a list of as many labels as there are classes.
  let hasLabelLists: Bool
  let ignoreIndex: Int?
  var weight: ColumnWeight<S>?
  /// What the samples count for, unless all count alike.
  let samples: (any SampleWeights)?
  /// Whether there is a value, and an upstream, for each element rather than for each column.
  let hasElementValues: Bool
  /// Whether nothing of the input is read but the scores of the labels.
  let readsLabelsOnly: Bool
  let scaling: Reducer.Scaling<S>
  let gradients: GradientDestinations<S>
  let records: ColumnRecords<C>

  /// Whether the classes are taken in parts.
  var isInParts = false

  /// The bytes that are copied to compute a panel at once.
  var memoryOfPanel: Int {
    let weights = weight.map { $0.operand.isDirect ? 0 : 1 } ?? 0
    let numbers = (panelSlots * axis.columnsPerPanel + weights) * axis.classes
    return numbers * MemoryLayout<C>.stride
      + (hasLabelLists ? axis.columnsPerPanel * axis.classes * MemoryLayout<Int>.stride : 0)
  }

  private var labelsPerColumn: Int { hasLabelLists ? axis.classes : 1 }

  private func labelRange(_ columns: Range<Int>) -> Range<Int> {
    columns.lowerBound * labelsPerColumn..<columns.upperBound * labelsPerColumn
  }

  /// Computes the results of some panels, and returns the sum of the values of their columns.
  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  @specialized(where S == BFloat16)
  func run(_ chunk: Range<Int>, _ compute: (ColumnBlock<C>) -> Void) -> Double {
    let width = axis.columnsPerPanel
    let size = isInParts ? ColumnParts<C>.size : axis.classes * width
    let scratch = PanelScratch(
      panels: Scratch(slots: panelSlots + (axis.isCopied ? 1 : 0), slotSize: size),
      weight: Scratch(slots: isInParts ? 1 : 0, slotSize: size),
      numbers: Scratch(slots: 2, slotSize: width), sums: Scratch(slots: 2, slotSize: width),
      labels: Scratch(slots: 1, slotSize: width * (isInParts && hasLabelLists ? 0 : labelsPerColumn)))
    defer { scratch.deallocate() }
    return chunk.reduce(0) { sum, panel in sum + run(panel: panel, scratch, compute) }
  }

  /// The memory for one panel after another.
  private struct PanelScratch {
    /// A panel, or a part of one, of each tensor that cannot be used where it is, and one as it is before or after it is
    /// rearranged.
    let panels: Scratch<C>
    /// The weights of a part.
    let weight: Scratch<C>
    /// The upstream and the value of each column, as numbers of the tensor.
    let numbers: Scratch<C>
    /// The scale and the value of each column.
    let sums: Scratch<Double>
    let labels: Scratch<Int>

    func deallocate() {
      panels.deallocate()
      weight.deallocate()
      numbers.deallocate()
      sums.deallocate()
      labels.deallocate()
    }
  }

  /// The number of tensors that cannot be used where they are.
  private var panelSlots: Int {
    var slots = isDirect(input) ? 0 : 1
    if let probabilities, !isDirect(probabilities) { slots += 1 }
    if hasElementValues, let upstream = scaling.upstream, !isDirect(upstream) { slots += 1 }
    if hasElementValues, let values = scaling.values, !isDirect(values) { slots += 1 }
    if let gradient = gradients.first, !isDirect(gradient) { slots += 1 }
    if let gradient = gradients.second, !isDirect(gradient) { slots += 1 }
    return slots
  }

  private func isDirect(_ operand: Operand<S>) -> Bool { operand.isDirect && !axis.isCopied }

  private func isDirect(_ destination: Destination<S>) -> Bool { destination.isDirect && !axis.isCopied }

  private var isFromMemory: Bool {
    isDirect(input) && axis.columns * axis.classes * MemoryLayout<S>.stride >= Self.cacheSize
  }

  /// About as many bytes as the caches hold.
  private static var cacheSize: Int { 32 << 20 }

  private func run(panel index: Int, _ scratch: PanelScratch, _ compute: (ColumnBlock<C>) -> Void) -> Double {
    let columns = axis.columns(ofPanel: index)
    if !(isInParts && hasLabelLists) { labels?.copy(labelRange(columns), to: scratch.labels[0]) }
    let weights = weights(of: columns, scratch.labels[0])
    if !hasElementValues {
      scaling.fill(scratch.sums[0], at: columns, weights: weights, scratch: scratch.numbers[0])
    }
    records.withColumns(
      columns, where: { scratch.labels[0][$0] != ignoreIndex && weights?[$0] != 0 },
      compute: { computePanel(columns, weights, scratch, $0, $1, compute) })
    if hasElementValues { return 0 }
    let values = scratch.sums[1]
    if let weights {
      for (column, weight) in weights.enumerated() {
        values[column] = weight == 0 ? 0 : weight * values[column]
      }
    }
    return scaling.storeOrSum(values, at: columns, scratch: scratch.numbers[1])
  }

  /// Returns what columns count for, and gives those that are out labels that do no harm. One that is ignored is out,
  /// whatever its weight.
  private func weights(of columns: Range<Int>, _ labels: UncheckedBuffer<Int>) -> [Double]? {
    guard var weights = samples?[columns] else { return nil }
    replaceLabels(ofColumnsOut: weights, in: labels)
    if self.labels != nil, !hasLabelLists, let ignoreIndex {
      for column in weights.indices where labels[column] == ignoreIndex { weights[column] = 0 }
    }
    return weights
  }

  /// Computes the columns of a panel, and stores their gradients.
  // Not inlined, since columns are recorded in several ways.
  @inline(never)
  private func computePanel(
    _ columns: Range<Int>, _ weights: [Double]?, _ scratch: PanelScratch, _ statistics: LabelColumns<C>?,
    _ numbers: Scratch<Double>?, _ compute: (ColumnBlock<C>) -> Void
  ) {
    // Without classes, all columns with labels are ignored or out.
    if labels != nil, axis.classes == 0 { return scratch.sums[1].clear(count: columns.count) }
    if isInParts {
      let parts = ColumnParts<C>(
        classes: axis.classes, columns: columns.count, linesAreColumns: axis.linesAreColumns,
        load: { block(columns, classes: $0, scratch) },
        store: { store($0, columns, classes: $1, weights, scratch) },
        forEachLabels: { body in
          // A column in parts is alone in its panel. Where it is out, its labels may be anything.
          if weights?.first != 0 { labels?.forEachBlock(in: labelRange(columns)) { body($1, $2) } }
        })
      withExtendedLifetime(parts) {
        compute(block(columns, classes: 0..<0, scratch, statistics, numbers, parts))
      }
    } else {
      let block = block(columns, classes: 0..<axis.classes, scratch, statistics, numbers)
      compute(block)
      store(block, columns, classes: 0..<axis.classes, weights, scratch)
    }
  }

  /// Memory for what is rearranged at once.
  private func rows(_ scratch: PanelScratch) -> UncheckedBuffer<C> { scratch.panels[panelSlots] }

  private func block(
    _ columns: Range<Int>, classes: Range<Int>, _ scratch: PanelScratch,
    _ statistics: LabelColumns<C>? = nil, _ numbers: Scratch<Double>? = nil,
    _ parts: ColumnParts<C>? = nil
  ) -> ColumnBlock<C> {
    var slots = 0
    func argument(_ operand: Operand<S>) -> Panel<C> {
      defer { slots += isDirect(operand) ? 0 : 1 }
      return operand.panel(
        columns, of: axis, classes: classes, scratch: scratch.panels[slots], rows: rows(scratch))
    }
    func scores() -> Panel<C> {
      // Few classes are copied faster than the scores of the labels are looked up.
      guard readsLabelsOnly, axis.classes >= ColumnAxis.longColumn, !isDirect(input) else {
        return argument(input)
      }
      defer { slots += 1 }
      return labelScores(columns, classes: classes, scratch.labels[0], in: scratch.panels[slots])
    }
    func result(_ destination: Destination<S>) -> Panel<C> {
      defer { slots += isDirect(destination) ? 0 : 1 }
      return destination.panel(columns, of: axis, classes: classes, scratch: scratch.panels[slots])
    }
    return unsafe ColumnBlock(
      classes: parts == nil ? classes.count : axis.classes, columns: columns.count,
      firstClass: classes.lowerBound,
      unownedParts: parts.map { unsafe Unmanaged.passUnretained($0) }, linesAreColumns: axis.linesAreColumns,
      isFromMemory: isFromMemory,
      input: scores(), probabilities: probabilities.map { argument($0) }, labels: scratch.labels[0],
      ignoreIndex: ignoreIndex, weight: weight?.load(classes, scratch: scratch.weight[0]),
      scales: scratch.sums[0],
      elementUpstream: hasElementValues ? scaling.upstream.map { argument($0) } : nil,
      statistics: statistics, numbers: numbers, values: scratch.sums[1],
      elementValues: hasElementValues ? scaling.values.map { result($0) } : nil,
      inputGradient: gradients.first.map { result($0) },
      targetGradient: gradients.second.map { result($0) })
  }

  /// Returns a panel that holds nothing but the scores of those labels that are among some classes.
  private func labelScores(
    _ columns: Range<Int>, classes: Range<Int>, _ labels: UncheckedBuffer<Int>, in memory: UncheckedBuffer<C>
  ) -> Panel<C> {
    let panel = Panel(
      origin: memory, lineStride: axis.linesAreColumns ? classes.count : columns.count)
    for (index, column) in columns.enumerated() where classes.contains(labels[index]) {
      let position = labels[index] - classes.lowerBound
      let place =
        axis.linesAreColumns
        ? ClassesInLine.place(class: position, column: index)
        : ColumnsInLine.place(class: position, column: index)
      panel[place] = input[axis.position(ofColumn: column) + labels[index] * axis.inner]
    }
    return panel
  }

  /// Gives columns that are out labels that do no harm.
  private func replaceLabels(ofColumnsOut weights: [Double], in labels: UncheckedBuffer<Int>) {
    // The lists of labels of a column in parts are nowhere in memory.
    if self.labels == nil || isInParts && hasLabelLists { return }
    for column in weights.indices where weights[column] == 0 {
      labels.advanced(by: column * labelsPerColumn).fill(ignoreIndex ?? 0, count: labelsPerColumn)
    }
  }

  /// Stores the results of a block, which are 0 in columns whose weight is.
  private func store(
    _ block: ColumnBlock<C>, _ columns: Range<Int>, classes: Range<Int>, _ weights: [Double]?,
    _ scratch: PanelScratch
  ) {
    for column in weights?.indices ?? 0..<0 where weights?[column] == 0 {
      for index in 0..<block.classes {
        let place = block.place(class: index, column: column)
        block.inputGradient?[place] = 0
        block.targetGradient?[place] = 0
      }
    }
    func store(_ destination: Destination<S>?, _ panel: Panel<C>?) {
      if let panel { destination?.store(panel, columns, of: axis, classes: classes, rows: rows(scratch)) }
    }
    store(gradients.first, block.inputGradient)
    store(gradients.second, block.targetGradient)
    if hasElementValues { store(scaling.values, block.elementValues) }
  }
}

/// The weight of each class: all of them in memory, or to be loaded for some classes at a time.
struct ColumnWeight<S: LossScalar> {
  let operand: Operand<S>
  /// All of them, where classes are not taken in parts.
  var elements: UncheckedBuffer<S.Computation>?

  func load(_ classes: Range<Int>, scratch: UncheckedBuffer<S.Computation>) -> UncheckedBuffer<S.Computation>
  {
    elements?.advanced(by: classes.lowerBound) ?? operand.load(classes, scratch: scratch)
  }
}
