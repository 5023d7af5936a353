internal import Foundation

/// A value that one thread at a time can reach.
///
/// It is what `Mutex` is, with a lock that the thread sanitizer knows. Behind the other one it sees races where there are
/// none.
package final class Locked<Value>: Sendable {
  private let lock = NSLock()
  /// Only touched by who holds the lock.
  private nonisolated(unsafe) var value: Value

  package init(_ value: sending Value) { unsafe self.value = value }

  package func withLock<Result>(_ body: (inout Value) -> Result) -> Result {
    lock.withLock { unsafe body(&value) }
  }
}
