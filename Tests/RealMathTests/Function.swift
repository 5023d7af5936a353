import RealMath

/// The functions of the module, by their names in the fixture.
enum Function: String, CaseIterable, Sendable {
  case exp, expm1, expNonPositive, expNegatedMagnitude, log, log1p, sigmoid, softplus, logSigmoid

  func callAsFunction<S: RealScalar>(_ x: S) -> S {
    switch self {
    case .exp: RealMath.exp(x)
    case .expm1: RealMath.expm1(x)
    case .expNonPositive: RealMath.expNonPositive(x)
    case .expNegatedMagnitude: RealMath.expNegatedMagnitude(x)
    case .log: RealMath.log(x)
    case .log1p: RealMath.log1p(x)
    case .sigmoid: RealMath.sigmoid(x)
    case .softplus: RealMath.softplus(x)
    case .logSigmoid: RealMath.logSigmoid(x)
    }
  }

  /// The worst errors that the documentation states, in ulp; for `expNonPositive` in ulp of 1.
  var bounds: (float: Double, double: Double) {
    switch self {
    case .exp: (1.01, 1.04)
    case .expm1: (1.25, 1.25)
    case .expNonPositive: (1.45, 2.7)
    case .expNegatedMagnitude: (1.01, 1.04)
    case .log: (0.96, 0.95)
    case .log1p: (1.02, 0.95)
    case .sigmoid: (2.41, 2.4)
    case .softplus, .logSigmoid: (2.07, 1.95)
    }
  }
}
