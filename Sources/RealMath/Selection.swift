/// `a` where the condition holds, else `b`, without a branch.
///
/// A conditional expression stays a branch, and the loop around it scalar, where the compiler finds something to
/// compute in one of its arms only. Here both numbers are computed, and their bits are mixed.
///
/// ```swift
/// let product = t * log(t)
/// let entropy = select(t == 0, 0, product)
/// ```
@export(implementation) @inline(__always)
public func select<S: RealScalar>(_ condition: Bool, _ a: S, _ b: S) -> S {
  S.Traits.select(condition, a, b)
}

/// 1 or 0, as a Boolean lies in memory.
///
/// A conditional expression would be a branch, and branches of several selections are merged into forms that do not
/// always become vector instructions.
@export(implementation) @inline(__always)
internal func _bit(_ condition: Bool) -> UInt8 { unsafe unsafeBitCast(condition, to: UInt8.self) }
