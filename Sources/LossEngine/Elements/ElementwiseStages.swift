public import RealMath

// What the loops store is the values, or the results of a first step whose second step is short enough to be part of the
// formula's loop. Indices are those of a block, and there is memory for each of its elements.

/// The exponential function: `exponential` is eˣ.
public enum ExponentialStage: ElementwiseStage {
  @export(implementation) @inline(__always)
  public static func values<S: RealScalar>(at x: S) -> StageValues<Self, S> { StageValues(exp(x), 0) }

  @export(implementation) @inline(__always)
  public static func prepare<Arguments: StageArguments>(
    _ arguments: Arguments, count: Int, _ memory: StageMemory<Arguments.Scalar>
  ) {
    typealias Steps = ExponentialSteps<Arguments.Scalar>
    var marks: Arguments.Scalar.RawSignificand = 0
    for index in 0..<count {
      let steps = Steps(near: arguments[index])
      memory.first[index] = steps.remainder
      memory.second[index] = steps.power
      marks |= steps.mark
    }
    if Steps.suffices(marks) { return }
    for index in 0..<count { memory.second[index] = arguments[index] }
    memory.storeExponentials(count: count)
  }

  @export(implementation) @inline(__always)
  public static func values<S: RealScalar>(_ memory: StageMemory<S>, at index: Int) -> StageValues<Self, S> {
    let steps = ExponentialSteps(remainder: memory.first[index], power: memory.second[index])
    return StageValues(steps.value, 0)
  }
}

/// The natural logarithm: `logarithm` is log x.
public enum LogarithmStage: ElementwiseStage {
  @export(implementation) @inline(__always)
  public static func values<S: RealScalar>(at x: S) -> StageValues<Self, S> { StageValues(log(x), 0) }

  @export(implementation) @inline(__always)
  public static func prepare<Arguments: StageArguments>(
    _ arguments: Arguments, count: Int, _ memory: StageMemory<Arguments.Scalar>
  ) {
    typealias Steps = LogarithmSteps<Arguments.Scalar>
    var marks: Arguments.Scalar.RawSignificand = 0
    for index in 0..<count {
      let steps = Steps(ordinary: arguments[index])
      store(steps, memory, at: index)
      marks |= steps.mark
    }
    if Steps.suffices(marks) { return }
    for index in 0..<count { memory.first[index] = arguments[index] }
    memory.storeLogarithms(count: count)
  }

  @export(implementation) @inline(__always)
  public static func values<S: RealScalar>(_ memory: StageMemory<S>, at index: Int) -> StageValues<Self, S> {
    let steps = LogarithmSteps(
      fraction: memory.first[index], quotient: memory.second[index], negatedExponent: memory.third[index])
    return StageValues(steps.value, 0)
  }

  @export(implementation) @inline(__always)
  static func store<S: RealScalar>(_ steps: LogarithmSteps<S>, _ memory: StageMemory<S>, at index: Int) {
    memory.first[index] = steps.fraction
    memory.second[index] = steps.quotient
    memory.third[index] = steps.negatedExponent
  }
}

/// What all logistic functions are made of: `exponential` is e = e⁻ˡˣˡ, and `log1p` is log(1 + e).
///
/// ```
/// σ(−|x|) = e / (1 + e),   log σ(−|x|) = −|x| − log(1 + e)
/// ```
public enum LogisticStage: ElementwiseStage {
  @export(implementation) @inline(__always)
  public static func values<S: RealScalar>(at x: S) -> StageValues<Self, S> {
    let e = expNegatedMagnitude(x)
    return StageValues(e, log1pOfUnit(e))
  }

  @export(implementation) @inline(__always)
  public static func prepare<Arguments: StageArguments>(
    _ arguments: Arguments, count: Int, _ memory: StageMemory<Arguments.Scalar>
  ) {
    ExponentialStage.prepare(NegatedMagnitudes(of: arguments), count: count, memory)
    for index in 0..<count { memory.first[index] = ExponentialStage.values(memory, at: index).exponential }
    for index in 0..<count { memory.second[index] = log1pOfUnit(memory.first[index]) }
  }
}

/// The logarithms of a probability x and its complement: with y the smaller of x and 1 − x, `logarithm` is log y and
/// `complement` is log(1 − y).
public enum BinaryLogarithmStage: ElementwiseStage {
  @export(implementation) @inline(__always)
  public static func values<S: RealScalar>(at x: S) -> StageValues<Self, S> {
    let (y, odds) = smaller(x)
    return StageValues(log(y), -log1pOfUnit(odds))
  }

  @export(implementation) @inline(__always)
  public static func prepare<Arguments: StageArguments>(
    _ arguments: Arguments, count: Int, _ memory: StageMemory<Arguments.Scalar>
  ) {
    LogarithmStage.prepare(SmallerProbabilities(of: arguments), count: count, memory)
    for index in 0..<count {
      memory.first[index] = LogarithmStage.values(memory, at: index).logarithm
      memory.second[index] = smaller(arguments[index]).odds
    }
    for index in 0..<count { memory.second[index] = -log1pOfUnit(memory.second[index]) }
  }

  /// Returns y, and the odds y / (1 − y), since log(1 − y) = −log(1 + odds).
  @export(implementation) @inline(__always)
  static func smaller<S: RealScalar>(_ x: S) -> (y: S, odds: S) {
    let rest = 1 - x
    let y = rest < x ? rest : x
    return (y, y / (rest < x ? x : rest))
  }
}

/// −|x| for each x.
@frozen @usableFromInline
struct NegatedMagnitudes<Base: StageArguments>: StageArguments {
  @usableFromInline let base: Base

  @export(implementation) @inline(__always)
  init(of base: Base) { self.base = base }

  @export(implementation) @inline(__always)
  subscript(index: Int) -> Base.Scalar { -base[index].magnitude }
}

/// The smaller of x and 1 − x for each x.
@frozen @usableFromInline
struct SmallerProbabilities<Base: StageArguments>: StageArguments {
  @usableFromInline let base: Base

  @export(implementation) @inline(__always)
  init(of base: Base) { self.base = base }

  @export(implementation) @inline(__always)
  subscript(index: Int) -> Base.Scalar { BinaryLogarithmStage.smaller(base[index]).y }
}

/// No function: the stage of a formula that does everything in one loop.
public enum NoStage: ElementwiseStage {
  @export(implementation) @inline(__always)
  public static func values<S: RealScalar>(at x: S) -> StageValues<Self, S> { StageValues(0, 0) }

  @export(implementation) @inline(__always)
  public static func prepare<Arguments: StageArguments>(
    _ arguments: Arguments, count: Int, _ memory: StageMemory<Arguments.Scalar>
  ) {}

  @export(implementation) @inline(__always)
  public static func values<S: RealScalar>(_ memory: StageMemory<S>, at index: Int) -> StageValues<Self, S> {
    StageValues(0, 0)
  }
}

// What is stored for a block with arguments for which the first steps do not suffice: infinite, NaN, very large, or very
// small. Not inlined but kernels of their own, since this would be a third of many a kernel.
extension StageMemory {
  /// Stores the exponentials of the numbers that are stored second.
  @usableFromInline
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  func storeExponentials(count: Int) {
    ExtremeExponentials(memory: self, count: count)(elements: count)
  }

  /// Stores the steps of the logarithms of the numbers that are stored first.
  @usableFromInline
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  func storeLogarithms(count: Int) {
    ExtremeLogarithms(memory: self, count: count)(elements: count)
  }
}

/// The exponentials of any numbers.
@usableFromInline
package struct ExtremeExponentials<S: RealScalar>: Kernel {
  @usableFromInline let memory: StageMemory<S>
  @usableFromInline let count: Int

  @export(implementation) @inline(__always)
  package func run() {
    let (first, second) = (memory.first, memory.second)
    for index in 0..<count {
      first[index] = 0
      second[index] = exp(second[index])
    }
  }
}

/// The logarithms of any numbers, but for their second step.
@usableFromInline
package struct ExtremeLogarithms<S: RealScalar>: Kernel {
  @usableFromInline let memory: StageMemory<S>
  @usableFromInline let count: Int

  @export(implementation) @inline(__always)
  package func run() {
    for index in 0..<count { LogarithmStage.store(LogarithmSteps(memory.first[index]), memory, at: index) }
  }
}

extension StageValues where Stage == ExponentialStage {
  /// eˣ.
  @export(implementation) @inline(__always) public var exponential: Scalar { first }
}

extension StageValues where Stage == LogarithmStage {
  /// log x.
  @export(implementation) @inline(__always) public var logarithm: Scalar { first }
}

extension StageValues where Stage == LogisticStage {
  /// e = e⁻ˡˣˡ.
  @export(implementation) @inline(__always) public var exponential: Scalar { first }
  /// log(1 + e).
  @export(implementation) @inline(__always) public var log1p: Scalar { second }
}

extension StageValues where Stage == BinaryLogarithmStage {
  /// log y, where y is the smaller of x and 1 − x.
  @export(implementation) @inline(__always) public var logarithm: Scalar { first }
  /// log(1 − y).
  @export(implementation) @inline(__always) public var complement: Scalar { second }
}
