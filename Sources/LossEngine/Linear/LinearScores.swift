internal import RealMath

/// The scores of the columns of a block, then the gradient with respect to them in their place.
///
/// Of few classes, the scores of a class are neighbours: then loops are long, and a product of matrices has hardly any tile
/// that is not full.
struct LinearScores<C: RealScalar> {
  let elements: UncheckedBuffer<C>
  let columns: Int
  let classes: Int

  /// Whether the scores of a column are neighbours, rather than those of a class.
  var linesAreColumns: Bool { classes >= ColumnAxis.longColumn }

  /// The scores, as columns × classes.
  var matrix: Matrix<C> {
    linesAreColumns
      ? Matrix(elements, rowStride: classes) : Matrix(elements, rowStride: 1, columnStride: columns)
  }

  /// Returns the scores from a column on.
  func panel(from column: Int) -> Panel<C> {
    Panel(
      origin: matrix.advanced(row: column, column: 0).origin, lineStride: linesAreColumns ? classes : columns)
  }

  /// Returns memory with room for some columns as a panel.
  func panel(of columns: Int, in memory: UncheckedBuffer<C>) -> Panel<C> {
    Panel(origin: memory, lineStride: linesAreColumns ? classes : columns)
  }

  /// Sets the scores of some classes to the products of rows of the input and of the weight.
  func setProducts(of input: Matrix<C>, _ weight: Matrix<C>, classes: Range<Int>, features: Int) {
    let first = matrix.advanced(row: 0, column: classes.lowerBound).origin
    if linesAreColumns {
      MatrixProduct.compute(
        input, weight.transposed, rows: columns, columns: classes.count, depth: features, adding: false,
        to: first, stride: self.classes)
    } else {
      MatrixProduct.compute(
        weight, input.transposed, rows: classes.count, columns: columns, depth: features, adding: false,
        to: first, stride: columns)
    }
  }

  /// Adds the bias to the scores of some columns.
  func add(_ bias: UncheckedBuffer<C>, toColumns part: Range<Int>) {
    let panel = panel(from: part.lowerBound)
    if linesAreColumns {
      for column in 0..<part.count {
        let line = panel.line(column)
        for index in 0..<classes { line[index] += bias[index] }
      }
    } else {
      for index in 0..<classes {
        let (line, addend) = (panel.line(index), bias[index])
        for column in 0..<part.count { line[column] += addend }
      }
    }
  }

  /// Adds the sums of the columns to those of some classes.
  func addSums(ofClasses part: Range<Int>, to sums: UncheckedBuffer<Double>) {
    let panel = panel(from: 0)
    if linesAreColumns {
      for column in 0..<columns {
        let line = panel.line(column)
        for index in part { sums[index] += Double(line[index]) }
      }
    } else {
      for index in part {
        let line = panel.line(index)
        for column in 0..<columns { sums[index] += Double(line[column]) }
      }
    }
  }
}
