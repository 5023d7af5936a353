package import Tensors

/// Which vectors are compared with which, as positions among the vectors of all arguments.
package struct SimilarityPass: Sendable {
  /// Those that have a value each.
  let rows: Range<Int>
  /// Those that each of them is compared with.
  let columns: Range<Int>
  /// The first of those that are each compared with one of the rows, and come before the columns.
  let firstPartner: Int?
  /// Whether the rows are among the columns, and do not count in their own row.
  let excludesSelf: Bool
  /// What the values are multiplied by before they are added to those of other passes.
  let weight: Double
  let positives: PositiveColumns

  package init(
    rows: Range<Int>, columns: Range<Int>, firstPartner: Int? = nil, excludesSelf: Bool = false,
    weight: Double = 1, positives: PositiveColumns
  ) {
    self.rows = rows
    self.columns = columns
    self.firstPartner = firstPartner
    self.excludesSelf = excludesSelf
    self.weight = weight
    self.positives = positives
  }

  /// Whether a row has a positive other than itself. Without any, all values are 0, and so are all derivatives.
  var comparesRows: Bool {
    width > 0
      && (0..<rows.count).contains { row in positives[row].contains { !excludesSelf || $0 != row } }
  }

  /// The similarities of a row.
  var width: Int { columns.count + (firstPartner == nil ? 0 : 1) }
}

/// The columns that each row belongs to.
package struct PositiveColumns: Sendable {
  /// The columns, those of a row next to each other; rows may share them.
  private let columns: [Int]
  /// Where those of each row begin and end; one for each row where there is none.
  private let ranges: [Range<Int>]?

  /// One column for each row.
  package init(_ columns: [Int]) {
    self.columns = columns
    ranges = nil
  }

  /// For each row, that of its label, found to be one of so many classes.
  package init<Label: FixedWidthInteger & TensorScalar>(
    labels target: Tensor<Label>, classes: Int, _ weights: (any SampleWeights)?, _ samples: CountedSamples?
  ) throws(LossError) {
    let labels = TypedLabels(target, ignoreIndex: nil)
    _ = try Check.labels(labels, classes: classes, besides: nil, samples: weights)
    let all = labels[0..<target.count]
    self.init(samples?.positions.map { all[$0] } ?? all)
  }

  /// For each row, the columns with its label.
  package init<Label: Hashable>(equalIn labels: [Label]) {
    var classes: [Label: Int] = [:]
    var numbers: [Int] = []
    for label in labels {
      let number = classes[label] ?? classes.count
      classes[label] = number
      numbers.append(number)
    }
    var ends = Array(repeating: 0, count: classes.count + 1)
    for number in numbers { ends[number + 1] += 1 }
    for number in 0..<classes.count { ends[number + 1] += ends[number] }
    let starts = ends
    var columns = Array(repeating: 0, count: labels.count)
    for (column, number) in numbers.enumerated() {
      columns[ends[number]] = column
      ends[number] += 1
    }
    self.columns = columns
    ranges = numbers.map { starts[$0]..<starts[$0 + 1] }
  }

  /// The columns that a row belongs to.
  package subscript(row: Int) -> ArraySlice<Int> { columns[ranges?[row] ?? row..<row + 1] }
}
