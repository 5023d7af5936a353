public import RealMath

/// What an elementwise loss is at one element: its value, and its derivative by each argument.
@frozen
public struct ElementwiseTerms<S: RealScalar> {
  public var value: S
  public var inputDerivative: S
  public var targetDerivative: S

  @inlinable @inline(__always)
  public init(value: S, inputDerivative: S, targetDerivative: S) {
    self.value = value
    self.inputDerivative = inputDerivative
    self.targetDerivative = targetDerivative
  }
}

/// Some elements of the arguments of an elementwise loss, and memory for the results.
///
/// Its driver answers for the memory: each pointer reaches `count` elements, `parameter` is there if the call
/// has one, and what is written to overlaps with nothing else.
@safe @usableFromInline
struct ElementwiseBlock<S: RealScalar> {
  @usableFromInline let count: Int
  @usableFromInline let input: UnsafePointer<S>
  @usableFromInline let target: UnsafePointer<S>
  @usableFromInline let parameter: UnsafePointer<S>?
  @usableFromInline let value: UnsafeMutablePointer<S>
  @usableFromInline let inputGradient: UnsafeMutablePointer<S>?
  @usableFromInline let targetGradient: UnsafeMutablePointer<S>?

  /// What the derivatives are multiplied by.
  @usableFromInline let scale: S

  init(
    count: Int, input: UnsafePointer<S>, target: UnsafePointer<S>, parameter: UnsafePointer<S>?,
    value: UnsafeMutablePointer<S>, inputGradient: UnsafeMutablePointer<S>?,
    targetGradient: UnsafeMutablePointer<S>?, scale: S
  ) {
    self.count = count
    unsafe self.input = input
    unsafe self.target = target
    unsafe self.parameter = parameter
    unsafe self.value = value
    unsafe self.inputGradient = inputGradient
    unsafe self.targetGradient = targetGradient
    self.scale = scale
  }

  /// Computes a loss of input and target.
  @inlinable @inline(__always)
  func compute(_ terms: (_ input: S, _ target: S) -> ElementwiseTerms<S>) {
    computeElements { index in unsafe terms(input[index], target[index]) }
  }

  /// Computes a loss of input, target and the call's parameter.
  @inlinable @inline(__always)
  func compute(_ terms: (_ input: S, _ target: S, _ parameter: S) -> ElementwiseTerms<S>) {
    let parameter = unsafe parameter!
    computeElements { index in unsafe terms(input[index], target[index], parameter[index]) }
  }

  /// Computes the results that there is memory for. What is not stored costs nothing, since the terms are inlined
  /// here.
  @inlinable @inline(__always)
  func computeElements(_ terms: (Int) -> ElementwiseTerms<S>) {
    if let inputGradient = unsafe inputGradient, let targetGradient = unsafe targetGradient {
      for index in 0..<count {
        let terms = terms(index)
        unsafe value[index] = terms.value
        unsafe inputGradient[index] = terms.inputDerivative * scale
        unsafe targetGradient[index] = terms.targetDerivative * scale
      }
    } else if let inputGradient = unsafe inputGradient {
      for index in 0..<count {
        let terms = terms(index)
        unsafe value[index] = terms.value
        unsafe inputGradient[index] = terms.inputDerivative * scale
      }
    } else {
      for index in 0..<count {
        unsafe value[index] = terms(index).value
      }
    }
  }
}
