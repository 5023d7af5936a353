public import RealMath

/// A function that a formula needs, evaluated before the formula in loops of its own.
///
/// A processor looks some hundred operations ahead. A loop that does everything, an exponential with all that follows
/// from it, waits for its own results; several short loops over a block in cache do not.
///
/// The library has ``ExponentialStage``, ``LogarithmStage``, ``LogisticStage`` and ``BinaryLogarithmStage``. A stage of
/// your own gives its values at one number:
///
///     /// log(1 + x)
///     enum Log1pStage: ElementwiseStage {
///       @inline(__always)
///       static func values<S: RealScalar>(at x: S) -> StageValues<Log1pStage, S> { StageValues(log1p(x), 0) }
///     }
public protocol ElementwiseStage {
  /// Returns the values of the function at one number.
  static func values<S: RealScalar>(at x: S) -> StageValues<Self, S>

  /// Evaluates the function, or a first step of it, for a block of numbers. By default it stores the values.
  static func prepare<Arguments: StageArguments>(
    _ arguments: Arguments, count: Int, _ memory: StageMemory<Arguments.Scalar>)

  /// Returns the values at one number of the block. By default they are those that were stored.
  static func values<S: RealScalar>(_ memory: StageMemory<S>, at index: Int) -> StageValues<Self, S>
}

extension ElementwiseStage {
  @export(implementation) @inline(__always)
  public static func prepare<Arguments: StageArguments>(
    _ arguments: Arguments, count: Int, _ memory: StageMemory<Arguments.Scalar>
  ) {
    for index in 0..<count {
      let values = values(at: arguments[index])
      memory.first[index] = values.first
      memory.second[index] = values.second
    }
  }

  @export(implementation) @inline(__always)
  public static func values<S: RealScalar>(_ memory: StageMemory<S>, at index: Int) -> StageValues<Self, S> {
    StageValues(memory.first[index], memory.second[index])
  }
}

/// The values of a stage's function at one number: two at most, which have names for each of the library's stages.
@frozen
public struct StageValues<Stage: ElementwiseStage, Scalar: RealScalar> {
  /// The first value.
  public var first: Scalar
  /// The second value, or 0 where there is only one.
  public var second: Scalar

  /// Creates the values.
  @export(implementation) @inline(__always)
  public init(_ first: Scalar, _ second: Scalar) {
    self.first = first
    self.second = second
  }
}

/// The numbers that a stage's function is evaluated at.
public protocol StageArguments {
  /// The type of the numbers.
  associatedtype Scalar: RealScalar

  /// The number at an index of a block.
  subscript(index: Int) -> Scalar { get }
}

/// Memory for what a stage stores for each element of a block: up to three numbers.
public struct StageMemory<Scalar: RealScalar>: @unchecked Sendable {
  @usableFromInline package let first: UncheckedBuffer<Scalar>
  @usableFromInline package let second: UncheckedBuffer<Scalar>
  @usableFromInline package let third: UncheckedBuffer<Scalar>

  /// The number of slots of scratch memory that it takes.
  static var slots: Int { 3 }

  init(_ scratch: Scratch<Scalar>, from slot: Int) {
    first = scratch[slot]
    second = scratch[slot + 1]
    third = scratch[slot + 2]
  }
}
