internal import RealMath
internal import Tensors

/// Runs a kernel over the columns of a call, panel by panel.
@safe
struct ClassPanels<S: LossScalar> {
  typealias C = S.Computation

  let axis: ClassAxis
  let input: Operand<S>
  let probabilities: Operand<S>?
  let labels: (any ClassLabels)?
  let labelsPerColumn: Int
  let ignoreIndex: Int?
  let weight: Numbers<C>?
  /// The upstream of each column, where each has one of its own.
  let upstream: Operand<S>?
  /// What all gradients are multiplied by.
  let scale: Double
  let values: Destination<S>?
  let gradients: GradientDestinations<S>

  /// Computes the results of some panels, and returns the sum of the values of their columns.
  func compute(_ chunk: Range<Int>, _ kernel: (ClassPanel<C>) -> Void) -> Double {
    let width = axis.columnsPerPanel
    // A panel of each tensor that cannot be used where it is, then a number for each column.
    let elements = Scratch<C>(slots: isDirect ? 0 : 4, slotSize: axis.classes * width)
    let numbers = Scratch<C>(slots: 2, slotSize: width)
    let sums = Scratch<Double>(slots: 2, slotSize: width)
    let labels = Scratch<Int>(slots: 1, slotSize: width * labelsPerColumn)
    defer {
      elements.deallocate()
      numbers.deallocate()
      sums.deallocate()
      labels.deallocate()
    }
    return chunk.reduce(0) { sum, panel in
      sum + compute(panel: panel, elements, numbers, sums, labels.numbers(0), kernel)
    }
  }

  private var isDirect: Bool {
    input.isDirect && probabilities?.isDirect ?? true && Destination<S>.isDirect
  }

  private var isFromMemory: Bool {
    input.isDirect && axis.columns * axis.classes * MemoryLayout<S>.stride >= Self.sizeOfCaches
  }

  /// About as many bytes as caches hold.
  private static var sizeOfCaches: Int { 32 << 20 }

  private func compute(
    panel: Int, _ elements: Scratch<C>, _ numbers: Scratch<C>, _ sums: Scratch<Double>,
    _ labelMemory: Numbers<Int>, _ kernel: (ClassPanel<C>) -> Void
  ) -> Double {
    let columns = axis.columns(ofPanel: panel)
    labels?.copy(
      columns.lowerBound * labelsPerColumn..<columns.upperBound * labelsPerColumn, to: labelMemory)
    let (scales, columnValues) = unsafe (sums[0], sums[1])
    if let upstream = unsafe upstream?.load(columns, scratch: numbers[0]) {
      for column in 0..<columns.count { unsafe scales[column] = Double(upstream[column]) * scale }
    } else {
      for column in 0..<columns.count { unsafe scales[column] = scale }
    }
    let panel = unsafe ClassPanel(
      classes: axis.classes, columns: columns.count, isInnermost: axis.inner == 1, isFromMemory: isFromMemory,
      input: input.panel(columns, of: axis, scratch: elements[0]),
      probabilities: probabilities?.panel(columns, of: axis, scratch: elements[1]),
      labels: labelMemory, ignoreIndex: ignoreIndex, weight: weight, scales: Numbers(scales),
      values: Numbers(columnValues),
      inputGradient: gradients.input?.panel(columns, of: axis, scratch: elements[2]),
      targetGradient: gradients.target?.panel(columns, of: axis, scratch: elements[3]))
    kernel(panel)
    if let gradient = panel.inputGradient { gradients.input?.store(gradient, columns, of: axis) }
    if let gradient = panel.targetGradient { gradients.target?.store(gradient, columns, of: axis) }
    guard let values = values else {
      return Lanes.reduce(count: columns.count, 0, +) { unsafe columnValues[$0] }
    }
    let memory = unsafe values.memory(from: columns.lowerBound, scratch: numbers[1])
    for column in 0..<columns.count { unsafe memory[column] = C(columnValues[column]) }
    unsafe values.store(columns, from: memory)
    return 0
  }
}
