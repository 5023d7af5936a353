public import RealMath

/// The classes of a block's columns, some at a time, where the memory to copy all of them to would grow with their
/// number.
///
/// The parts are multiples of the units in which sums are made, and the sums of one part go on where those of the part
/// before ended. So results have the bits that they have where all classes are in memory.
@safe @usableFromInline
package final class ColumnParts<C: RealScalar> {
  private let classes: Int
  private let columns: Int
  private let linesAreColumns: Bool
  private let load: (_ classes: Range<Int>) -> ColumnBlock<C>
  private let store: (_ part: ColumnBlock<C>, _ classes: Range<Int>) -> Void
  private let forEachLabels: (_ body: (_ labels: UncheckedBuffer<Int>, _ count: Int) -> Void) -> Void
  private let numbers: Scratch<C>
  private let sums: Scratch<Double>

  /// The numbers of a panel, of all columns of a part.
  static var size: Int { 1 << 16 }

  /// - Parameters:
  ///   - load: Returns the block of some classes, in memory that the next call overwrites.
  ///   - store: Puts the results of such a block in their place.
  ///   - forEachLabels: Calls its argument with some of the labels after others.
  init(
    classes: Int, columns: Int, linesAreColumns: Bool,
    load: @escaping (_ classes: Range<Int>) -> ColumnBlock<C>,
    store: @escaping (_ part: ColumnBlock<C>, _ classes: Range<Int>) -> Void,
    forEachLabels: @escaping (_ body: (_ labels: UncheckedBuffer<Int>, _ count: Int) -> Void) -> Void
  ) {
    (self.classes, self.columns, self.linesAreColumns) = (classes, columns, linesAreColumns)
    (self.load, self.store) = (load, store)
    self.forEachLabels = forEachLabels
    numbers = Scratch(slots: 2, slotSize: columns)
    sums = Scratch(slots: 1, slotSize: columns)
  }

  deinit {
    numbers.deallocate()
    sums.deallocate()
  }

  /// The classes of a part: a multiple of the units of sums.
  private var length: Int {
    let unit = linesAreColumns ? Blocks.size : ExponentialSums<C>.linesPerPart
    return max(Self.size / max(columns, 1) / unit, 1) * unit
  }

  /// Calls `body` with each part of the classes, or of a range of them.
  func forEachPart(
    of range: Range<Int>? = nil, storesResults: Bool = false, _ body: (_ part: ColumnBlock<C>) -> Void
  ) {
    Blocks.forEach(in: range ?? 0..<classes, size: length) { range in
      let part = load(range)
      body(part)
      if storesResults { store(part, range) }
    }
  }

  /// Returns the block of one class.
  func block(ofClass index: Int) -> ColumnBlock<C> { load(index..<index + 1) }

  /// Returns the labels before the first one that ends a list.
  func labels(before end: Int?) -> [Int] {
    var (list, isComplete) = ([Int](), false)
    forEachLabels { labels, count in
      for index in 0..<count where !isComplete {
        isComplete = labels[index] == end
        if !isComplete { list.append(labels[index]) }
      }
    }
    return list
  }

  /// Returns the same classes with parts that are changed after they are loaded, and before their results are stored.
  func mapped(
    _ change: @escaping (_ part: ColumnBlock<C>) -> ColumnBlock<C>,
    beforeStoring finish: @escaping (_ part: ColumnBlock<C>) -> Void
  ) -> ColumnParts {
    ColumnParts(
      classes: classes, columns: columns, linesAreColumns: linesAreColumns,
      load: { [load] in change(load($0)) },
      store: { [store] part, classes in
        finish(part)
        store(part, classes)
      }, forEachLabels: forEachLabels)
  }

  /// The step of a softmax that is taken in parts.
  func step(_ pass: SoftmaxPass) -> SoftmaxPart<C> {
    SoftmaxPart(pass: pass, ones: numbers[0], parts: numbers[1], discardedSums: sums[0])
  }
}

/// What is found of the softmax of a part: softmax takes three passes over the classes, where they are not in memory.
@usableFromInline
package enum SoftmaxPass {
  /// The maxima.
  case maxima
  /// The exponentials, and their sums.
  case sums
  /// The exponentials once more, for the results.
  case exponentials
}

/// A pass over a part, with the sums that go on from part to part.
@usableFromInline
package struct SoftmaxPart<C: RealScalar> {
  @usableFromInline package let pass: SoftmaxPass
  @usableFromInline let ones: UncheckedBuffer<C>
  @usableFromInline let parts: UncheckedBuffer<C>
  /// Memory for sums that are known already.
  @usableFromInline package let discardedSums: UncheckedBuffer<Double>
}

extension ColumnBlock {
  /// Finds the softmax of the columns but for the division, by a step for all classes or by steps for each part.
  @usableFromInline
  @specialized(where C == Float) @specialized(where C == Double)
  package func findSoftmax(
    maxima: UncheckedBuffer<C>, sumsMinusOne: UncheckedBuffer<Double>,
    _ step: (_ block: ColumnBlock<C>, _ part: SoftmaxPart<C>?) -> Void
  ) {
    guard let parts else { return step(self, nil) }
    maxima.fill(-.infinity, count: columns)
    parts.forEachPart { step($0, parts.step(.maxima)) }
    let part = parts.step(.sums)
    let sums = ExponentialSums(sumsMinusOne: sumsMinusOne, ones: part.ones, parts: part.parts)
    sums.begin(columns: columns)
    parts.forEachPart { step($0, part) }
    sums.finish(columns: columns)
  }

  /// Calls `body` with all classes, or with each part and the pass that finds its exponentials again.
  ///
  /// - Parameter storesResults: Whether what `body` writes is the result.
  @usableFromInline
  @specialized(where C == Float) @specialized(where C == Double)
  package func forEachPart(
    storesResults: Bool, _ body: (_ block: ColumnBlock<C>, _ part: SoftmaxPart<C>?) -> Void
  ) {
    guard let parts else { return body(self, nil) }
    parts.forEachPart(storesResults: storesResults) { body($0, parts.step(.exponentials)) }
  }

  /// Calls `body` with the parts of a range of classes, of a block in parts.
  @usableFromInline
  @specialized(where C == Float) @specialized(where C == Double)
  package func forEachPart(of classes: Range<Int>, _ body: (_ part: ColumnBlock<C>) -> Void) {
    parts?.forEachPart(of: classes, body)
  }

  /// Returns the list of labels of a column in parts, up to its end.
  @usableFromInline
  @specialized(where C == Float) @specialized(where C == Double)
  package func labelList() -> [Int] { parts?.labels(before: ignoreIndex) ?? [] }
}
