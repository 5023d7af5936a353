public import RealMath
internal import Tensors

/// The checks of arguments, each with the error it throws. All are made before a driver computes anything.
enum Check {
  static func shape<T>(of tensor: Tensor<T>, named name: String, is expected: Shape) throws(LossError) {
    try shape(tensor.shape, named: name, is: expected)
  }

  static func shape(_ shape: Shape, named name: String, is expected: Shape) throws(LossError) {
    if shape != expected { throw .shapeMismatch(argument: name, shape: shape, expected: expected) }
  }

  /// The tensor broadcast to `shape`; an absent one stays absent.
  static func broadcast<T>(
    ifPresent tensor: Tensor<T>?, named name: String, to shape: Shape
  ) throws(LossError) -> Tensor<T>? {
    guard let tensor else { return nil }
    return try broadcast(tensor, named: name, to: shape)
  }

  /// The tensor broadcast to `shape`.
  static func broadcast<T>(
    _ tensor: Tensor<T>, named name: String, to shape: Shape
  ) throws(LossError) -> Tensor<T> {
    guard tensor.shape.isBroadcastable(to: shape) else {
      throw .notBroadcastable(argument: name, shape: tensor.shape, to: shape)
    }
    return tensor.broadcast(to: shape)
  }

  /// A call may need eight numbers for each element, whose size in bytes has to fit in `Int`.
  private static var largestCount: Int { .max / 64 }

  /// A shape must be one for which there could be memory. Views may have any: they can repeat one element.
  ///
  /// Lengths of 0 do not count, since there may be results for the others, or weights.
  static func size(of shape: Shape, named name: String) throws(LossError) {
    var product = 1
    for length in shape where length > 0 {
      let (next, overflows) = product.multipliedReportingOverflow(by: length)
      guard !overflows, next <= largestCount else {
        throw .unsupportedShape(
          argument: name, shape: shape,
          requirement: "the product of the lengths, but for those of 0, can be \(largestCount) at most")
      }
      product = next
    }
  }

  /// The axis that is meant by one that may count from the end.
  static func axis(_ axis: Int, of shape: Shape) throws(LossError) -> Int {
    // A single number counts as a list of one.
    let rank = max(shape.count, 1)
    guard -rank..<rank ~= axis else { throw .axisOutOfRange(axis: axis, rank: shape.count) }
    return axis < 0 ? axis + rank : axis
  }

  /// An upstream must have the shape of the output.
  static func upstream<T>(
    _ upstream: Tensor<T>?, reduction: Reduction, unreduced shape: Shape
  ) throws(LossError) {
    guard let upstream else { return }
    try Check.shape(of: upstream, named: "upstream", is: reduction == .none ? shape : [])
  }

  /// All elements must lie in `domain`, if there is one. Not-a-number does not, unless it is allowed.
  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  static func elements<S: LossScalar>(
    of tensor: Tensor<S>, named name: String, in domain: ClosedRange<Double>?,
    allowingNaN: Bool = false
  ) throws(LossError) {
    guard let domain else { return }
    typealias C = S.Computation
    let (lowest, highest) = (C(domain.lowerBound), C(domain.upperBound))
    // There are `count` elements in each block.
    let suspects = unsafe tensor.sumOverBlocks { elements, count in
      var difference: C.RawSignificand = 0
      unsafe withUnsafeMutablePointer(to: &difference) { difference in
        unsafe DomainKernel(
          elements: elements, count: count, lowest: lowest, highest: highest, difference: difference)(
            elements: count)
      }
      return difference == 0 ? 0 : 1
    }
    guard suspects > 0 else { return }
    let scalars = tensor.scalars
    guard
      let position = scalars.firstIndex(where: {
        !domain.contains(Double($0)) && !(allowingNaN && $0.isNaN)
      })
    else { return }
    let (lower, upper) = (LossError.text(domain.lowerBound), LossError.text(domain.upperBound))
    throw .valueOutOfRange(
      argument: name, position: tensor.shape.index(ofElement: position), value: Double(scalars[position]),
      requirement: domain.upperBound == .infinity ? "at least \(lower)" : "in \(lower)...\(upper)")
  }
}

/// What tells whether numbers are in a domain: whether their bits stay the same when they are moved inside. Those of
/// NaN do not, nor those of -0 where the domain begins at 0.
@safe @usableFromInline
struct DomainKernel<C: RealScalar>: _Kernel {
  @usableFromInline let elements: UnsafePointer<C>
  @usableFromInline let count: Int
  @usableFromInline let lowest: C
  @usableFromInline let highest: C
  /// Where the differences go, combined by a bitwise *or*.
  @usableFromInline let difference: UnsafeMutablePointer<C.RawSignificand>

  @inlinable @inline(__always)
  func run() {
    var difference: C.RawSignificand = 0
    for index in 0..<count {
      let element = unsafe elements[index]
      let raised = element > lowest ? element : lowest
      difference |= C._difference(raised < highest ? raised : highest, element)
    }
    unsafe self.difference.pointee = difference
  }
}
