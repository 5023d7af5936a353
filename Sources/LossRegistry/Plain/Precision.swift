package import Losses

/// The precision of a computation: that of `Float` for half-precision arguments.
package struct Precision: Sendable {
  let ulp: Double
  let leastNormal: Double

  package init<S: LossScalar>(of _: S.Type) {
    ulp = Double(S.Computation.ulpOfOne)
    leastNormal = Double(S.Computation.leastNormalMagnitude)
  }

  /// An argument, which is exact.
  func callAsFunction(_ argument: Double) -> Bounded { Bounded(argument, ulp: ulp) }

  package func callAsFunction(_ tensor: Tensor<Double>) -> [Bounded] { tensor.scalars.map { self($0) } }

  /// The vectors along the last axis.
  func rows(of tensor: Tensor<Double>) -> [[Bounded]] {
    let (elements, length) = (self(tensor), tensor.shape.last!)
    return (0..<tensor.shape.dropLast().reduce(1, *)).map {
      Array(elements[$0 * length..<($0 + 1) * length])
    }
  }

  /// Whether a hyperparameter is finite in this precision.
  func isFinite(_ hyperparameter: Double) -> Bool {
    ulp > Double.ulpOfOne ? Float(hyperparameter).isFinite : hyperparameter.isFinite
  }

  /// Whether a number is positive, and its reciprocal finite in this precision.
  func isDivisor(_ number: Double) -> Bool {
    number > 0 && (ulp > Double.ulpOfOne ? (1 / Float(number)).isFinite : (1 / number).isFinite)
  }

  /// A hyperparameter, which the library may round to the precision of the computation: beyond its range, to infinity.
  func rounded(_ hyperparameter: Double) -> Bounded {
    if ulp > Double.ulpOfOne, Float(hyperparameter).isInfinite {
      return Bounded(Double(Float(hyperparameter)), ulp: ulp)
    }
    let isExact = ulp <= Double.ulpOfOne || Double(Float(hyperparameter)) == hyperparameter
    return Bounded(hyperparameter, error: isExact ? 0 : ulp * hyperparameter.magnitude, ulp: ulp)
  }
}
