/// `a` where the condition holds, else `b`: both are arguments, so both are computed, and what is left is a
/// select. A conditional expression that computes in its arms can stay a branch, and a loop around it scalar.
@inlinable @inline(__always)
internal func _select<S: RealScalar>(_ condition: Bool, _ a: S, _ b: S) -> S {
  condition ? a : b
}
