public import RealMath
internal import Tensors

/// Two vectors of the same length, element by element, in loops that vectorise.
///
/// - Precondition: The memory that it is made from outlives it.
@safe @frozen @usableFromInline
package struct VectorPair<C: RealScalar> {
  @usableFromInline package let count: Int
  @usableFromInline let first: UnsafeBufferPointer<C>
  @usableFromInline let second: UnsafeBufferPointer<C>

  @export(implementation) @inline(__always)
  package init(_ first: Span<C>, _ second: Span<C>) {
    if first.count != second.count { VectorLengths.stop(first.count, second.count) }
    count = first.count
    unsafe self.first = first.withUnsafeBufferPointer { unsafe $0 }
    unsafe self.second = second.withUnsafeBufferPointer { unsafe $0 }
  }

  @export(implementation) @inline(__always)
  package init(_ first: UncheckedBuffer<C>, _ second: UncheckedBuffer<C>, count: Int) {
    self.count = count
    unsafe self.first = UnsafeBufferPointer(start: first.pointer, count: count)
    unsafe self.second = UnsafeBufferPointer(start: second.pointer, count: count)
  }

  /// Returns the sum of the terms. Differences of `Float`s are exact in `Double`, so that the distances of vectors far
  /// from the origin can be told apart.
  @export(implementation) @inline(__always)
  package func sum(_ term: (Double, Double) -> Double) -> Double {
    Summation.sum(count: count) { unsafe term(Double(first[$0]), Double(second[$0])) }
  }

  /// Returns the largest of the terms and 0, or NaN if a term is NaN.
  @export(implementation) @inline(__always)
  package func largest(_ term: (Double, Double) -> Double) -> Double {
    let largest = Lanes.reduce(
      count: count, 0, { $1 > $0 ? $1 : $0 }, { unsafe term(Double(first[$0]), Double(second[$0])) })
    return sum(term).isNaN ? .nan : largest
  }

  /// The largest magnitude in each of the vectors, or NaN.
  @export(implementation) @inline(__always)
  package var largestMagnitudes: (Double, Double) {
    var largest = (0.0, 0.0)
    for index in 0..<count {
      let (x, y) = unsafe (Double(first[index]).magnitude, Double(second[index]).magnitude)
      largest.0 = largest.0 >= x || largest.0.isNaN ? largest.0 : x
      largest.1 = largest.1 >= y || largest.1.isNaN ? largest.1 : y
    }
    return largest
  }

  /// Returns ‖a‖², a·b and ‖b‖² in `Double`, of vectors that are multiplied by these scales first.
  @export(implementation) @inline(__always)
  package func products(scaledBy scales: (first: Double, second: Double)) -> (Double, Double, Double) {
    // Two sums of four, since an addition takes longer than it takes until the next can begin.
    var (eightSquares1, eightProducts, eightSquares2) = (
      SIMD8<Double>.zero, SIMD8<Double>.zero, SIMD8<Double>.zero
    )
    var index = 0
    while index &+ 8 <= count {
      let x = unsafe SIMD8(lowHalf: four(first, from: index), highHalf: four(first, from: index &+ 4))
      let y = unsafe SIMD8(lowHalf: four(second, from: index), highHalf: four(second, from: index &+ 4))
      let (scaledX, scaledY) = (x * scales.first, y * scales.second)
      eightSquares1 += scaledX * scaledX
      eightProducts += scaledX * scaledY
      eightSquares2 += scaledY * scaledY
      index &+= 8
    }
    var squares1 = eightSquares1.lowHalf + eightSquares1.highHalf
    var products = eightProducts.lowHalf + eightProducts.highHalf
    var squares2 = eightSquares2.lowHalf + eightSquares2.highHalf
    if index &+ 4 <= count {
      let x = unsafe four(first, from: index) * scales.first
      let y = unsafe four(second, from: index) * scales.second
      squares1 += x * x
      products += x * y
      squares2 += y * y
      index &+= 4
    }
    var (square1, product, square2) = (squares1.sum(), products.sum(), squares2.sum())
    while index < count {
      let x = unsafe Double(first[index]) * scales.first
      let y = unsafe Double(second[index]) * scales.second
      square1 += x * x
      product += x * y
      square2 += y * y
      index &+= 1
    }
    return (square1, product, square2)
  }

  /// The number of elements up to which the products of four pairs are found at once.
  @inlinable
  package static var longestOfFour: Int { 8 }

  /// Returns the products of four pairs, one after another in memory, each as `products(scaledBy:)` finds them.
  @export(implementation) @inline(__always)
  package static func productsOfFour(
    _ first: UncheckedBuffer<C>, _ second: UncheckedBuffer<C>, count: Int
  ) -> (SIMD4<Double>, SIMD4<Double>, SIMD4<Double>) {
    @inline(__always) func element(_ vectors: UncheckedBuffer<C>, _ index: Int) -> SIMD4<Double> {
      SIMD4(
        Double(vectors[index]), Double(vectors[index &+ count]), Double(vectors[index &+ 2 &* count]),
        Double(vectors[index &+ 3 &* count]))
    }
    var (squares1, products, squares2) = (SIMD4<Double>.zero, SIMD4<Double>.zero, SIMD4<Double>.zero)
    @inline(__always) func add(
      _ index: Int, to sums: inout (SIMD4<Double>, SIMD4<Double>, SIMD4<Double>)
    ) {
      let (x, y) = (element(first, index), element(second, index))
      sums.0 += x * x
      sums.1 += x * y
      sums.2 += y * y
    }
    // Each lane of a pair's sums of four elements is a sum of its own, and they are added in their order.
    let whole = count & ~3
    for lane in 0..<min(whole, 4) {
      var sums = (SIMD4<Double>.zero, SIMD4<Double>.zero, SIMD4<Double>.zero)
      var index = lane
      while index < whole {
        add(index, to: &sums)
        index &+= 4
      }
      squares1 += sums.0
      products += sums.1
      squares2 += sums.2
    }
    var sums = (squares1, products, squares2)
    for index in whole..<count { add(index, to: &sums) }
    return sums
  }

  @export(implementation) @inline(__always)
  func four(_ vector: UnsafeBufferPointer<C>, from index: Int) -> SIMD4<Double> {
    unsafe SIMD4(
      Double(vector[index]), Double(vector[index &+ 1]), Double(vector[index &+ 2]),
      Double(vector[index &+ 3]))
  }

  /// Adds the terms to both gradients.
  @export(implementation) @inline(__always)
  package func add(
    to firstGradient: inout MutableSpan<C>, _ secondGradient: inout MutableSpan<C>,
    _ terms: (C, C) -> (C, C)
  ) {
    if firstGradient.count != count || secondGradient.count != count {
      VectorLengths.stop(count, gradients: firstGradient.count, secondGradient.count)
    }
    unsafe firstGradient.withUnsafeMutableBufferPointer { firstGradient in
      unsafe secondGradient.withUnsafeMutableBufferPointer { secondGradient in
        for index in 0..<count {
          let (x, y) = unsafe terms(first[index], second[index])
          unsafe firstGradient[index] += x
          unsafe secondGradient[index] += y
        }
      }
    }
  }
}

/// Stops the program where vectors that belong together have different lengths.
// Not inlined, nor specialised: what never happens costs no room in a kernel.
@usableFromInline
enum VectorLengths {
  @inline(never) @usableFromInline
  static func stop(_ first: Int, _ second: Int) -> Never {
    Tensors.stop("vectors of \(first) and \(second) elements")
  }

  @inline(never) @usableFromInline
  static func stop(_ count: Int, gradients first: Int, _ second: Int) -> Never {
    Tensors.stop("vectors of \(count) elements with gradients of \(first) and \(second)")
  }
}
