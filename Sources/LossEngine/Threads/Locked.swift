internal import Foundation

/// A value that one thread at a time can access.
///
/// `Mutex` does the same, but with a lock that the thread sanitizer doesn't know, so that it reports races where there
/// are none.
final class Locked<Value>: Sendable {
  private let lock = NSLock()
  /// Accessed with the lock held only.
  private nonisolated(unsafe) var value: Value

  init(_ value: sending Value) { unsafe self.value = value }

  func withLock<Result>(_ body: (inout Value) -> Result) -> Result {
    lock.withLock { unsafe body(&value) }
  }
}
