/// The conversion of numbers that are not computed in their own type, eight at a time where there are formulas for
/// that: of half precision on x86-64.
///
/// Who asks for it answers for the memory.
enum Eights {
  /// Converts numbers that lie `stride` apart to the type that is computed in.
  ///
  /// - Returns: How many of the `count`, from the first on.
  @inline(__always)
  static func load<S: LossScalar>(
    _ source: UnsafePointer<S>, stride: Int, count: Int, to destination: UnsafeMutablePointer<S.Computation>
  ) -> Int {
    #if arch(x86_64)
      guard hasFormulas(S.self) else { return 0 }
      let source = unsafe UnsafeRawPointer(source).assumingMemoryBound(to: Int16.self)
      let destination = UnsafeMutableRawPointer(destination)
      func convert(_ patterns: (_ index: Int) -> SIMD8<Int16>) -> Int {
        forEach(of: count) { index in
          unsafe destination.storeBytes(
            of: SIMD8(halfPatterns: patterns(index)), toByteOffset: index &* MemoryLayout<Float>.stride,
            as: SIMD8<Float>.self)
        }
      }
      if stride == 1 {
        return convert { index in
          unsafe UnsafeRawPointer(source + index).loadUnaligned(as: SIMD8<Int16>.self)
        }
      }
      return convert { index in
        var patterns = SIMD8<Int16>()
        for lane in 0..<size { unsafe patterns[lane] = source[(index &+ lane) &* stride] }
        return patterns
      }
    #else
      return 0
    #endif
  }

  /// Rounds numbers that lie one after another to their own type.
  ///
  /// - Returns: How many of the `count`, from the first on.
  @inline(__always)
  static func store<S: LossScalar>(
    _ source: UnsafePointer<S.Computation>, count: Int, to destination: UnsafeMutablePointer<S>
  ) -> Int {
    #if arch(x86_64)
      guard hasFormulas(S.self) else { return 0 }
      let source = unsafe UnsafeRawPointer(source)
      let destination = UnsafeMutableRawPointer(destination)
      return forEach(of: count) { index in
        let numbers = unsafe source.loadUnaligned(
          fromByteOffset: index &* MemoryLayout<Float>.stride, as: SIMD8<Float>.self)
        unsafe destination.storeBytes(
          of: numbers.halfPatterns, toByteOffset: index &* MemoryLayout<Int16>.stride, as: SIMD8<Int16>.self)
      }
    #else
      return 0
    #endif
  }

  #if arch(x86_64)
    private static var size: Int { 8 }

    /// Whether the type is that of half precision; where there is none, a name for `Float` stands for it.
    private static func hasFormulas<S: LossScalar>(_: S.Type) -> Bool {
      S.self == HalfPrecision.self && S.self != S.Computation.self
    }

    /// Calls `body` with the first index of each whole eight, and returns how many indices these are together.
    @inline(__always)
    private static func forEach(of count: Int, _ body: (_ index: Int) -> Void) -> Int {
      let whole = count / size * size
      var index = 0
      while index < whole {
        body(index)
        index &+= size
      }
      return whole
    }
  #endif
}
