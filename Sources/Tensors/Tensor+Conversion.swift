extension Tensor {
  /// The tensor of what a closure makes of each element. The elements come in row-major order.
  ///
  ///     let labels: Tensor<Int32> = [3, 1]
  ///     let isOne = labels.map { $0 == 1 }  // [false, true]
  @inlinable
  public func map<Result: TensorScalar, Failure: Error>(
    _ transform: (Scalar) throws(Failure) -> Result
  ) throws(Failure) -> Tensor<Result> {
    let results: [Result] = try withSpan { elements throws(Failure) in
      try elements.indices.map { index throws(Failure) in try transform(elements[index]) }
    }
    return Tensor<Result>(whole: results, shape: shape)
  }
}

extension Tensor where Scalar: BinaryFloatingPoint {
  /// Each element rounded to the nearest value of another floating-point type; those too large become infinite.
  ///
  ///     let halves: Tensor<Float> = [0.5, 1.5]
  ///     Tensor<Double>(halves)
  @inlinable
  public init<Source: BinaryFloatingPoint>(_ other: Tensor<Source>) {
    // The standard library does not know `BFloat16`, and would convert it bit by bit.
    if let other = other as? Tensor<BFloat16> {
      self = other.map { Scalar(Float($0)) }
    } else {
      self = other.map { Scalar($0) }
    }
  }

  /// Each integer rounded to the nearest floating-point value.
  @inlinable
  public init<Source: BinaryInteger>(_ other: Tensor<Source>) { self = other.map { Scalar($0) } }
}

extension Tensor where Scalar: FixedWidthInteger {
  /// Each element rounded towards zero.
  ///
  /// - Precondition: every element is finite and, rounded, fits in `Scalar`. Where that is not known, use
  ///   `init(exactly:)`.
  @inlinable
  public init<Source: BinaryFloatingPoint>(_ other: Tensor<Source>) {
    self = other.map { element in
      guard let integer = Scalar(exactly: element.rounded(.towardZero)) else { Self.stopForElement(element) }
      return integer
    }
  }

  /// Each integer as one of another type.
  ///
  /// - Precondition: every element fits in `Scalar`.
  @inlinable
  public init<Source: BinaryInteger>(_ other: Tensor<Source>) {
    self = other.map { element in
      guard let integer = Scalar(exactly: element) else { Self.stopForElement(element) }
      return integer
    }
  }

  @inline(never) @usableFromInline
  static func stopForElement(_ element: some Any) -> Never {
    stop("\(element) has no value of type \(Scalar.self)")
  }

  /// Each element as an integer, or `nil` if one of them is not integral or does not fit.
  @inlinable
  public init?<Source: BinaryFloatingPoint>(exactly other: Tensor<Source>) {
    let scalars = other.withSpan { elements in elements.indices.compactMap { Scalar(exactly: elements[$0]) } }
    guard scalars.count == other.count else { return nil }
    self.init(whole: scalars, shape: other.shape)
  }

  /// Each integer as one of another type, or `nil` if one of them does not fit.
  @inlinable
  public init?<Source: BinaryInteger>(exactly other: Tensor<Source>) {
    let scalars = other.withSpan { elements in elements.indices.compactMap { Scalar(exactly: elements[$0]) } }
    guard scalars.count == other.count else { return nil }
    self.init(whole: scalars, shape: other.shape)
  }
}

extension Tensor where Scalar: Numeric {
  /// 1 for `true` and 0 for `false`.
  @inlinable
  public init(_ other: Tensor<Bool>) { self = other.map { $0 ? 1 : 0 } }
}
