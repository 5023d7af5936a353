@inlinable @inline(__always)
public func sigmoid<S: RealScalar>(_ x: S) -> S {
  let e = _gradualExpNonPositive(-x.magnitude)
  return _select(x < 0, e, 1) / (1 + e)
}

@inlinable @inline(__always)
public func softplus<S: RealScalar>(_ x: S) -> S {
  let e = _gradualExpNonPositive(-x.magnitude)
  return _select(x > 0, x, 0) + _log1pOfUnit(e)
}

@inlinable @inline(__always)
public func logSigmoid<S: RealScalar>(_ x: S) -> S {
  -softplus(-x)
}

@inlinable @inline(__always)
public func logistic<S: RealScalar>(_ x: S) -> (sigmoid: S, softplus: S) {
  let e = _gradualExpNonPositive(-x.magnitude)
  return (_select(x < 0, e, 1) / (1 + e), _select(x > 0, x, 0) + _log1pOfUnit(e))
}

/// log(1 + e) for 0 ≤ e ≤ 1.
@inlinable @inline(__always)
internal func _log1pOfUnit<S: RealScalar>(_ e: S) -> S {
  e - S._unitLogarithmTail(e)
}
