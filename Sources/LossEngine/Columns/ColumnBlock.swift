public import RealMath

/// Some columns of the arguments of a loss over classes or of a function along an axis, and memory for the results: what
/// a kernel computes at once.
///
/// - Precondition: Panels hold `classes` · `columns` elements, everything else one number for each column or class, and
///   what is written to overlaps with nothing else.
@safe @usableFromInline
package struct ColumnBlock<C: RealScalar> {
  @usableFromInline package let classes: Int
  @usableFromInline package let columns: Int
  /// The first of the classes, of a part.
  @usableFromInline package var firstClass = 0
  /// The classes in parts, of a block whose panels hold none of them. Not owned, so that blocks are plain bytes.
  @usableFromInline var unownedParts: Unmanaged<ColumnParts<C>>?
  /// Whether the lines of panels are columns, rather than classes.
  @usableFromInline package let linesAreColumns: Bool
  /// Whether the input is read where it lies and is larger than the caches.
  @usableFromInline package var isFromMemory = false
  @usableFromInline package var input: Panel<C>
  /// The probabilities, where the target is probabilities.
  @usableFromInline package var probabilities: Panel<C>?
  /// The label of each column, or its list of labels, where the target is labels.
  @usableFromInline package let labels: UncheckedBuffer<Int>
  @usableFromInline package var ignoreIndex: Int?
  /// The weight of each class, if there are weights.
  @usableFromInline package var weight: UncheckedBuffer<C>?
  /// What the gradients of each column are multiplied by.
  @usableFromInline package var scales: UncheckedBuffer<Double>
  /// The upstream of each element, of a function with a value for each element, where its gradient is asked for.
  @usableFromInline package var elementUpstream: Panel<C>?
  /// Where the statistics of each column go, or the gradient of an objective with respect to them; neither of most calls.
  @usableFromInline package var statistics: LabelColumns<C>?
  /// The numbers of each column that the function records, or is given; none of most calls.
  @usableFromInline package var numbers: Scratch<Double>?
  /// The value of each column, of a function with one.
  @usableFromInline package let values: UncheckedBuffer<Double>
  /// The value of each element, of a function with one.
  @usableFromInline package var elementValues: Panel<C>?
  @usableFromInline package var inputGradient: Panel<C>?
  @usableFromInline package var targetGradient: Panel<C>?
}

extension ColumnBlock {
  /// The classes in parts, of a block whose panels hold none of them.
  var parts: ColumnParts<C>? { unsafe unownedParts?.takeUnretainedValue() }

  /// Whether the panels hold all classes.
  @export(implementation) @inline(__always) package var isResident: Bool { unsafe unownedParts == nil }

  /// Whether it is faster to select the elements of the labels among all, in vectors, than to look for them one by one.
  @export(implementation) @inline(__always)
  package var hasFewClasses: Bool { 1...16 ~= classes }

  /// Returns the label of a column, or `nil` where it is ignored.
  @export(implementation) @inline(__always)
  package func label(ofColumn column: Int) -> Int? {
    labels[column] == ignoreIndex ? nil : labels[column]
  }

  /// Returns the position in the panels of a class, if they hold it.
  @export(implementation) @inline(__always)
  package func position(ofClass label: Int) -> Int? {
    let position = label &- firstClass
    // Below 0 it is a large number.
    return UInt(bitPattern: position) < UInt(bitPattern: classes) ? position : nil
  }

  /// Returns the weight of the class at a position in the panels.
  @export(implementation) @inline(__always)
  package func weight(at position: Int) -> Double { weight.map { Double($0[position]) } ?? 1 }

  /// Calls `body` for every element, line by line.
  @export(implementation) @inline(__always)
  package func visit<Order: PanelOrder>(_: Order.Type, _ body: (PanelPlace) -> Void) {
    let (lines, length) = Order.extent(classes: classes, columns: columns)
    for line in 0..<lines {
      for position in 0..<length { body(PanelPlace(line: line, position: position)) }
    }
  }

  /// Calls `body` for every element with the weight of its class, line by line.
  @export(implementation) @inline(__always)
  package func visitWeighted<Order: PanelOrder>(
    _: Order.Type, _ body: (_ place: PanelPlace, _ weight: C) -> Void
  ) {
    if let weight {
      visit(Order.self) { place in body(place, weight[Order.classIndex(of: place)]) }
    } else {
      visit(Order.self) { place in body(place, 1) }
    }
  }

  /// Returns the block with other scales of its columns.
  @export(implementation) @inline(__always)
  package func scaled(by scales: UncheckedBuffer<Double>) -> ColumnBlock {
    var block = self
    block.scales = scales
    return block
  }

  /// Sets the gradient with respect to the input to 0.
  @export(implementation) @inline(__always)
  package func clearInputGradient<Order: PanelOrder>(_: Order.Type) {
    guard let inputGradient else { return }
    let (lines, length) = Order.extent(classes: classes, columns: columns)
    inputGradient.clear(lines: lines, length: length)
  }

  /// Sets the gradient with respect to the input to 0, where the order is not known at compile time.
  @usableFromInline
  @specialized(where C == Float) @specialized(where C == Double)
  package func clearInputGradient() {
    if linesAreColumns {
      clearInputGradient(ClassesInLine.self)
    } else {
      clearInputGradient(ColumnsInLine.self)
    }
  }

  /// Returns the part of one class, of a block in parts.
  @usableFromInline
  @specialized(where C == Float) @specialized(where C == Double)
  package func part(ofClass index: Int) -> ColumnBlock? { parts?.block(ofClass: index) }

  /// Sets the values of the columns that are ignored to 0.
  @export(implementation) @inline(__always)
  package func clearIgnoredValues() {
    guard let ignoreIndex else { return }
    for column in 0..<columns { values[column] = select(labels[column] == ignoreIndex, 0, values[column]) }
  }

  /// Returns the place of an element, where the order is not known at compile time.
  @usableFromInline
  @specialized(where C == Float) @specialized(where C == Double)
  package func place(class index: Int, column: Int) -> PanelPlace {
    linesAreColumns
      ? ClassesInLine.place(class: index, column: column) : ColumnsInLine.place(class: index, column: column)
  }

  /// The sum of the weights of all classes.
  @usableFromInline
  @specialized(where C == Float) @specialized(where C == Double)
  package func weightSum() -> Double {
    guard let parts else {
      return weight.map { weight in Lanes.reduce(count: classes, 0, +) { Double(weight[$0]) } }
        ?? Double(classes)
    }
    // In the order of the lanes, whose number all parts but the last are a multiple of.
    var (lanes, rest) = (SIMD8<Double>.zero, 0.0)
    parts.forEachPart { part in
      let whole = part.classes & ~7
      for index in 0..<part.classes {
        let weight = part.weight(at: index)
        if index < whole { lanes[index & 7] += weight } else { rest += weight }
      }
    }
    return lanes.indices.reduce(rest) { $0 + lanes[$1] }
  }
}
