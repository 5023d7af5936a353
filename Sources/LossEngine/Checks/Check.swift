public import Tensors

/// The checks of arguments, each with the error it throws. All are made before anything is computed.
@usableFromInline
package enum Check {
  /// Throws unless an argument has the expected shape. The hint is a view of it that has.
  @inlinable
  package static func shape<T>(of tensor: Tensor<T>, named name: String, is expected: Shape) throws(LossError)
  {
    let shape = tensor.shape
    try Check.shape(shape, named: name, is: expected, hint: shape.hint(named: name, toBe: expected))
  }

  /// - Parameter hint: What was probably meant, where the mistake is a known one.
  @usableFromInline
  package static func shape(
    _ shape: Shape, named name: String, is expected: Shape, hint: @autoclosure () -> String? = nil
  ) throws(LossError) {
    if shape == expected { return }
    throw .shapeMismatch(argument: name, shape: shape, expected: expected, hint: hint())
  }

  /// Returns the tensor broadcast to `shape`; an absent one stays absent.
  package static func broadcast<T>(
    ifPresent tensor: Tensor<T>?, named name: String, to shape: Shape
  ) throws(LossError) -> Tensor<T>? {
    guard let tensor else { return nil }
    return try broadcast(tensor, named: name, to: shape)
  }

  /// Returns the tensor broadcast to `shape`.
  package static func broadcast<T>(
    _ tensor: Tensor<T>, named name: String, to shape: Shape
  ) throws(LossError) -> Tensor<T> {
    guard tensor.shape.isBroadcastable(to: shape) else {
      throw .notBroadcastable(argument: name, shape: tensor.shape, to: shape)
    }
    return tensor.broadcast(to: shape)
  }

  /// A call may need eight numbers for each element, whose size in bytes has to fit in `Int`.
  static var largestCount: Int { .max / 64 }

  /// Throws unless there could be memory for a tensor of this shape. A view may have any shape, since it can repeat one
  /// element.
  ///
  /// Lengths of 0 do not count, since there may be results for the others, or weights.
  package static func size(of shape: Shape, named name: String) throws(LossError) {
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

  /// The most scores that are in memory for one row: a gigabyte of `Float`. So many rows, at most, may be without elements.
  static var longestRow: Int { 1 << 28 }

  /// Throws unless there could be memory for a row of so many scores or similarities. Vectors without elements may be of
  /// any number, and views too.
  static func rowLength(_ length: Int, of shape: Shape, named name: String) throws(LossError) {
    if length <= longestRow { return }
    throw .unsupportedShape(
      argument: name, shape: shape, requirement: "a row of them can have \(longestRow) elements at most")
  }

  /// Throws unless so many rows can be gone over where they may be without elements, so that these limit nothing.
  static func rowCount(_ count: Int, of shape: Shape, named name: String) throws(LossError) {
    if count <= longestRow { return }
    throw .unsupportedShape(
      argument: name, shape: shape, requirement: "there can be \(longestRow) rows at most")
  }

  /// Returns the axis that is meant by one that may count from the end.
  package static func axis(_ axis: Int, named name: String = "axis", of shape: Shape) throws(LossError) -> Int
  {
    // A single number counts as a list of one.
    let rank = max(shape.count, 1)
    guard -rank..<rank ~= axis else { throw .axisOutOfRange(argument: name, axis: axis, rank: shape.count) }
    return axis < 0 ? axis + rank : axis
  }
}
