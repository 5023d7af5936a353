@inlinable @inline(__always)
public func log<S: RealScalar>(_ x: S) -> S {
  let isSubnormal = x < S.leastNormalMagnitude
  let (fraction, negatedExponent) = S._split(x * _select(isSubnormal, 0x1p64, 1))
  let correction = _select(isSubnormal, 64, 0) + _exponentOfException(x)
  return _logarithm(onePlus: fraction - 1, negatedExponent + correction)
}

@inlinable @inline(__always)
public func log1p<S: RealScalar>(_ x: S) -> S {
  let u = 1 + x
  let v = u - 1
  let error = (x - v) - ((u - v) - 1)
  let (fraction, negatedExponent) = S._split(u)
  let correction = _exponentOfException(u)
  let scale = S._power((S._shift + S._bias + 1) + negatedExponent) * 0.5
  let scaledError = _select(correction == 0, error * scale, 0)
  return _logarithm(onePlus: scaledError - (1 - fraction), negatedExponent + correction)
}

/// What makes the negated exponent of u that of log u where log u is not a number, or is infinite; else 0.
@inlinable @inline(__always)
internal func _exponentOfException<S: RealScalar>(_ u: S) -> S {
  _select(u <= 0, _select(u < 0, S.nan, S.infinity), 0) - _select(u < S.infinity, 0, u)
}

@inlinable @inline(__always)
internal func _logarithm<S: RealScalar>(onePlus f: S, _ negatedExponent: S) -> S {
  (f - (S._logarithmTail(f) + negatedExponent * S._ln2Low)) - negatedExponent * S._ln2High
}
