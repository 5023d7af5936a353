public import RealMath
public import Tensors

/// A floating-point type that losses are computed for: `Float`, `Double`, `BFloat16`, and `Float16` where the platform has
/// it.
public protocol LossScalar: BinaryFloatingPoint, BitwiseCopyable, Codable, TensorScalar {
  /// The type that formulas are computed in: `Float` for types of 16 bits, else the type itself.
  associatedtype Computation: RealScalar & LossScalar where Computation.Computation == Computation

  /// Creates the nearest number of this type.
  init(computation: Computation)

  /// This number in the type that formulas are computed in.
  var computation: Computation { get }
}

extension Float: LossScalar {
  @inlinable public init(computation: Float) { self = computation }
  @inlinable public var computation: Float { self }
}

extension Double: LossScalar {
  @inlinable public init(computation: Double) { self = computation }
  @inlinable public var computation: Double { self }
}
