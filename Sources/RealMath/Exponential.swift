@inlinable @inline(__always)
public func exp<S: RealScalar>(_ x: S) -> S {
  let clamped = _clamp(x, S._exponentialFloor, S._exponentialCeiling)
  let shift = S._shift + 2 * S._bias
  let shifted = clamped * S._inverseLn2 + shift
  let (first, second) = S._powers(shifted)
  return _exponentialOfRemainder(clamped, shifted - shift) * first * second
}

@inlinable @inline(__always)
public func expm1<S: RealScalar>(_ x: S) -> S {
  let clamped = _clamp(x, -40, S._exponentialCeiling)
  let shift = S._shift + S._bias
  let shifted = clamped * S._inverseLn2 + shift
  let n = shifted - shift
  let high = clamped - n * S._ln2High
  let low = n * S._ln2Low
  let r = high - low
  let offset = S._power((shift + 1) - n) * 0.5 - 1
  let sum = high - offset
  let error = high - (sum + offset)
  let scaled = sum - ((low - S._exponentialTail(r)) - error)
  return (scaled + scaled) * S._power(shifted - 1)
}

@inlinable @inline(__always)
public func expNonPositive<S: RealScalar>(_ x: S) -> S {
  let clamped = x < S._flushedExponential ? S._flushedExponential : x
  let y = clamped * S._inverseLn2
  let shift = S._shift + S._bias
  let shifted = y + shift
  return S._exponential2(y - (shifted - shift)) * S._power(shifted)
}

@inlinable @inline(__always)
internal func _clamp<S: RealScalar>(_ x: S, _ lower: S, _ upper: S) -> S {
  let raised = x < lower ? lower : x
  return raised > upper ? upper : raised
}

@inlinable @inline(__always)
internal func _exponentialOfRemainder<S: RealScalar>(_ x: S, _ n: S) -> S {
  let high = x - n * S._ln2High
  let low = n * S._ln2Low
  let r = high - low
  return 1 + (high + (S._exponentialTail(r) - low))
}

@inlinable @inline(__always)
internal func _gradualExpNonPositive<S: RealScalar>(_ x: S) -> S {
  let clamped = x < S._exponentialFloor ? S._exponentialFloor : x
  let shift = S._shift + S._bias
  let shifted = clamped * S._inverseLn2 + shift
  return _exponentialOfRemainder(clamped, shifted - shift) * S._power(shifted + 64) * 0x1p-64
}
