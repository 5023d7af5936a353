public import LossEngine
public import RealMath
public import Tensors

/// The negative log-likelihood of a count t under a negative binomial distribution, whose mean and dispersion are
/// predicted.
///
/// ```
/// loss = −log Γ(t + 1/α) + log Γ(1/α) + log Γ(t + 1) − t · log(αμ / (1 + αμ)) + log(1 + αμ) / α
/// ```
///
///     let loss = try NegativeBinomialNLLLoss()(
///       [2, 2] as Tensor<Float>, dispersion: [0.5, 0], target: [3, 3])
///     print(loss)  // 1.8958797
///
/// The variance is μ + αμ². With a dispersion of 0 it is the Poisson distribution, to which the loss and its gradients go
/// without cancellation. In PyTorch's distributions this is `NegativeBinomial(1 / α, logits=log(α · μ))`.
///
/// **Edge cases**
/// - A count of 0 adds nothing but log(1 + αμ) / α, also where the mean is 0. Any other count has the loss ∞ there.
/// - Targets need not be integers.
/// - A negative mean, dispersion or target is an error. NaN gives NaN, value and gradient.
/// - Without elements, the sum is 0 and the mean NaN.
///
/// - Complexity: All is computed in `Double`, with about twenty logarithms an element.
///
/// J. M. Hilbe, Negative binomial regression, 2nd edition, 2011,
/// [doi:10.1017/CBO9780511973420](https://doi.org/10.1017/CBO9780511973420).
/// [PyTorch: NegativeBinomial](https://docs.pytorch.org/docs/stable/distributions.html#negativebinomial)
public struct NegativeBinomialNLLLoss: Hashable, Codable, Sendable {
  /// How the values of the elements are reduced.
  public var reduction: Reduction

  /// Creates the loss with the given hyperparameters.
  public init(reduction: Reduction = .mean) { self.reduction = reduction }

  /// Returns the loss at a predicted mean and dispersion.
  ///
  /// - Parameters:
  ///   - input: The predicted means μ, of any shape.
  ///   - dispersion: The predicted dispersions α, in a shape that is broadcast to the input's.
  ///   - target: The counts t, in the input's shape.
  ///   - weight: What each element's value is multiplied by, in the input's shape; all ones if it is `nil`. `mean`
  ///     divides by its sum.
  ///   - mask: Which elements count, in the input's shape; all if it is `nil`. One that is out adds 0 to value and gradient,
  ///     whatever it and its target and dispersion hold, and `mean` does not count it.
  /// - Throws: `LossError` where a shape does not fit, or a mean, a dispersion or a count is negative.
  @inlinable
  public func callAsFunction<Scalar: LossScalar>(
    _ input: Tensor<Scalar>, dispersion: Tensor<Scalar>, target: Tensor<Scalar>,
    weight: Tensor<Scalar>? = nil, mask: Tensor<Bool>? = nil
  ) throws(LossError) -> some Evaluation<Scalar, Tensor<Scalar>, InputTargetDispersionGradient<Scalar>> {
    try evaluation(input, target, dispersion, weight, mask)
  }

  @usableFromInline
  @inline(never)
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  @specialized(where Scalar == HalfPrecision) @specialized(where Scalar == BFloat16)
  func evaluation<Scalar: LossScalar>(
    _ input: Tensor<Scalar>, _ target: Tensor<Scalar>, _ dispersion: Tensor<Scalar>,
    _ weight: Tensor<Scalar>?, _ mask: Tensor<Bool>?
  ) throws(LossError) -> BroadcastEvaluation<Self, InputTargetDispersionGradient<Scalar>> {
    let arguments = try ElementwiseArguments(
      input: input, target: target, third: ("dispersion", dispersion), weight: weight, mask: mask,
      reduction: reduction)
    let (mask, shape) = (try Check.mask(mask, is: input.shape), input.shape)
    for (tensor, name) in [(input, "input"), (dispersion, "dispersion"), (target, "target")] {
      try Check.nonNegative(tensor, named: name, as: tensor, broadcastTo: shape, where: mask)
    }
    return BroadcastEvaluation(
      self, arguments, target: BroadcastShape(shape), third: BroadcastShape(dispersion.shape))
  }
}

extension NegativeBinomialNLLLoss: ElementwiseFormula {
  @usableFromInline
  package func compute(_ block: ElementwiseBlock<Float>) { block.computeInDouble { compute($0) } }

  @usableFromInline
  package func compute(_ block: ElementwiseBlock<Double>) {
    func isSmall(_ t: Double) -> Bool { t > 0 && t < Self.smallestCountOfTerms }
    var smallCounts = 0
    for index in 0..<block.count { smallCounts &+= isSmall(block.target[index]) ? 1 : 0 }
    if smallCounts == 0 { return run(block) }
    let scratch = Scratch<Double>(slots: 1, slotSize: block.count)
    defer { scratch.deallocate() }
    let values = scratch[0]
    run(block.replacing(value: values, scales: block.scales))
    for index in 0..<block.count {
      let (mean, t, alpha) = (block.input[index], block.target[index], block.third[index])
      let value = isSmall(t) ? Self.value(mean, smallCount: t, alpha) : values[index]
      block.value[index] = (block.addsValue ? block.value[index] : -0.0) + value
    }
  }

  /// Of smaller counts, the terms below are much larger than what they add up to.
  private static var smallestCountOfTerms: Double { 1e-3 }

  // With the mean ψ̄(x) of digamma between x and x + t, log Γ(x + t) − log Γ(x) = t·ψ̄(x). Since Γ(n + 1) = n·Γ(n):
  //
  //   loss = t·(ψ̄(1) − (ψ̄(n + 1) + log α) − log μ + log(1 + αμ)) + log(1 + αt) + log(1 + αμ)/α
  //
  // The mean is that of two points, as Gauss integrates, and lacks 0.006·t⁴. With f = α·(n + 1 + δ) and r = α/f, digamma of
  // n + 1 + δ and log α add up to log f − ½·r + r²·R, with the R of Stirling's formula.
  private static func value(_ mean: Double, smallCount t: Double, _ alpha: Double) -> Double {
    var (own, size) = (0.0, 0.0)
    for share in [0.21132486540518711775, 0.78867513459481288225] {
      let x = 1 + share * t
      let f = 1 + alpha * x
      let (logarithm, r) = f < .infinity ? (log(f), alpha / f) : (log(alpha) + log(x), 1 / x)
      own += 0.5 * digamma(x)
      size += 0.5 * (logarithm - (0.5 * r - r * r * stirlingSlope(ofReciprocal: r)))
    }
    let product = alpha * mean
    let logFactor = product < .infinity ? log1p(product) : log(alpha) + log(mean)
    return t * ((own - size) - (log(mean) - logFactor))
      + (log1p(alpha * t) + (product == 0 ? mean : logFactor / alpha))
  }

  @export(implementation) @inline(__always)
  package static var derivativeCount: Int { 3 }

  @export(implementation) @inline(__always)
  package static var fusesGradients: Bool { false }

  // With d = μ − t, n = 1/α and S the rest of Stirling's formula, all that is large cancels in the formula:
  //
  //   loss = t·log(t·(1 + αμ) / (μ·(1 + αt))) + n·log((1 + αμ) / (1 + αt))
  //        + ½·log(2πt·(1 + αt)) + S(t) + S(n) − S(n + t)
  //
  // The fractions are 1 − d / (μ·(1 + αt)) and 1 + αd / (1 + αt), whose logarithms are found in the one way near 1
  // and in the other elsewhere.
  //
  //   ∂/∂μ = d / (μ·(1 + αμ))
  //   ∂/∂t = digamma(t + 1) − log μ + log((1 + αμ) / (1 + αt)) + ½·r − r²·R(n + t),   r = 1 / (n + t)
  //   ∂/∂α = n²·(v + log(1 − v)) + ½·t / (1 + αt) + R(n + t) / (1 + αt)² − R(n),   v = αd / (1 + αμ)
  //
  // where R(x) = x²·S′(x). Functions of n and n + t are those of α and r = α / (1 + αt), which are 0 in the limit. Where αt or
  // αμ is too large for the type, the fractions with α are those with n, and logarithms are sums.
  @export(implementation) @inline(__always)
  package func terms<S: RealScalar>(
    _ input: S, _ target: S, _ dispersion: S, _: StageValues<NoStage, S>
  ) -> ElementwiseTerms<S> {
    let (mean, t, alpha) = (Double(input), Double(target), Double(dispersion))
    let d = mean - t
    let n = 1 / alpha
    let (targetFactor, meanFactor) = (1 + alpha * t, 1 + alpha * mean)
    let (hasTargetFactor, hasMeanFactor) = (targetFactor < .infinity, meanFactor < .infinity)
    let r = select(hasTargetFactor, alpha / targetFactor, 1 / (n + t))
    let excess = r * d
    let v = select(hasMeanFactor, alpha / meanFactor, 1 / (n + mean)) * d
    // d / (1 + αt), d / (1 + αμ) and t / (1 + αt).
    let overTargetFactor = select(hasTargetFactor, d / targetFactor, excess / alpha)
    let overMeanFactor = select(hasMeanFactor, d / meanFactor, v / alpha)
    let targetShare = select(hasTargetFactor, t / targetFactor, t * r / alpha)
    // The reciprocal of a smaller count is infinite, and it adds nothing.
    let isZero = t < Double.leastNormalMagnitude

    let factorRatio = meanFactor / targetFactor
    let hasRatio = factorRatio > 0 && factorRatio < .infinity
    let logFactorRatio =
      log(select(hasRatio, factorRatio, r)) + log(select(hasRatio, 1, n + mean))
    let (logCount, logMean) = (log(t), log(mean))
    let logRatio = select(excess < -0.5 || excess == .infinity, logFactorRatio, log1p(excess))
    let (countExcess, countRatio) = (-overTargetFactor / mean, t / mean * factorRatio)
    let logOfExtreme = (logCount - logMean) + logFactorRatio
    let logOfRatio = select(countRatio > 0 && countRatio < .infinity, log(countRatio), logOfExtreme)
    let logCountRatio = select(countExcess < -0.5 || countExcess > 1, logOfRatio, log1p(countExcess))
    let countTerm = select(isZero, 0, t * logCountRatio)
    // log(1 + x) / α, where x is small enough to be divided by instead.
    let quotient = select(excess == 0, 1, logRatio / excess)
    let sizeTerm = select(excess > 1, logRatio / alpha, overTargetFactor * quotient)
    let factorial = select(
      isZero, 0, stirlingRest(ofReciprocal: 1 / t) + 0.5 * (logCount + Double.Traits.logTwoPi))
    // Where αt is infinite, α is more than 1.
    let logTargetFactor =
      log1p(select(hasTargetFactor, alpha * t, alpha - 1)) + select(hasTargetFactor, 0, logCount)
    let sizeCorrection = select(
      isZero, 0, 0.5 * logTargetFactor + (stirlingRest(ofReciprocal: alpha) - stirlingRest(ofReciprocal: r)))
    let value = (countTerm + sizeTerm) + (factorial + sizeCorrection)

    let meanSlope = select(isZero, 1 / meanFactor, overMeanFactor / mean)

    // −(v + log(1 − v)), whose difference cancels in another form near v = 1.
    let deficit = select(v > 0.5, logRatio - v, minusLog1p(-v))
    let square = overMeanFactor * overMeanFactor
    let largeTerm = select(v == -.infinity, -overMeanFactor / alpha, deficit / alpha / alpha)
    let dispersionTerm = select(v.magnitude < 1e-8, square * (0.5 + v / 3), largeTerm)
    let (sizeSlope, sumSlope) = (stirlingSlope(ofReciprocal: alpha), stirlingSlope(ofReciprocal: r))
    let dispersionSlope =
      (0.5 * targetShare - dispersionTerm) + (sumSlope / (targetFactor * targetFactor) - sizeSlope)

    let targetSlope = (digamma(t + 1) - logMean) + logRatio + r * (0.5 - r * sumSlope)
    return ElementwiseTerms(
      value: S(value), inputDerivative: S(meanSlope), targetDerivative: S(targetSlope),
      thirdDerivative: S(dispersionSlope))
  }
}
