package import Tensors

/// The arguments of a loss over classes, whose runs can record numbers of the columns, wherever the scores come from.
package protocol RecordableArguments: Sendable {
  associatedtype S: LossScalar

  /// Where the statistics of the columns go, or other numbers, if they are asked for.
  var records: ColumnRecords<S.Computation> { get set }
  var reducer: Reducer { get set }
  var samples: (any SampleWeights)? { get }
  /// The sum of the weights of the labels that count, where the target is labels: of those in the slice, if there is
  /// one.
  var labelWeightSum: Double { get }
  /// The sum of the weights of the classes.
  var classWeightSum: Double { get }
}

extension RecordableArguments {
  /// The same arguments, of runs that record the statistics of their columns.
  func recording(to record: LabelRecord<S.Computation>) -> Self {
    var arguments = self
    arguments.records.statistics = record
    return arguments
  }

  /// The same arguments, of runs whose function records numbers of the columns, or is given them.
  ///
  /// - Parameters:
  ///   - meanDenominator: What the mean divides by, if it is not the sum of the weights of these labels.
  ///   - countsNothing: Whether that is a mean of nothing.
  package func recording(
    to record: ColumnRecord, meanDenominator: Double? = nil, countsNothing: Bool = false
  ) -> Self {
    var arguments = self
    arguments.records.numbers = record
    if let meanDenominator {
      arguments.reducer = reducer.dividingMean(by: meanDenominator, countsNothing: countsNothing)
    }
    return arguments
  }

  /// The shape of the values before any reduction.
  package var sampleShape: Shape { reducer.shape }

  /// The weights of the samples that a run has recorded, and 0 for the others.
  package func sampleWeights(of record: ColumnRecord) -> [Double] { record.sampleWeights(samples) }
}
