/// Stops the program with a message, in every build, unless a condition holds.
///
/// It is for what the programmer answers for: shapes, indices, counts. `precondition` does the same, but optimised builds
/// leave out its message.
@export(implementation) @inline(__always)
package func require(_ condition: Bool, _ message: @autoclosure () -> String) {
  if !condition { stop(message()) }
}

/// Stops the program with a message, in every build.
// Not inlined, nor is the making of a message where it is in a function of its own: what never happens costs no room in a
// loop.
@inline(never) @usableFromInline
package func stop(_ message: @autoclosure () -> String) -> Never { fatalError(message()) }
