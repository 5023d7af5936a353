public import RealMath

/// Returns whether one of two numbers is NaN: a single comparison, which infinities do not meet.
@export(implementation) @inline(__always)
package func isUnordered<S: RealScalar>(_ a: S, _ b: S) -> Bool { !(a <= b || a > b) }
