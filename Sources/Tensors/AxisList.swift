/// The lengths of a tensor's axes, outermost first. The shape `[]` is that of a single number.
public typealias Shape = AxisList

/// The distance in memory, in elements, between neighbours along each axis. Negative when an axis runs
/// backwards, zero when one element stands for the whole axis.
public typealias Strides = AxisList

/// One integer for each axis of a tensor, for up to eight axes, held without heap memory.
///
///     let shape: Shape = [2, 3]
///     shape.count         // 2, the rank
///     shape.elementCount  // 6
@frozen
public struct AxisList: Sendable {
  /// The largest number of axes a tensor can have.
  public static var maximumRank: Int { 8 }

  @usableFromInline var values: SIMD8<Int>

  @usableFromInline var rank: Int

  /// No axes.
  @inlinable
  public init() { self.init(repeating: 0, count: 0) }

  /// `count` times the same value.
  ///
  /// - Precondition: `count` is in `0...maximumRank`.
  @inlinable
  public init(repeating value: Int, count: Int) {
    require(
      0...Self.maximumRank ~= count,
      "a tensor of \(count) axes was asked for, but at most \(Self.maximumRank) are possible"
    )
    values = .zero
    rank = count
    for axis in 0..<count { values[axis] = value }
  }

  /// One value for each axis, the outermost first.
  ///
  /// - Precondition: `elements` has at most `maximumRank` elements.
  @inlinable
  public init(_ elements: some Collection<Int>) {
    self.init(repeating: 0, count: elements.count)
    for (axis, element) in elements.enumerated() { values[axis] = element }
  }

  /// The product of the lengths: 1 for a rank of 0.
  ///
  /// - Precondition: the product fits in `Int`.
  @inlinable
  public var elementCount: Int {
    guard let product = elementCountIfRepresentable else {
      stop("the element count of shape \(self) does not fit in Int")
    }
    return product
  }

  /// The product of the lengths, or `nil` if it does not fit in `Int`. A length of 0 makes it 0.
  @inlinable
  package var elementCountIfRepresentable: Int? {
    var product = 1
    var overflows = false
    for axis in 0..<count {
      if values[axis] == 0 { return 0 }
      let (next, overflow) = product.multipliedReportingOverflow(by: values[axis])
      product = next
      overflows = overflows || overflow
    }
    return overflows ? nil : product
  }

  /// The strides of this shape in row-major order: the last axis is the one whose elements are adjacent.
  @inlinable
  package var rowMajorStrides: Strides {
    var strides = self
    var stride = 1
    for axis in (0..<count).reversed() {
      strides.values[axis] = stride
      stride &*= Swift.max(values[axis], 1)
    }
    return strides
  }

  /// The indices, along each axis of this shape, of the element that is at `position` in row-major order.
  @usableFromInline
  package func index(ofElement position: Int) -> AxisList {
    var index = self
    var rest = position
    for axis in indices.reversed() {
      (rest, index[axis]) = rest.quotientAndRemainder(dividingBy: self[axis])
    }
    return index
  }

  @inlinable
  package mutating func append(_ value: Int) { insert(value, at: count) }

  @usableFromInline
  package mutating func insert(_ value: Int, at position: Int) {
    require(count < Self.maximumRank, "a tensor has at most \(Self.maximumRank) axes")
    for axis in (position..<count).reversed() { values[axis + 1] = values[axis] }
    values[position] = value
    rank += 1
  }

  @discardableResult
  package mutating func remove(at position: Int) -> Int {
    let removed = self[position]
    for axis in position..<count - 1 { values[axis] = values[axis + 1] }
    values[count - 1] = 0
    rank -= 1
    return removed
  }
}

// Not a mutable collection: the compiler could hardly type-check arithmetic with the axes of an index, for the subscripts
// that one has besides.
extension AxisList: RandomAccessCollection {
  @inlinable public var startIndex: Int { 0 }
  @inlinable public var endIndex: Int { rank }

  /// The number of axes.
  @inlinable public var count: Int { rank }

  @inlinable
  public subscript(axis: Int) -> Int {
    get {
      require(axis >= 0 && axis < count, "axis \(axis) of a list of \(count) axes")
      return values[axis]
    }
    set {
      require(axis >= 0 && axis < count, "axis \(axis) of a list of \(count) axes")
      values[axis] = newValue
    }
  }

  /// Exchanges the values of two axes.
  @inlinable
  public mutating func swapAt(_ axis: Int, _ otherAxis: Int) {
    (self[axis], self[otherAxis]) = (self[otherAxis], self[axis])
  }
}

extension AxisList: ExpressibleByArrayLiteral {
  @inlinable
  public init(arrayLiteral elements: Int...) { self.init(elements) }
}

extension AxisList: Hashable {}

extension AxisList: CustomStringConvertible {
  public var description: String { "[\(map { $0.description }.joined(separator: ", "))]" }
}
