extension Tensor {
  /// A part of a tensor written as a literal: a number or `Bool`, or a list of parts.
  ///
  /// It has no uses but literals. Where the elements are not literals themselves, make the tensor from
  /// arrays: `Tensor([x, y])` or `Tensor([[x, y], [y, x]])`.
  public enum Literal {
    /// A number or a `Bool`.
    case scalar(Scalar)
    /// A list of parts, along an axis more than they have.
    case list([Literal])
  }

  /// The tensor that a nested literal spells, of as many axes as it is deep.
  ///
  ///     let matrix: Tensor<Float> = [[1, 2, 3], [4, 5, 6]]
  ///     let mask: Tensor<Bool> = [true, false]
  ///
  /// - Precondition: lists at one depth are of one length, and there are at most eight depths.
  @inlinable
  public init(_ literal: Literal) {
    let shape = literal.shape
    var scalars: [Scalar] = []
    scalars.reserveCapacity(shape.elementCount)
    literal.append(to: &scalars, shape: shape, depth: 0)
    self.init(whole: scalars, shape: shape)
  }
}

extension Tensor.Literal {
  /// The lengths of the lists that are first at each depth.
  @inlinable
  var shape: Shape {
    var shape: Shape = []
    var part = self
    while case .list(let parts) = part {
      shape.append(parts.count)
      guard let first = parts.first else { break }
      part = first
    }
    return shape
  }

  /// Appends the scalars, checking that this part, which lies `depth` lists deep, is as `shape` says.
  @inlinable
  func append(to scalars: inout [Scalar], shape: Shape, depth: Int) {
    switch self {
    case .scalar(let scalar):
      require(depth == shape.count, "a ragged literal: an element where a list was expected")
      scalars.append(scalar)
    case .list(let parts):
      require(depth < shape.count, "a ragged literal: a list where an element was expected")
      require(
        parts.count == shape[depth],
        "a ragged literal: lists of \(shape[depth]) and of \(parts.count) elements along axis \(depth)"
      )
      for part in parts { part.append(to: &scalars, shape: shape, depth: depth + 1) }
    }
  }
}

extension Tensor: ExpressibleByArrayLiteral {
  @inlinable
  public init(arrayLiteral elements: Literal...) { self.init(.list(elements)) }
}

extension Tensor.Literal: ExpressibleByArrayLiteral {
  @inlinable
  public init(arrayLiteral elements: Tensor.Literal...) { self = .list(elements) }
}

extension Tensor: ExpressibleByIntegerLiteral where Scalar: ExpressibleByIntegerLiteral {
  @inlinable
  public init(integerLiteral value: Scalar.IntegerLiteralType) {
    self.init(Scalar(integerLiteral: value))
  }
}

extension Tensor.Literal: ExpressibleByIntegerLiteral where Scalar: ExpressibleByIntegerLiteral {
  @inlinable
  public init(integerLiteral value: Scalar.IntegerLiteralType) {
    self = .scalar(Scalar(integerLiteral: value))
  }
}

extension Tensor: ExpressibleByFloatLiteral where Scalar: ExpressibleByFloatLiteral {
  @inlinable
  public init(floatLiteral value: Scalar.FloatLiteralType) {
    self.init(Scalar(floatLiteral: value))
  }
}

extension Tensor.Literal: ExpressibleByFloatLiteral where Scalar: ExpressibleByFloatLiteral {
  @inlinable
  public init(floatLiteral value: Scalar.FloatLiteralType) {
    self = .scalar(Scalar(floatLiteral: value))
  }
}

extension Tensor.Literal where Scalar: FloatingPoint {
  /// Positive infinity.
  @inlinable public static var infinity: Tensor.Literal { .scalar(.infinity) }

  /// A quiet NaN.
  @inlinable public static var nan: Tensor.Literal { .scalar(.nan) }

  /// π, rounded toward zero.
  @inlinable public static var pi: Tensor.Literal { .scalar(.pi) }

  /// The literal with the sign of every number changed.
  @inlinable
  public static prefix func - (literal: Tensor.Literal) -> Tensor.Literal {
    switch literal {
    case .scalar(let scalar): .scalar(-scalar)
    case .list(let parts): .list(parts.map { -$0 })
    }
  }
}

extension Tensor: ExpressibleByBooleanLiteral where Scalar: ExpressibleByBooleanLiteral {
  @inlinable
  public init(booleanLiteral value: Scalar.BooleanLiteralType) {
    self.init(Scalar(booleanLiteral: value))
  }
}

extension Tensor.Literal: ExpressibleByBooleanLiteral where Scalar: ExpressibleByBooleanLiteral {
  @inlinable
  public init(booleanLiteral value: Scalar.BooleanLiteralType) {
    self = .scalar(Scalar(booleanLiteral: value))
  }
}
