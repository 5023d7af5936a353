extension Tensor where Scalar: BinaryFloatingPoint, Scalar.RawSignificand: FixedWidthInteger {
  /// A tensor of independent numbers, uniformly distributed over a range.
  ///
  /// A generator in the same state gives the same tensor.
  ///
  ///     let weights = Tensor<Float>.random(in: -1..<1, shape: [10, 4], using: &generator)
  ///
  /// - Precondition: the range is finite, and not empty unless the shape is.
  @inlinable
  public static func random(
    in range: Range<Scalar>,
    shape: Shape,
    using generator: inout some RandomNumberGenerator
  ) -> Tensor {
    require(!range.isEmpty || shape.contains(0), "there is no number in \(range)")
    require(
      (range.upperBound - range.lowerBound).isFinite, "there is no uniform distribution over \(range)")
    return Tensor(shape: shape) { _ in Scalar.random(in: range, using: &generator) }
  }

  /// The same, drawn from the system's generator.
  @inlinable
  public static func random(in range: Range<Scalar>, shape: Shape) -> Tensor {
    var generator = SystemRandomNumberGenerator()
    return random(in: range, shape: shape, using: &generator)
  }

  /// A tensor of independent numbers, uniformly distributed over a range that includes its bounds.
  ///
  /// - Precondition: the range is finite.
  @inlinable
  public static func random(
    in range: ClosedRange<Scalar>,
    shape: Shape,
    using generator: inout some RandomNumberGenerator
  ) -> Tensor {
    require(
      (range.upperBound - range.lowerBound).isFinite, "there is no uniform distribution over \(range)")
    return Tensor(shape: shape) { _ in Scalar.random(in: range, using: &generator) }
  }

  /// The same, drawn from the system's generator.
  @inlinable
  public static func random(in range: ClosedRange<Scalar>, shape: Shape) -> Tensor {
    var generator = SystemRandomNumberGenerator()
    return random(in: range, shape: shape, using: &generator)
  }
}

extension Tensor where Scalar: FixedWidthInteger {
  /// A tensor of independent integers, uniformly distributed over a range.
  ///
  /// A generator in the same state gives the same tensor.
  ///
  ///     let labels = Tensor<Int32>.random(in: 0..<10, shape: [64], using: &generator)
  ///
  /// - Precondition: the range is not empty unless the shape is.
  @inlinable
  public static func random(
    in range: Range<Scalar>,
    shape: Shape,
    using generator: inout some RandomNumberGenerator
  ) -> Tensor {
    require(!range.isEmpty || shape.contains(0), "there is no number in \(range)")
    return Tensor(shape: shape) { _ in Scalar.random(in: range, using: &generator) }
  }

  /// The same, drawn from the system's generator.
  @inlinable
  public static func random(in range: Range<Scalar>, shape: Shape) -> Tensor {
    var generator = SystemRandomNumberGenerator()
    return random(in: range, shape: shape, using: &generator)
  }

  /// A tensor of independent integers, uniformly distributed over a range that includes its bounds.
  @inlinable
  public static func random(
    in range: ClosedRange<Scalar>,
    shape: Shape,
    using generator: inout some RandomNumberGenerator
  ) -> Tensor {
    Tensor(shape: shape) { _ in Scalar.random(in: range, using: &generator) }
  }

  /// The same, drawn from the system's generator.
  @inlinable
  public static func random(in range: ClosedRange<Scalar>, shape: Shape) -> Tensor {
    var generator = SystemRandomNumberGenerator()
    return random(in: range, shape: shape, using: &generator)
  }
}
