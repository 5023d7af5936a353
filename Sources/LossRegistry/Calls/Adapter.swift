package import Losses

/// A loss, a measure or an activation that can be called with `Arguments`, in place of its own parameters.
///
/// The type itself conforms: its value holds the hyperparameters, and its one method passes the arguments on.
package protocol Adapter: Hashable, Codable, Sendable {
  /// Whether there is a choice of reductions.
  static var hasReduction: Bool { get }

  /// Returns the same loss with another reduction, or the same if it has none.
  func reducing(by reduction: Reduction) -> Self

  /// Calls the loss.
  func evaluation<S: LossScalar>(of arguments: Arguments<S>) throws(LossError) -> ErasedEvaluation<S>
}

extension Adapter {
  package static var hasReduction: Bool { false }
  package var hasReduction: Bool { Self.hasReduction }
  package func reducing(by reduction: Reduction) -> Self { self }

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
