// Embedded Swift has no conformances to find at run time, and few of its processors have wide vectors.
#if !hasFeature(Embedded)
  /// The kernels that are compiled for wider vectors than every processor has, found by their type.
  ///
  /// In a debug build, no generic code is compiled for the types of another file of its module. So there the table has
  /// kernels for every processor: those that the module for AVX2 compiles, whatever vectors that means.
  ///
  /// It is read for every block, by all threads. So it is memory without reference counts, which is never freed.
  @safe @usableFromInline
  package struct KernelTable: @unchecked Sendable {
    @usableFromInline
    package typealias Run = @Sendable (_ kernel: UnsafeRawPointer) -> Void

    /// A structure, since a function in a tuple or an optional is wrapped in another, with memory of its own.
    @safe @usableFromInline
    package struct Entry {
      @usableFromInline let kernel: ObjectIdentifier
      @usableFromInline let run: Run
    }

    /// Each at its kernel's place, or the next free one after it.
    private let entries: UnsafeMutablePointer<Entry?>

    init() {
      unsafe entries = .allocate(capacity: Self.capacity)
      unsafe entries.initialize(repeating: nil, count: Self.capacity)
    }

    /// Several times the number of kernels.
    private static var capacity: Int { 1024 }

    /// Adds a kernel, in place of one for narrower vectors.
    // Not inlined: nothing but kernels may be compiled for wider vectors.
    package mutating func insert<K: Kernel>(_: K.Type, _ run: @escaping Run) {
      let kernel = ObjectIdentifier(K.self)
      unsafe entries[place(of: kernel)] = Entry(kernel: kernel, run: run)
    }

    @usableFromInline
    subscript(_ kernel: any Kernel.Type) -> Entry? { unsafe entries[place(of: ObjectIdentifier(kernel))] }

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
    static let wide: KernelTable? = {
      // The modules with wide kernels depend on this one, and are found by their conformances.
      #if arch(x86_64)
        let types: [(vectorBits: Int, type: Any.Type)] = [(256, AVX2Kernels.self), (512, AVX512Kernels.self)]
      #else
        let types: [(vectorBits: Int, type: Any.Type)] = [(128, AVX2Kernels.self)]
      #endif
      let providers = types.filter { $0.vectorBits <= Processor.vectorBits }
        .compactMap { $0.type as? any KernelProvider.Type }
      if providers.isEmpty { return nil }
      return providers.reduce(into: KernelTable()) { table, provider in provider.addKernels(to: &table) }
    }()

    /// From how many elements on the time to look for a kernel is well spent.
    @inlinable
    static var leastElements: Int {
      #if DEBUG
        0
      #else
        256
      #endif
    }
  }

  /// A module with kernels for wide vectors.
  package protocol KernelProvider {
    static func addKernels(to table: inout KernelTable)
  }

  /// The kernels for processors with AVX2, if the module that has them is part of the program.
  package enum AVX2Kernels {}

  /// The same for AVX-512.
  package enum AVX512Kernels {}
#endif
