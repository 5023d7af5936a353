/// Work on memory that its driver answers for, compiled for more than one kind of processor.
///
/// `run` and all that it calls must be marked `@inlinable @inline(__always)`: what is not inlined is compiled for any
/// processor.
public protocol _Kernel: SendableMetatype {
  func run()

  /// What `run` does, where there are wide vectors. By default it is `run`.
  func runWide()

  /// Whether vectors of 512 bits make it faster. By default they do.
  static var gainsFromAVX512: Bool { get }
}

extension _Kernel {
  @inlinable @inline(__always)
  public func runWide() { run() }

  @inlinable @inline(__always)
  public static var gainsFromAVX512: Bool { true }

  /// Runs the kernel with the widest vectors that the processor has.
  ///
  /// - Parameter elements: About how many it goes over.
  @inlinable @inline(__always)
  func callAsFunction(elements: Int) {
    if elements >= _KernelTable.leastElements, let entry = _KernelTable.wide?[Self.self] {
      unsafe withUnsafePointer(to: self) { unsafe entry.run($0) }
    } else {
      runAnywhere()
    }
  }

  // Not inlined into generic entries, which set up all that they hold before they go to the code for one type.
  @inlinable @inline(never)
  func runAnywhere() { run() }
}

/// Kernels that were compiled for wider vectors than those every processor has.
///
/// It is read for every block, by all threads: so it is memory that nobody counts references to, and is never freed.
@safe
public struct _KernelTable: @unchecked Sendable {
  public typealias Run = @Sendable (_ kernel: UnsafeRawPointer) -> Void

  /// A structure, since a function in a tuple or an optional is wrapped in another, with memory of its own.
  @safe @usableFromInline
  struct Entry {
    @usableFromInline let kernel: ObjectIdentifier
    @usableFromInline let run: Run
  }

  /// Each at its kernel's place, or the next free one after it.
  private let entries: UnsafeMutablePointer<Entry?>

  public init() {
    unsafe entries = .allocate(capacity: Self.capacity)
    unsafe entries.initialize(repeating: nil, count: Self.capacity)
  }

  /// Several times the number of kernels.
  private static var capacity: Int { 1024 }

  /// Adds a kernel, in place of one for narrower vectors.
  // Not inlined: nothing but kernels may be compiled for wider vectors.
  public mutating func insert<Kernel: _Kernel>(_: Kernel.Type, _ run: @escaping Run) {
    let kernel = ObjectIdentifier(Kernel.self)
    unsafe entries[place(of: kernel)] = Entry(kernel: kernel, run: run)
  }

  @usableFromInline
  subscript(_ kernel: any _Kernel.Type) -> Entry? { unsafe entries[place(of: ObjectIdentifier(kernel))] }

  private func place(of kernel: ObjectIdentifier) -> Int {
    // Types are some words apart from each other.
    var place = Int(UInt(bitPattern: kernel) / 16 % UInt(Self.capacity))
    while let entry = unsafe entries[place], entry.kernel != kernel {
      place = (place + 1) % Self.capacity
    }
    return place
  }

  /// The kernels for the widest vectors of this processor, if there are any.
  @usableFromInline
  static let wide: _KernelTable? = {
    // The modules that make them providers are made of the kernels of this one, so they depend on it, and are found by
    // the conformances.
    let types: [(vectorBits: Int, type: Any.Type)] = [(256, _AVX2.self), (512, _AVX512.self)]
    let providers = types.filter { $0.vectorBits <= Processor.vectorBits }
      .compactMap { $0.type as? any _KernelProvider.Type }
    if providers.isEmpty { return nil }
    return providers.reduce(into: _KernelTable()) { table, provider in provider.addKernels(to: &table) }
  }()

  /// How many elements take longer than to look for a kernel.
  @inlinable
  static var leastElements: Int { 256 }
}

/// What has kernels for wide vectors.
public protocol _KernelProvider {
  static func addKernels(to table: inout _KernelTable)
}

/// The provider of kernels for processors with AVX2, if the module that makes it one is part of the program.
public enum _AVX2 {}

/// The same for AVX-512.
public enum _AVX512 {}
