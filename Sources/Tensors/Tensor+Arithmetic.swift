// Enough arithmetic for a training step: sums and products of tensors of one shape, and with a number, which may be a
// tensor of rank 0. Nothing else is broadcast.
//
// A literal can be a tensor, and the compiler has to find out which ones are. So that `2 * x + 1` stays a number where x
// is one, and an expression of many numbers is not ambiguous, an operator with a number asks for a `TensorOperand`,
// which no literal is, and those of two tensors are disfavoured.

/// A tensor that is not written as a literal: what operators with a number take. Only `Tensor` conforms to it.
public protocol TensorOperand<Scalar> {
  /// The type of the elements.
  associatedtype Scalar: TensorScalar

  /// The tensor itself.
  var tensor: Tensor<Scalar> { get }
}

extension Tensor: TensorOperand {
  @inlinable public var tensor: Tensor { self }
}

extension TensorOperand where Scalar: Numeric {
  /// Each element plus a number.
  @inlinable
  public static func + (left: Self, number: Scalar) -> Tensor<Scalar> { left.tensor.updated { $0 + number } }

  /// A number plus each element.
  @inlinable
  public static func + (number: Scalar, right: Self) -> Tensor<Scalar> {
    right.tensor.updated { number + $0 }
  }

  /// Each element minus a number.
  @inlinable
  public static func - (left: Self, number: Scalar) -> Tensor<Scalar> { left.tensor.updated { $0 - number } }

  /// A number minus each element.
  @inlinable
  public static func - (number: Scalar, right: Self) -> Tensor<Scalar> {
    right.tensor.updated { number - $0 }
  }

  /// Each element times a number.
  @inlinable
  public static func * (left: Self, number: Scalar) -> Tensor<Scalar> { left.tensor.updated { $0 * number } }

  /// A number times each element.
  @inlinable
  public static func * (number: Scalar, right: Self) -> Tensor<Scalar> {
    right.tensor.updated { number * $0 }
  }
}

extension TensorOperand where Scalar: SignedNumeric {
  /// Each element with its sign changed.
  @inlinable
  public static prefix func - (tensor: Self) -> Tensor<Scalar> { tensor.tensor.updated { -$0 } }
}

extension TensorOperand where Scalar: FloatingPoint {
  /// Each element divided by a number.
  @inlinable
  public static func / (left: Self, number: Scalar) -> Tensor<Scalar> { left.tensor.updated { $0 / number } }

  /// A number divided by each element.
  @inlinable
  public static func / (number: Scalar, right: Self) -> Tensor<Scalar> {
    right.tensor.updated { number / $0 }
  }
}

extension Tensor where Scalar: Numeric {
  /// The sums of elements at the same index.
  ///
  /// - Precondition: Both tensors have the same shape, or one has rank 0.
  @_disfavoredOverload @inlinable
  public static func + (left: Tensor, right: Tensor) -> Tensor { left.combined(right, +) }

  /// The differences of elements at the same index.
  ///
  /// - Precondition: Both tensors have the same shape, or one has rank 0.
  @_disfavoredOverload @inlinable
  public static func - (left: Tensor, right: Tensor) -> Tensor { left.combined(right, -) }

  /// The products of elements at the same index.
  ///
  /// - Precondition: Both tensors have the same shape, or one has rank 0.
  @_disfavoredOverload @inlinable
  public static func * (left: Tensor, right: Tensor) -> Tensor { left.combined(right, *) }

  /// Adds the elements of another tensor to those at the same index.
  ///
  ///     var weights: Tensor<Float> = [1, 2]
  ///     let gradient: Tensor<Float> = [5, -10]
  ///     weights -= 0.1 * gradient
  ///     weights  // [0.5, 3.0]
  ///
  /// - Precondition: Both tensors have the same shape, or the other has rank 0.
  @_disfavoredOverload @inlinable
  public static func += (left: inout Tensor, right: Tensor) { left.combine(right, +) }

  /// Adds a number to each element.
  @inlinable
  public static func += (tensor: inout Tensor, number: Scalar) { tensor.update { $0 + number } }

  /// Subtracts the elements of another tensor from those at the same index.
  ///
  /// - Precondition: Both tensors have the same shape, or the other has rank 0.
  @_disfavoredOverload @inlinable
  public static func -= (left: inout Tensor, right: Tensor) { left.combine(right, -) }

  /// Subtracts a number from each element.
  @inlinable
  public static func -= (tensor: inout Tensor, number: Scalar) { tensor.update { $0 - number } }

  /// Multiplies the elements by those of another tensor at the same index.
  ///
  /// - Precondition: Both tensors have the same shape, or the other has rank 0.
  @_disfavoredOverload @inlinable
  public static func *= (left: inout Tensor, right: Tensor) { left.combine(right, *) }

  /// Multiplies each element by a number.
  @inlinable
  public static func *= (tensor: inout Tensor, number: Scalar) { tensor.update { $0 * number } }
}

extension Tensor where Scalar: FloatingPoint {
  /// The quotients of elements at the same index.
  ///
  /// - Precondition: Both tensors have the same shape, or one has rank 0.
  @_disfavoredOverload @inlinable
  public static func / (left: Tensor, right: Tensor) -> Tensor { left.combined(right, /) }

  /// Divides the elements by those of another tensor at the same index.
  ///
  /// - Precondition: Both tensors have the same shape, or the other has rank 0.
  @_disfavoredOverload @inlinable
  public static func /= (left: inout Tensor, right: Tensor) { left.combine(right, /) }

  /// Divides each element by a number.
  @inlinable
  public static func /= (tensor: inout Tensor, number: Scalar) { tensor.update { $0 / number } }
}

extension Tensor where Scalar: Numeric {
  /// Returns the sum of the elements: 0 if there are none.
  ///
  /// - Precondition: Where the elements are integers, all partial sums fit in their type.
  @inlinable
  public func sum() -> Scalar { withSpan { elements in elements.indices.reduce(0) { $0 + elements[$1] } } }
}

extension Tensor where Scalar: BinaryFloatingPoint {
  /// Returns the sum of the elements: 0 if there are none.
  ///
  ///     let gradient: Tensor<Float> = [3, -4]
  ///     (gradient * gradient).sum().squareRoot()  // 5.0, the norm
  ///
  /// It is computed in `Double` and rounded once.
  @inlinable
  public func sum() -> Scalar {
    // The standard library does not know `BFloat16`, and would convert it bit by bit.
    if let tensor = self as? Tensor<BFloat16> { return Scalar(tensor.sum { Double($0) }) }
    return Scalar(sum { Double($0) })
  }

  /// Returns the sum of what a closure makes of the elements.
  @inlinable @inline(__always)
  func sum(_ number: (Scalar) -> Double) -> Double {
    withSpan { elements in elements.indices.reduce(0.0) { $0 + number(elements[$1]) } }
  }
}

// The operations are arguments of functions that are inlined and have plain loops over spans, in which the compiler
// knows them. The loops run to the smallest count, so that it leaves out the check of each index.
extension Tensor {
  /// Combines each element with the one of another tensor at the same index, or with a number, or a number with each.
  @inlinable @inline(__always)
  func combined(_ other: Tensor, _ operation: (Scalar, Scalar) -> Scalar) -> Tensor {
    if other.rank == 0 {
      let number = other.item
      return updated { operation($0, number) }
    }
    if rank == 0 {
      let number = item
      return other.updated { operation(number, $0) }
    }
    if shape != other.shape { failForShapes(shape, other.shape) }
    var result = Tensor(uninitialized: shape)
    withSpan { first in
      other.withSpan { second in
        result.withMutableSpan { results in
          for index in 0..<min(first.count, second.count, results.count) {
            results[index] = operation(first[index], second[index])
          }
        }
      }
    }
    return result
  }

  /// Combines each element with the one of another tensor at the same index, or with a number, in place.
  @inlinable @inline(__always)
  mutating func combine(_ other: Tensor, _ operation: (Scalar, Scalar) -> Scalar) {
    if other.rank == 0 {
      let number = other.item
      return update { operation($0, number) }
    }
    if shape != other.shape { failForShapes(shape, other.shape) }
    other.withSpan { others in
      withMutableSpan { elements in
        for index in 0..<min(elements.count, others.count) {
          elements[index] = operation(elements[index], others[index])
        }
      }
    }
  }

  /// The tensor of the changed elements.
  @inlinable @inline(__always)
  func updated(_ change: (Scalar) -> Scalar) -> Tensor {
    var result = Tensor(uninitialized: shape)
    withSpan { elements in
      result.withMutableSpan { results in
        for index in 0..<min(elements.count, results.count) { results[index] = change(elements[index]) }
      }
    }
    return result
  }

  /// Changes each element.
  @inlinable @inline(__always)
  mutating func update(_ change: (Scalar) -> Scalar) {
    withMutableSpan { elements in
      for index in elements.indices { elements[index] = change(elements[index]) }
    }
  }
}

@inline(never) @usableFromInline
func failForShapes(_ left: Shape, _ right: Shape) -> Never {
  stop("arithmetic with tensors of the shapes \(left) and \(right), which must be equal")
}
