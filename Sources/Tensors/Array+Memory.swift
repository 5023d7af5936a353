extension Array {
  /// The array of `count` elements that `body` writes, all of them.
  ///
  /// All empty arrays share one piece of memory, and Swift's own initializer sets its count, to the 0 that it is. That is
  /// a race all the same, where two threads do it.
  @export(implementation) @inline(__always)
  package init(count: Int, writtenBy body: (UnsafeMutableBufferPointer<Element>) -> Void) {
    guard count > 0 else {
      self = []
      return
    }
    unsafe self.init(unsafeUninitializedCapacity: count) { memory, initializedCount in
      unsafe body(memory)
      initializedCount = count
    }
  }
}
