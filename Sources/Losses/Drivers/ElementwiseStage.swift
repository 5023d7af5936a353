public import RealMath

/// A function that a formula rests on, evaluated before the formula in loops of its own.
///
/// A processor sees some hundred operations ahead. A loop that does everything, an exponential with all that follows
/// from it, waits for its own results; several short ones over a block in cache do not.
///
/// The stages there are: ``ExponentialStage``, ``LogarithmStage``, ``LogisticStage`` and ``BinaryLogarithmStage``.
public protocol ElementwiseStage {
  /// The values of the function at one number.
  static func values<S: RealScalar>(at x: S) -> (S, S)

  /// Leaves in `memory` what `_values` needs.
  static func _prepare<Arguments: _StageArguments>(
    _ arguments: Arguments, count: Int, _ memory: _StageMemory<Arguments.Scalar>)

  /// The values at one of the arguments.
  static func _values<S: RealScalar>(_ memory: _StageMemory<S>, at index: Int) -> (S, S)
}

/// What a stage's function is taken of.
public protocol _StageArguments {
  associatedtype Scalar: RealScalar

  subscript(index: Int) -> Scalar { get }
}

/// Memory for what a stage knows about each element of a block. Its driver answers for there being enough.
@safe
public struct _StageMemory<S: RealScalar> {
  @usableFromInline let first: UnsafeMutablePointer<S>
  @usableFromInline let second: UnsafeMutablePointer<S>
  @usableFromInline let third: UnsafeMutablePointer<S>

  /// How many slots it takes.
  static var slots: Int { 3 }

  init(_ scratch: Scratch<S>, from slot: Int) {
    unsafe first = scratch[slot]
    unsafe second = scratch[slot + 1]
    unsafe third = scratch[slot + 2]
  }
}
