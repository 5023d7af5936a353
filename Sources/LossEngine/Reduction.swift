/// How the values of the elements (or of the samples, where a loss sums over classes or features) are reduced.
public enum Reduction: Hashable, Codable, Sendable {
  /// One value for each element, sample, pair of vectors or class: whatever the loss has a value for.
  case none

  /// The sum.
  case sum

  /// The sum divided by the number of elements, or by the sum of their weights where a loss says so.
  ///
  /// Without elements, and where all labels are ignored, it is 0/0, NaN. It is 0 for losses that compare the samples of a
  /// batch with each other or with a vector for each class, and for those of regions.
  case mean

  /// The sum divided by the number of samples in the batch, mostly the length of the input's axis 0, or by 1 for an input
  /// without a batch.
  case batchMean

  /// The sum divided by a number of your own: what ``mean`` would count, added up over all the batches that one step
  /// accumulates or is spread over.
  case sumDivided(by: Double)
}
