public import Tensors

/// Conversion between the scalar type of a tensor and the type that is computed in. There are kernels for contiguous
/// numbers: for `BFloat16`, and on x86-64 for `Float16`, with formulas for eight numbers at a time.
///
/// - Precondition: The caller vouches for the memory.
@usableFromInline
package enum Conversion {
  /// Converts numbers that lie `stride` apart to the type that is computed in.
  @usableFromInline
  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  @specialized(where S == BFloat16)
  package static func load<S: LossScalar>(
    _ source: UnsafePointer<S>, stride: Int, count: Int, to destination: UnsafeMutablePointer<S.Computation>
  ) {
    if unsafe loadByKernel(source, stride: stride, count: count, to: destination) { return }
    if stride == 1 {
      for index in 0..<count { unsafe destination[index] = source[index].computation }
    } else {
      for index in 0..<count { unsafe destination[index] = source[index &* stride].computation }
    }
  }

  /// Rounds contiguous numbers to their own type.
  @usableFromInline
  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  @specialized(where S == BFloat16)
  package static func store<S: LossScalar>(
    _ source: UnsafePointer<S.Computation>, count: Int, to destination: UnsafeMutablePointer<S>
  ) {
    if unsafe storeByKernel(source, count: count, to: destination) { return }
    for index in 0..<count { unsafe destination[index] = S(computation: source[index]) }
  }

  /// Adds contiguous numbers to those in `destination`. Each sum is rounded in the type that is computed in, then to
  /// its own.
  @usableFromInline
  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  @specialized(where S == BFloat16)
  package static func add<S: LossScalar>(
    _ source: UnsafePointer<S.Computation>, count: Int, to destination: UnsafeMutablePointer<S>
  ) {
    if S.self == S.Computation.self {
      let destination = unsafe UnsafeMutableRawPointer(destination).assumingMemoryBound(
        to: S.Computation.self)
      for index in 0..<count { unsafe destination[index] += source[index] }
      return
    }
    let scratch = Scratch<S.Computation>(slots: 1, slotSize: min(Blocks.size, count))
    defer { scratch.deallocate() }
    let sums = scratch[0]
    Blocks.forEach(in: 0..<count) { range in
      let (source, destination) = unsafe (source + range.lowerBound, destination + range.lowerBound)
      unsafe load(destination, stride: 1, count: range.count, to: sums.pointer)
      for index in 0..<range.count { unsafe sums[index] += source[index] }
      unsafe store(sums.pointer, count: range.count, to: destination)
    }
  }

  /// - Returns: Whether there are formulas for the type.
  private static func loadByKernel<S: LossScalar>(
    _ source: UnsafePointer<S>, stride: Int, count: Int, to destination: UnsafeMutablePointer<S.Computation>
  ) -> Bool {
    if S.self == BFloat16.self, stride == 1 {
      let kernel = unsafe BFloat16Load(
        source: UnsafeRawPointer(source).assumingMemoryBound(to: BFloat16.self), count: count,
        destination: UnsafeMutableRawPointer(destination).assumingMemoryBound(to: Float.self))
      kernel(elements: count)
      return true
    }
    #if arch(x86_64)
      guard hasFormulas(S.self) else { return false }
      let source = unsafe UnsafeRawPointer(source).assumingMemoryBound(to: Int16.self)
      let destination = unsafe UnsafeMutableRawPointer(destination).assumingMemoryBound(to: Float.self)
      let whole = count / size * size
      @inline(__always) func numbers(from index: Int, count: Int) -> SIMD8<Float> {
        var patterns = SIMD8<Int16>()
        for lane in 0..<count { unsafe patterns[lane] = source[(index &+ lane) &* stride] }
        return SIMD8(halfPatterns: patterns)
      }
      if stride == 1 {
        unsafe HalfLoad(source: source, count: whole, destination: destination)(elements: whole * formulaCost)
      } else {
        forEach(of: whole) { index in
          unsafe store(numbers(from: index, count: size), to: destination + index)
        }
      }
      let last = numbers(from: whole, count: count - whole)
      for lane in 0..<count - whole { unsafe destination[whole + lane] = last[lane] }
      return true
    #else
      return false
    #endif
  }

  /// - Returns: Whether there are formulas for the type.
  private static func storeByKernel<S: LossScalar>(
    _ source: UnsafePointer<S.Computation>, count: Int, to destination: UnsafeMutablePointer<S>
  ) -> Bool {
    if S.self == BFloat16.self {
      let kernel = unsafe BFloat16Store(
        source: UnsafeRawPointer(source).assumingMemoryBound(to: Float.self), count: count,
        destination: UnsafeMutableRawPointer(destination).assumingMemoryBound(to: BFloat16.self))
      kernel(elements: count)
      return true
    }
    #if arch(x86_64)
      guard hasFormulas(S.self) else { return false }
      let source = unsafe UnsafeRawPointer(source).assumingMemoryBound(to: Float.self)
      let destination = unsafe UnsafeMutableRawPointer(destination).assumingMemoryBound(to: Int16.self)
      let whole = count / size * size
      unsafe HalfStore(source: source, count: whole, destination: destination)(elements: whole * formulaCost)
      var last = SIMD8<Float>()
      for lane in 0..<count - whole { unsafe last[lane] = source[whole + lane] }
      let patterns = last.halfPatterns
      for lane in 0..<count - whole { unsafe destination[whole + lane] = patterns[lane] }
      return true
    #else
      return false
    #endif
  }

  #if arch(x86_64)
    @inlinable
    static var size: Int { 8 }

    /// How many elements of other kernels the formula for one number takes as long as, about.
    private static var formulaCost: Int { 4 }

    /// Whether the type is `Float16`. Where the platform lacks it, `HalfPrecision` is another name for `Float`.
    private static func hasFormulas<S: LossScalar>(_: S.Type) -> Bool {
      S.self == HalfPrecision.self && S.self != S.Computation.self
    }

    /// Calls `body` with the first index of each eight.
    @export(implementation) @inline(__always)
    static func forEach(of count: Int, _ body: (_ index: Int) -> Void) {
      var index = 0
      while index < count {
        body(index)
        index &+= size
      }
    }

    @export(implementation) @inline(__always)
    static func load<Lane>(_ source: UnsafePointer<Lane>) -> SIMD8<Lane> {
      unsafe UnsafeRawPointer(source).loadUnaligned(as: SIMD8<Lane>.self)
    }

    @export(implementation) @inline(__always)
    static func store<Lane>(_ lanes: SIMD8<Lane>, to destination: UnsafeMutablePointer<Lane>) {
      unsafe UnsafeMutableRawPointer(destination).storeBytes(of: lanes, as: SIMD8<Lane>.self)
    }
  #endif
}

#if arch(x86_64)
  /// Converts a multiple of eight numbers from the bits of half precision.
  @safe @usableFromInline
  package struct HalfLoad: Kernel {
    @usableFromInline let source: UnsafePointer<Int16>
    @usableFromInline let count: Int
    @usableFromInline let destination: UnsafeMutablePointer<Float>

    @export(implementation) @inline(__always)
    package func run() {
      Conversion.forEach(of: count) { index in
        unsafe Conversion.store(SIMD8(halfPatterns: Conversion.load(source + index)), to: destination + index)
      }
    }

    // Processors with wide vectors have an instruction for this.
    @export(implementation) @inline(__always)
    package func runWide() {
      let source = unsafe UnsafeRawPointer(source).assumingMemoryBound(to: HalfPrecision.self)
      for index in 0..<count { unsafe destination[index] = Float(source[index]) }
    }
  }

  /// Rounds a multiple of eight numbers to half precision, as bits.
  @safe @usableFromInline
  package struct HalfStore: Kernel {
    @usableFromInline let source: UnsafePointer<Float>
    @usableFromInline let count: Int
    @usableFromInline let destination: UnsafeMutablePointer<Int16>

    @export(implementation) @inline(__always)
    package func run() {
      Conversion.forEach(of: count) { index in
        unsafe Conversion.store(Conversion.load(source + index).halfPatterns, to: destination + index)
      }
    }

    @export(implementation) @inline(__always)
    package func runWide() {
      let destination = unsafe UnsafeMutableRawPointer(destination).assumingMemoryBound(
        to: HalfPrecision.self)
      for index in 0..<count { unsafe destination[index] = HalfPrecision(source[index]) }
    }
  }
#endif

/// Converts contiguous numbers from `BFloat16`.
@safe @usableFromInline
package struct BFloat16Load: Kernel {
  @usableFromInline let source: UnsafePointer<BFloat16>
  @usableFromInline let count: Int
  @usableFromInline let destination: UnsafeMutablePointer<Float>

  @export(implementation) @inline(__always)
  package func run() {
    for index in 0..<count { unsafe destination[index] = Float(source[index]) }
  }
}

/// Rounds contiguous numbers to `BFloat16`.
@safe @usableFromInline
package struct BFloat16Store: Kernel {
  @usableFromInline let source: UnsafePointer<Float>
  @usableFromInline let count: Int
  @usableFromInline let destination: UnsafeMutablePointer<BFloat16>

  @export(implementation) @inline(__always)
  package func run() {
    for index in 0..<count { unsafe destination[index] = BFloat16(source[index]) }
  }
}
