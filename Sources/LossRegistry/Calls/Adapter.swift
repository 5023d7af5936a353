package import Losses

/// A loss, a measure or an activation that can be called with `Arguments`, in place of its own parameters, and that has a
/// plain implementation to be compared with.
///
/// The type itself conforms: its value holds the hyperparameters.
package protocol Adapter: Hashable, Codable, Sendable {
  /// Whether there is a choice of reductions.
  static var hasReduction: Bool { get }

  /// Returns the same loss with another reduction, or the same if it has none.
  func reducing(by reduction: Reduction) -> Self

  /// Calls the loss: passes the arguments on.
  func evaluation<S: LossScalar>(of arguments: Arguments<S>) throws(LossError) -> ErasedEvaluation<S>

  /// Returns the plain call, or records the faults for which the library must reject these arguments.
  ///
  /// A plain call is scalar loops over the formulas of the loss's page. It shares nothing with the library but the
  /// arguments, is slow, and is meant to be obviously right.
  ///
  /// - Parameter numbers: Makes numbers of the precision that the library computes in.
  func plain(_ arguments: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults) -> PlainCall?

  // What the general suites need to know of a loss. The default is what holds for most.

  /// What the loss has a value for. By default `nil`: the loss takes neither a mask nor weights of samples, or its samples
  /// are not those of one unit.
  var valueUnit: ValueUnit? { get }

  /// Whether each sample is compared with all others, so that one that is out is not there for them either.
  var comparesSamples: Bool { get }

  /// Whether `mean` divides by the number of elements, whatever their weights.
  var meanIgnoresWeights: Bool { get }

  /// Whether the mean of no samples is 0 instead of NaN.
  var meanOfNothingIsZero: Bool { get }

  /// The arguments with a domain: where an element of theirs is NaN, the call throws.
  var argumentsWithoutNaN: Set<String> { get }
}

extension Adapter {
  package static var hasReduction: Bool { false }
  package var hasReduction: Bool { Self.hasReduction }
  package func reducing(by reduction: Reduction) -> Self { self }

  package var valueUnit: ValueUnit? { nil }
  package var comparesSamples: Bool { false }
  package var meanIgnoresWeights: Bool { false }
  package var meanOfNothingIsZero: Bool { false }
  package var argumentsWithoutNaN: Set<String> { [] }

  /// Calls the loss with this reduction.
  package func evaluation<S: LossScalar>(
    of arguments: Arguments<S>, _ reduction: Reduction
  ) throws(LossError) -> ErasedEvaluation<S> {
    try reducing(by: reduction).evaluation(of: arguments)
  }

  /// The name of the type, without those of its generic arguments.
  package static var typeName: String {
    String("\(Self.self)".prefix { $0 != "<" })
  }
  package var typeName: String { Self.typeName }
}

/// A loss with a reduction.
package protocol ReducingAdapter: Adapter {
  var reduction: Reduction { get set }
}

extension ReducingAdapter {
  package static var hasReduction: Bool { true }
  package func reducing(by reduction: Reduction) -> Self {
    var copy = self
    copy.reduction = reduction
    return copy
  }
}

/// A loss over classes that may be along any axis.
package protocol ClassAxisAdapter: ReducingAdapter {
  var classAxis: Int { get set }
}
