#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Android)
  internal import Android
#elseif canImport(ucrt)
  internal import ucrt
#elseif canImport(WASILibc)
  internal import WASILibc
#endif

// Embedded Swift has no logarithm and no cosine.
#if !hasFeature(Embedded)
  extension Tensor where Scalar: BinaryFloatingPoint, Scalar.RawSignificand: FixedWidthInteger {
    /// A tensor of independent numbers, normally distributed.
    ///
    /// They come two at a time from two draws of the generator, by the transformation of Box and Muller in
    /// `Double`. A generator in the same state gives the same tensor, as far as the logarithm and the cosine of
    /// the platform do.
    ///
    ///     let noise = Tensor<Float>.randomNormal(standardDeviation: 0.1, shape: [10, 4], using: &generator)
    ///
    /// - Precondition: `standardDeviation` is not negative.
    @inlinable
    public static func randomNormal(
      mean: Scalar = 0,
      standardDeviation: Scalar = 1,
      shape: Shape,
      using generator: inout some RandomNumberGenerator
    ) -> Tensor {
      require(standardDeviation >= 0, "a standard deviation of \(standardDeviation)")
      let (center, scale) = (Double(mean), Double(standardDeviation))
      var spare: Double?
      return Tensor(shape: shape) { _ in
        if let second = spare {
          spare = nil
          return Scalar(center + scale * second)
        }
        let (first, second) = standardNormalPair(generator.next(), generator.next())
        spare = second
        return Scalar(center + scale * first)
      }
    }

    /// The same, drawn from the system's generator.
    @inlinable
    public static func randomNormal(
      mean: Scalar = 0, standardDeviation: Scalar = 1, shape: Shape
    ) -> Tensor {
      var generator = SystemRandomNumberGenerator()
      return randomNormal(
        mean: mean, standardDeviation: standardDeviation, shape: shape, using: &generator)
    }
  }

  /// Two independent standard normal numbers from 128 independent bits:
  ///
  ///     √(-2 log u) · (cos 2πv, sin 2πv),  u and v uniform in (0, 1] and [0, 1)
  ///
  /// G. E. P. Box, M. E. Muller, "A note on the generation of random normal deviates", Ann. Math. Statist. 29
  /// (1958), <https://doi.org/10.1214/aoms/1177706645>
  @usableFromInline
  func standardNormalPair(_ bits: UInt64, _ otherBits: UInt64) -> (Double, Double) {
    let u = Double((bits >> 11) + 1) * 0x1p-53
    let v = Double(otherBits >> 11) * 0x1p-53
    let radius = (-2 * log(u)).squareRoot()
    let angle = 2 * Double.pi * v
    return (radius * cos(angle), radius * sin(angle))
  }
#endif
