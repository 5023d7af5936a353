public import RealMath

/// Work on memory that its driver answers for, compiled for more than one kind of processor.
///
/// `run` and all that it calls must be marked `@inlinable @inline(__always)`: what is not inlined is compiled for any
/// processor.
public protocol _Kernel: SendableMetatype {
  func run()

  /// What `run` does, where there are wide vectors. By default it is `run`.
  func runWide()
}

extension _Kernel {
  @inlinable @inline(__always)
  public func runWide() { run() }

  /// Runs the kernel with the widest vectors that the processor has.
  ///
  /// - Parameter elements: About how many it goes over.
  @inlinable @inline(__always)
  func callAsFunction(elements: Int) {
    if elements >= _KernelTable.leastElements, let run = unsafe _KernelTable.wide?[Self.self] {
      unsafe withUnsafePointer(to: self) { unsafe run($0) }
    } else {
      runAnywhere()
    }
  }

  // Not inlined into generic entries, which set up all that they hold before they go to the code for one type.
  @inlinable @inline(never)
  func runAnywhere() { run() }
}

/// Kernels that were compiled for wider vectors than those every processor has.
@safe
public struct _KernelTable: Sendable {
  @usableFromInline typealias Run = @Sendable (_ kernel: UnsafeRawPointer) -> Void

  private var runs: [ObjectIdentifier: Run] = unsafe [:]

  public init() {}

  /// Compiles a kernel, where this is called.
  @inlinable @inline(__always)
  mutating func add<Kernel: _Kernel>(_: Kernel.Type) {
    unsafe insert(ObjectIdentifier(Kernel.self)) { kernel in
      unsafe kernel.assumingMemoryBound(to: Kernel.self).pointee.runWide()
    }
  }

  // Not inlined: nothing but kernels may be compiled for wider vectors.
  @usableFromInline
  mutating func insert(_ identifier: ObjectIdentifier, _ run: @escaping Run) { unsafe runs[identifier] = run }

  @usableFromInline
  subscript(_ kernel: any _Kernel.Type) -> Run? { unsafe runs[ObjectIdentifier(kernel)] }

  /// The kernels for this processor, if there are any.
  @usableFromInline
  static let wide: _KernelTable? =
    Processor.hasAVX2 ? (_AVX2.self as Any.Type as? any _KernelProvider.Type)?.kernels : nil

  /// How many elements take longer than to look for a kernel.
  @inlinable
  static var leastElements: Int { 256 }
}

/// What has a table of kernels.
public protocol _KernelProvider {
  static var kernels: _KernelTable { get }
}

/// The provider of kernels for processors with AVX2, if the module that makes it one is part of the program.
///
/// That module is made of the kernels of this one, so it depends on it, and is found by the conformance.
public enum _AVX2 {}

extension _KernelTable {
  /// Compiles the kernels of the drivers themselves.
  @inlinable @inline(__always)
  public mutating func _addDrivers() {
    add(ProductKernel<Float>.self)
    add(ProductKernel<Double>.self)
    add(DomainKernel<Float>.self)
    add(DomainKernel<Double>.self)
    #if arch(x86_64)
      add(HalfLoad.self)
      add(HalfStore.self)
    #endif
  }
}
