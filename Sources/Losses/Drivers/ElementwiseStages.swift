public import RealMath

// What the loops leave in memory is the values, or the results of a first step whose second step is short enough to be
// part of the formula's loop. Indices are those of a block, and there is memory for each of its elements.

/// eˣ, and nothing else.
public enum ExponentialStage: ElementwiseStage {
  @inlinable @inline(__always)
  public static func values<S: RealScalar>(at x: S) -> (S, S) { (exp(x), 0) }

  @inlinable @inline(__always)
  public static func _prepare<Arguments: _StageArguments>(
    _ arguments: Arguments, count: Int, _ memory: _StageMemory<Arguments.Scalar>
  ) {
    typealias Steps = ExponentialSteps<Arguments.Scalar>
    var marks: Arguments.Scalar.RawSignificand = 0
    for index in 0..<count {
      let steps = Steps(near: arguments[index])
      unsafe memory.first[index] = steps.remainder
      unsafe memory.second[index] = steps.power
      marks |= steps.mark
    }
    if Steps.suffices(marks) { return }
    for index in 0..<count {
      unsafe memory.first[index] = 0
      unsafe memory.second[index] = exp(arguments[index])
    }
  }

  @inlinable @inline(__always)
  public static func _values<S: RealScalar>(_ memory: _StageMemory<S>, at index: Int) -> (S, S) {
    let steps = unsafe ExponentialSteps(remainder: memory.first[index], power: memory.second[index])
    return (steps.value, 0)
  }
}

/// log x, and nothing else.
public enum LogarithmStage: ElementwiseStage {
  @inlinable @inline(__always)
  public static func values<S: RealScalar>(at x: S) -> (S, S) { (log(x), 0) }

  @inlinable @inline(__always)
  public static func _prepare<Arguments: _StageArguments>(
    _ arguments: Arguments, count: Int, _ memory: _StageMemory<Arguments.Scalar>
  ) {
    typealias Steps = LogarithmSteps<Arguments.Scalar>
    var marks: Arguments.Scalar.RawSignificand = 0
    for index in 0..<count {
      let steps = Steps(ordinary: arguments[index])
      store(steps, memory, at: index)
      marks |= steps.mark
    }
    if Steps.suffices(marks) { return }
    for index in 0..<count { store(Steps(arguments[index]), memory, at: index) }
  }

  @inlinable @inline(__always)
  public static func _values<S: RealScalar>(_ memory: _StageMemory<S>, at index: Int) -> (S, S) {
    let steps = unsafe LogarithmSteps(
      fraction: memory.first[index], quotient: memory.second[index], negatedExponent: memory.third[index])
    return (steps.value, 0)
  }

  @inlinable @inline(__always)
  static func store<S: RealScalar>(_ steps: LogarithmSteps<S>, _ memory: _StageMemory<S>, at index: Int) {
    unsafe memory.first[index] = steps.fraction
    unsafe memory.second[index] = steps.quotient
    unsafe memory.third[index] = steps.negatedExponent
  }
}

/// e = e⁻ˡˣˡ and log(1 + e), of which all logistic functions are made: σ(−|x|) = e / (1 + e),
/// log σ(−|x|) = −|x| − log(1 + e).
public enum LogisticStage: ElementwiseStage {
  @inlinable @inline(__always)
  public static func values<S: RealScalar>(at x: S) -> (S, S) {
    let e = expNegatedMagnitude(x)
    return (e, log1pOfUnit(e))
  }

  @inlinable @inline(__always)
  public static func _prepare<Arguments: _StageArguments>(
    _ arguments: Arguments, count: Int, _ memory: _StageMemory<Arguments.Scalar>
  ) {
    ExponentialStage._prepare(NegatedMagnitudes(of: arguments), count: count, memory)
    for index in 0..<count { unsafe memory.first[index] = ExponentialStage._values(memory, at: index).0 }
    for index in 0..<count { unsafe memory.second[index] = log1pOfUnit(memory.first[index]) }
  }

  @inlinable @inline(__always)
  public static func _values<S: RealScalar>(_ memory: _StageMemory<S>, at index: Int) -> (S, S) {
    unsafe (memory.first[index], memory.second[index])
  }
}

/// For x in 0...1, with y the smaller of x and 1 − x: log y and log(1 − y).
public enum BinaryLogarithmStage: ElementwiseStage {
  @inlinable @inline(__always)
  public static func values<S: RealScalar>(at x: S) -> (S, S) {
    let (y, odds) = smaller(x)
    return (log(y), -log1pOfUnit(odds))
  }

  @inlinable @inline(__always)
  public static func _prepare<Arguments: _StageArguments>(
    _ arguments: Arguments, count: Int, _ memory: _StageMemory<Arguments.Scalar>
  ) {
    LogarithmStage._prepare(SmallerProbabilities(of: arguments), count: count, memory)
    for index in 0..<count {
      unsafe memory.first[index] = LogarithmStage._values(memory, at: index).0
      unsafe memory.second[index] = smaller(arguments[index]).odds
    }
    for index in 0..<count { unsafe memory.second[index] = -log1pOfUnit(memory.second[index]) }
  }

  @inlinable @inline(__always)
  public static func _values<S: RealScalar>(_ memory: _StageMemory<S>, at index: Int) -> (S, S) {
    unsafe (memory.first[index], memory.second[index])
  }

  /// y, and y / (1 − y), of which log(1 − y) is made: −log(1 + y / (1 − y)).
  @inlinable @inline(__always)
  static func smaller<S: RealScalar>(_ x: S) -> (y: S, odds: S) {
    let rest = 1 - x
    let y = rest < x ? rest : x
    return (y, y / (rest < x ? x : rest))
  }
}

/// −|x| for each x.
@usableFromInline
struct NegatedMagnitudes<Base: _StageArguments>: _StageArguments {
  @usableFromInline let base: Base

  @inlinable @inline(__always)
  init(of base: Base) { self.base = base }

  @inlinable @inline(__always)
  subscript(index: Int) -> Base.Scalar { -base[index].magnitude }
}

/// The smaller of x and 1 − x for each x.
@usableFromInline
struct SmallerProbabilities<Base: _StageArguments>: _StageArguments {
  @usableFromInline let base: Base

  @inlinable @inline(__always)
  init(of base: Base) { self.base = base }

  @inlinable @inline(__always)
  subscript(index: Int) -> Base.Scalar { BinaryLogarithmStage.smaller(base[index]).y }
}

/// No function.
@usableFromInline
enum NoStage: ElementwiseStage {
  @inlinable @inline(__always)
  static func values<S: RealScalar>(at x: S) -> (S, S) { (0, 0) }

  @inlinable @inline(__always)
  static func _prepare<Arguments: _StageArguments>(
    _ arguments: Arguments, count: Int, _ memory: _StageMemory<Arguments.Scalar>
  ) {}

  @inlinable @inline(__always)
  static func _values<S: RealScalar>(_ memory: _StageMemory<S>, at index: Int) -> (S, S) { (0, 0) }
}
