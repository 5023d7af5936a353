/// An inner loop, compiled for more than one kind of processor, on memory that its runner vouches for.
///
/// `run` and all that it calls must be `@export(implementation) @inline(__always)`: what is not inlined is compiled
/// for any processor.
@usableFromInline
package protocol Kernel: SendableMetatype {
  func run()

  /// What `run` does, where vectors are wide. By default it is `run`.
  func runWide()

  /// Whether vectors of 512 bits make it faster. By default they do.
  static var gainsFromAVX512: Bool { get }
}

extension Kernel {
  @export(implementation) @inline(__always)
  package func runWide() { run() }

  @export(implementation) @inline(__always)
  package static var gainsFromAVX512: Bool { true }

  /// Runs the kernel with the widest vectors that the processor has.
  ///
  /// - Parameter elements: About how many elements it goes over.
  @export(implementation) @inline(__always)
  package func callAsFunction(elements: Int) {
    #if !hasFeature(Embedded)
      if elements >= KernelTable.leastElements, let entry = KernelTable.wide?[Self.self] {
        unsafe withUnsafePointer(to: self) { unsafe entry.run($0) }
        return
      }
    #endif
    runPortable()
  }

  // Not inlined into generic entries, which set up all that they hold before they go to the code for one type. The name
  // is what the check of kernels looks for.
  @inlinable @inline(never)
  package func runPortable() { run() }
}

/// A list that kernels are added to, to be compiled where the list is.
@usableFromInline
package protocol KernelList {
  mutating func add<K: Kernel>(_: K.Type)
}
