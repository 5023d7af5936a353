public import RealMath

/// A step of a loss over columns with labels, of one scalar type and for both orders.
///
/// The steps are kernels of their own, so that losses share them: softmax is compiled once, whatever is made of it.
@usableFromInline
package protocol LabelledFormula<C>: SendableMetatype {
  associatedtype C: RealScalar

  func compute<Order: PanelOrder>(_ block: ColumnBlock<C>, _ sweeps: PanelSweeps<C, Order>)
}

extension LabelledFormula {
  /// Runs the kernel for the order of the block.
  @export(implementation) @inline(__always)
  package func run(_ block: ColumnBlock<C>) {
    let elements = block.classes * block.columns
    if block.isInnermost {
      LabelledKernel<Self, ClassesInLine>(formula: self, block: block)(elements: elements)
    } else {
      LabelledKernel<Self, ColumnsInLine>(formula: self, block: block)(elements: elements)
    }
  }

  /// Adds the kernels of the formula to a list.
  @export(implementation) @inline(__always)
  package static func addKernels(to list: inout some KernelList) {
    list.add(LabelledKernel<Self, ClassesInLine>.self)
    list.add(LabelledKernel<Self, ColumnsInLine>.self)
  }
}

/// A step with the block that it is done for.
@usableFromInline
package struct LabelledKernel<Formula: LabelledFormula, Order: PanelOrder>: Kernel {
  @usableFromInline let formula: Formula
  @usableFromInline let block: ColumnBlock<Formula.C>

  @export(implementation) @inline(__always)
  init(formula: Formula, block: ColumnBlock<Formula.C>) {
    self.formula = formula
    self.block = block
  }

  // In `Double` it waits for memory, and longer than with vectors of half the width.
  @export(implementation) @inline(__always)
  package static var gainsFromAVX512: Bool { Formula.C.self == Float.self }

  @export(implementation) @inline(__always)
  package func run() {
    let sweeps = PanelSweeps<Formula.C, Order>(classes: block.classes, columns: block.columns)
    defer { sweeps.deallocate() }
    formula.compute(block, sweeps)
  }
}

/// Softmax, but for the division, with the exponentials stored where the gradient will be; and what is known of the
/// labels.
@usableFromInline
package struct LabelledSoftmax<C: RealScalar>: LabelledFormula {
  @usableFromInline let columns: LabelledColumns<C>

  @export(implementation) @inline(__always)
  package init(columns: LabelledColumns<C>) { self.columns = columns }

  @export(implementation) @inline(__always)
  package func compute<Order: PanelOrder>(_ block: ColumnBlock<C>, _ sweeps: PanelSweeps<C, Order>) {
    let (maxima, sumsMinusOne, scores) = (columns.maxima, columns.sumsMinusOne, columns.scores)
    sweeps.exponentials(
      of: block.input, maxima: maxima, sumsMinusOne: sumsMinusOne, storing: block.inputGradient)
    let (labels, exponentials, logSums) = (columns.labels, columns.exponentials, columns.logSums)
    for column in 0..<block.columns {
      scores[column] = block.input[Order.place(class: labels[column], column: column)]
    }
    for column in 0..<block.columns { exponentials[column] = expNonPositive(scores[column] - maxima[column]) }
    for column in 0..<block.columns { logSums[column] = log1p(C(sumsMinusOne[column])) }
  }
}

/// The gradient from the exponentials, where it is a factor times the probability for all classes but the label's.
@usableFromInline
package struct LabelledScaling<C: RealScalar>: LabelledFormula {
  @usableFromInline let columns: LabelledColumns<C>

  @export(implementation) @inline(__always)
  package init(columns: LabelledColumns<C>) { self.columns = columns }

  @export(implementation) @inline(__always)
  package func compute<Order: PanelOrder>(_ block: ColumnBlock<C>, _ sweeps: PanelSweeps<C, Order>) {
    guard let gradient = block.inputGradient else { return }
    let factors = columns.factors
    sweeps.visit { place in gradient[place] *= factors[Order.column(of: place)] }
    columns.storeLabelGradients(of: block, Order.self)
  }
}

// Not inlined into a client, where they would be compiled once more.
extension LabelledColumns {
  /// Runs the kernel that finds softmax, and what is known of the labels.
  @usableFromInline
  @specialized(where C == Float) @specialized(where C == Double)
  func runSoftmax(of block: ColumnBlock<C>) { LabelledSoftmax(columns: self).run(block) }

  /// Runs the kernel that turns exponentials into the gradient.
  @usableFromInline
  @specialized(where C == Float) @specialized(where C == Double)
  func runScaling(of block: ColumnBlock<C>) { LabelledScaling(columns: self).run(block) }
}
