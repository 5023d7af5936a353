public import RealMath

/// A step of a function over columns, of one scalar type and for both orders.
///
/// Steps are kernels of their own, so that functions share them: softmax is compiled once, whatever is made of it.
@usableFromInline
package protocol ColumnStep<C>: SendableMetatype {
  associatedtype C: RealScalar

  func compute<Order: PanelOrder>(_ block: ColumnBlock<C>, _: Order.Type)
}

extension ColumnStep {
  /// Runs the kernel for the order of the block.
  @export(implementation) @inline(__always)
  package func run(_ block: ColumnBlock<C>) {
    let elements = block.classes * block.columns
    if block.linesAreColumns {
      StepKernel<Self, ClassesInLine>(step: self, block: block)(elements: elements)
    } else {
      StepKernel<Self, ColumnsInLine>(step: self, block: block)(elements: elements)
    }
  }

  /// Adds the kernels of the step to a list.
  @export(implementation) @inline(__always)
  package static func addKernels(to list: inout some KernelList) {
    list.add(StepKernel<Self, ClassesInLine>.self)
    list.add(StepKernel<Self, ColumnsInLine>.self)
  }
}

/// A step with the block that it is done for.
@usableFromInline
package struct StepKernel<Step: ColumnStep, Order: PanelOrder>: Kernel {
  @usableFromInline let step: Step
  @usableFromInline let block: ColumnBlock<Step.C>

  @export(implementation) @inline(__always)
  init(step: Step, block: ColumnBlock<Step.C>) {
    self.step = step
    self.block = block
  }

  // In `Double` it waits for memory, and longer than with vectors of half the width.
  @export(implementation) @inline(__always)
  package static var gainsFromAVX512: Bool { Step.C.self == Float.self }

  @export(implementation) @inline(__always)
  package func run() { step.compute(block, Order.self) }
}

/// Softmax, but for the division: the maxima, the exponentials, and their sums minus 1.
@usableFromInline
package struct SoftmaxStep<C: RealScalar>: ColumnStep {
  @usableFromInline let maxima: UncheckedBuffer<C>
  @usableFromInline let sumsMinusOne: UncheckedBuffer<Double>
  @usableFromInline let stored: Panel<C>?
  @usableFromInline let part: SoftmaxPart<C>?

  /// - Parameters:
  ///   - stored: Where the exponentials are stored, if they are needed.
  ///   - part: The pass that is made, where the block holds only some of the classes.
  @export(implementation) @inline(__always)
  package init(
    maxima: UncheckedBuffer<C>, sumsMinusOne: UncheckedBuffer<Double>, storing stored: Panel<C>?,
    part: SoftmaxPart<C>?
  ) {
    self.maxima = maxima
    self.sumsMinusOne = sumsMinusOne
    self.stored = stored
    self.part = part
  }

  @export(implementation) @inline(__always)
  package func compute<Order: PanelOrder>(_ block: ColumnBlock<C>, _: Order.Type) {
    let sweeps = PanelSweeps<C, Order>(classes: block.classes, columns: block.columns)
    defer { sweeps.deallocate() }
    sweeps.exponentials(
      of: block.input, maxima: maxima, sumsMinusOne: sumsMinusOne, storing: stored, step: part)
  }
}

/// The multiplication of each column by a factor: the last step of softmax and of many a gradient.
@usableFromInline
package struct ScalingStep<C: RealScalar>: ColumnStep {
  @usableFromInline let panel: Panel<C>
  @usableFromInline let factors: UncheckedBuffer<C>

  @export(implementation) @inline(__always)
  package init(_ panel: Panel<C>, by factors: UncheckedBuffer<C>) {
    self.panel = panel
    self.factors = factors
  }

  @export(implementation) @inline(__always)
  package func compute<Order: PanelOrder>(_ block: ColumnBlock<C>, _: Order.Type) {
    let (panel, factors) = (panel, factors)
    block.visit(Order.self) { place in panel[place] *= factors[Order.column(of: place)] }
  }
}

/// What is known of the labels of columns, once their softmax is known.
@usableFromInline
package struct LabelStep<C: RealScalar>: ColumnStep {
  @usableFromInline let columns: LabelledColumns<C>

  @export(implementation) @inline(__always)
  package init(_ columns: LabelledColumns<C>) { self.columns = columns }

  @export(implementation) @inline(__always)
  package func compute<Order: PanelOrder>(_ block: ColumnBlock<C>, _: Order.Type) {
    let (maxima, scores, labels) = (columns.maxima, columns.scores, columns.labels)
    let (sumsMinusOne, exponentials, logSums) = (columns.sumsMinusOne, columns.exponentials, columns.logSums)
    // The labels of a block in parts have been looked up already.
    if block.isResident {
      for column in 0..<block.columns { labels[column] = block.label(ofColumn: column) ?? 0 }
      if let weight = block.weight {
        for column in 0..<block.columns { columns.weights[column] = Double(weight[labels[column]]) }
      } else {
        columns.weights.fill(1, count: block.columns)
      }
      for column in 0..<block.columns {
        scores[column] = block.input[Order.place(class: labels[column], column: column)]
      }
    }
    for column in 0..<block.columns { exponentials[column] = expNonPositive(scores[column] - maxima[column]) }
    for column in 0..<block.columns { logSums[column] = log1p(C(sumsMinusOne[column])) }
  }
}

extension LabelledColumns {
  /// Finds the softmax of a block, with the exponentials stored where the gradient will be, and what is known of the
  /// labels.
  @export(implementation) @inline(__always)
  package func findSoftmax(of block: ColumnBlock<C>) {
    block.findSoftmax(maxima: maxima, sumsMinusOne: sumsMinusOne) { block, part in
      findExponentials(of: block, part)
    }
    if !block.isResident { lookUpLabels(of: block) }
    LabelStep(self).run(block)
  }

  @export(implementation) @inline(__always)
  func findExponentials(of block: ColumnBlock<C>, _ part: SoftmaxPart<C>?) {
    SoftmaxStep(maxima: maxima, sumsMinusOne: sumsMinusOne, storing: block.inputGradient, part: part).run(
      block)
  }

  /// Finds the exponentials where the gradient will be, of a part; of all classes they have been found.
  @export(implementation) @inline(__always)
  package func findExponentialsAgain(of block: ColumnBlock<C>, _ part: SoftmaxPart<C>?) {
    if let part { findExponentials(of: block, part) }
  }

  /// Turns exponentials into the gradient, where it is a factor times the probability for all classes but the label's.
  @export(implementation) @inline(__always)
  package func scaleGradient(of block: ColumnBlock<C>) {
    if block.inputGradient == nil { return }
    block.forEachPart(storesResults: true) { block, part in
      guard let gradient = block.inputGradient else { return }
      findExponentialsAgain(of: block, part)
      ScalingStep(gradient, by: factors).run(block)
      storeLabelGradients(of: block)
    }
  }

  /// Finds the labels of a block in parts, with their weights and scores.
  @usableFromInline
  @specialized(where C == Float) @specialized(where C == Double)
  func lookUpLabels(of block: ColumnBlock<C>) {
    for column in 0..<block.columns {
      labels[column] = block.label(ofColumn: column) ?? 0
      guard let labelled = block.part(ofClass: labels[column]) else { continue }
      weights[column] = labelled.weight.map { Double($0[0]) } ?? 1
      scores[column] = labelled.input[labelled.place(class: 0, column: column)]
    }
  }

  /// Stores the gradient at the labels, and zeros in the columns that are ignored.
  @export(implementation) @inline(__always)
  package func storeLabelGradients(of block: ColumnBlock<C>) {
    if block.linesAreColumns {
      storeLabelGradients(of: block, ClassesInLine.self)
    } else {
      storeLabelGradients(of: block, ColumnsInLine.self)
    }
  }
}

// Not inlined into a client, which would compile the kernels once more.
extension LabelledColumns {
  @usableFromInline
  @specialized(where C == Float) @specialized(where C == Double)
  func findSoftmaxOutOfLine(of block: ColumnBlock<C>) { findSoftmax(of: block) }

  @usableFromInline
  @specialized(where C == Float) @specialized(where C == Double)
  func scaleGradientOutOfLine(of block: ColumnBlock<C>) { scaleGradient(of: block) }
}
