public import RealMath
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

  /// Throws unless a hyperparameter has a value that the loss is defined for.
  @usableFromInline
  package static func hyperparameter(_ name: String, _ value: Double, _ range: HyperparameterRange)
    throws(LossError)
  {
    if range.contains(value) { return }
    throw .invalidHyperparameter(name: name, value: value, requirement: range.requirement)
  }

  /// Throws unless a hyperparameter has such a value also when it is rounded to the type that a loss is computed in.
  @usableFromInline
  package static func hyperparameter<C: RealScalar>(
    _ name: String, _ value: Double, _ range: HyperparameterRange, in _: C.Type
  ) throws(LossError) {
    try hyperparameter(name, value, range)
    if range.contains(Double(C(value))) { return }
    throw .invalidHyperparameter(name: name, value: value, requirement: "\(range.requirement) in \(C.self)")
  }

  /// Throws unless a hyperparameter that others are divided by is positive, and has a reciprocal in the type that a loss is
  /// computed in.
  package static func divisor<C: RealScalar>(_ name: String, _ value: Double, in _: C.Type) throws(LossError)
  {
    try hyperparameter(name, value, .positive)
    if isDivisor(value, in: C.self) { return }
    throw .invalidHyperparameter(name: name, value: value, requirement: divisorRequirement(in: C.self))
  }

  static func isDivisor<C: RealScalar>(_ value: Double, in _: C.Type) -> Bool { (1 / C(value)).isFinite }

  static func divisorRequirement<C: RealScalar>(in _: C.Type) -> String {
    "positive, with a reciprocal in \(C.self)"
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

  /// The most scores that are in memory for one row: a gigabyte of `Float`.
  private static var longestRow: Int { 1 << 28 }

  /// Throws unless there could be memory for a row of so many scores or similarities. Vectors without elements may be of
  /// any number, and views too.
  static func rowLength(_ length: Int, of shape: Shape, named name: String) throws(LossError) {
    if length <= longestRow { return }
    throw .unsupportedShape(
      argument: name, shape: shape, requirement: "a row of them can have \(longestRow) elements at most")
  }

  /// Returns the axis that is meant by one that may count from the end.
  package static func axis(_ axis: Int, named name: String = "axis", of shape: Shape) throws(LossError) -> Int
  {
    // A single number counts as a list of one.
    let rank = max(shape.count, 1)
    guard -rank..<rank ~= axis else { throw .axisOutOfRange(argument: name, axis: axis, rank: shape.count) }
    return axis < 0 ? axis + rank : axis
  }

  /// Throws unless all elements lie in `domain`, if there is one, but for those that a mask leaves out. NaN does not,
  /// unless it is allowed.
  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  @specialized(where S == BFloat16)
  package static func elements<S: LossScalar>(
    of tensor: Tensor<S>, named name: String, in domain: ClosedRange<Double>?,
    allowingNaN: Bool = false, where mask: Mask? = nil
  ) throws(LossError) {
    guard let domain else { return }
    typealias C = S.Computation
    let (lowest, highest) = (C(domain.lowerBound), C(domain.upperBound))
    // The first of several that share memory tells for all, unless a mask tells them apart.
    let tensor = mask == nil ? tensor.withoutRepetitions : tensor
    let firstWrong = FirstPosition()
    tensor.forEachBlock { start, elements, count in
      if firstWrong.precedes(start) { return }
      var difference: C.RawSignificand = 0
      unsafe withUnsafeMutablePointer(to: &difference) { difference in
        let kernel = unsafe DomainKernel(
          elements: elements, count: count, lowest: lowest, highest: highest,
          difference: difference)
        kernel(elements: count)
      }
      if difference == 0 { return }
      let isIn = mask?[start..<start + count]
      let index = (0..<count).first {
        !domain.contains(Double(elements[$0])) && !(allowingNaN && elements[$0].isNaN) && isIn?[$0] != 0
      }
      if let index { firstWrong.report(start + index) }
    }
    guard let position = firstWrong.value else { return }
    let index = tensor.shape.index(ofElement: position)
    let (lower, upper) = (LossError.text(domain.lowerBound), LossError.text(domain.upperBound))
    throw .valueOutOfRange(
      argument: name, position: index, value: Double(tensor[index]),
      requirement: domain.upperBound == .infinity ? "at least \(lower)" : "in \(lower)...\(upper)")
  }

  /// Throws if an element of an argument is negative, unless a mask leaves out all elements that it is broadcast to.
  ///
  /// - Parameter aligned: The argument as it is broadcast: it may have a last axis of length 1 more.
  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  @specialized(where S == BFloat16)
  package static func nonNegative<S: LossScalar>(
    _ tensor: Tensor<S>, named name: String, as aligned: Tensor<S>, broadcastTo shape: Shape,
    where mask: Mask?
  ) throws(LossError) {
    let domain = 0...Double.infinity
    if mask == nil { return try elements(of: tensor, named: name, in: domain, allowingNaN: true) }
    do {
      let broadcast = aligned.broadcast(to: shape)
      try elements(of: broadcast, named: name, in: domain, allowingNaN: true, where: mask)
    } catch {
      // Where it is in the argument, which may have fewer elements.
      guard case .valueOutOfRange(_, let position, let value, let requirement) = error else { throw error }
      let place = zip(position.suffix(aligned.rank), aligned.shape).map { $1 == 1 ? 0 : $0 }
      throw .valueOutOfRange(
        argument: name, position: Shape(place.prefix(tensor.rank)), value: value, requirement: requirement)
    }
  }
}

extension Shape {
  /// Returns how an argument of this shape would have the expected one, if that is likely to be meant.
  @usableFromInline
  func hint(named name: String, toBe expected: Shape) -> String? {
    if filter({ $0 != 1 }) == expected.filter({ $0 != 1 }) {
      return "did you mean \(name).reshaped(to: \(expected))?"
    }
    if count == 2, expected == [self[1], self[0]] { return "did you mean \(name).transposed()?" }
    if isBroadcastable(to: expected) { return "did you mean \(name).broadcast(to: \(expected))?" }
    return asFirstAxes(of: expected).map {
      "did you mean \(name).reshaped(to: \($0)).broadcast(to: \(expected))?"
    }
  }

  /// Returns the shape with axes of length 1 behind it, if it is that of the first axes of another.
  func asFirstAxes(of other: Shape) -> Shape? {
    if isEmpty || count >= other.count || !other.starts(with: self) { return nil }
    return Shape(Array(self) + [Int](repeating: 1, count: other.count - count))
  }
}

/// The values that a hyperparameter may have. None may be NaN.
@usableFromInline
package enum HyperparameterRange {
  /// Any number, ±∞ included.
  case number
  /// Any number but ±∞.
  case finite
  /// At least 0, ∞ included.
  case nonNegative
  /// At least 0, but not ∞.
  case finiteNonNegative
  /// More than 0, ∞ included.
  case positive
  /// A probability.
  case unit

  fileprivate var requirement: String {
    switch self {
    case .number: "a number"
    case .finite: "finite"
    case .nonNegative: "at least 0"
    case .finiteNonNegative: "at least 0 and finite"
    case .positive: "positive"
    case .unit: "in 0...1"
    }
  }

  fileprivate func contains(_ value: Double) -> Bool {
    switch self {
    case .number: !value.isNaN
    case .finite: value.isFinite
    case .nonNegative: value >= 0
    case .finiteNonNegative: value >= 0 && value.isFinite
    case .positive: value > 0
    case .unit: 0...1 ~= value
    }
  }
}

/// Compares numbers with a domain: moving them inside changes the bits of those that are not.
///
/// It also changes those of NaN, and of −0 where the domain begins at 0.
@safe @usableFromInline
package struct DomainKernel<C: RealScalar>: Kernel {
  @usableFromInline let elements: UncheckedBuffer<C>
  @usableFromInline let count: Int
  @usableFromInline let lowest: C
  @usableFromInline let highest: C
  /// Where the differences of the bits go, combined by a bitwise *or*.
  @usableFromInline let difference: UnsafeMutablePointer<C.RawSignificand>

  @export(implementation) @inline(__always)
  package func run() {
    var difference: C.RawSignificand = 0
    for index in 0..<count {
      let element = elements[index]
      let raised = element > lowest ? element : lowest
      difference |= C.Traits.difference(raised < highest ? raised : highest, element)
    }
    unsafe self.difference.pointee = difference
  }
}
