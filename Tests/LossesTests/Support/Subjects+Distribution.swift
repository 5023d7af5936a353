import Foundation
import Losses

extension Subject {
  static let distributions = poisson + divergences + gaussians

  private static let poisson: [Subject] = {
    let shape: Shape = [3, 4]
    let rates = Tensor<Double>.random(in: 0.2..<3, shape, seed: 51)
    let logRates = Tensor<Double>.random(in: -1..<1.5, shape, seed: 52)
    // On both sides of 1, from which on Stirling's part counts.
    let counts = Tensor<Double>.random(in: 0.2..<4, shape, seed: 53)
    func stirling(_ t: Double) -> Double { t > 1 ? t * log(t) - t + log(2 * .pi * t) / 2 : 0 }
    return [
      Subject(
        "PoissonNLL", ElementwiseForm { PoissonNLLLoss(reduction: $0) },
        Arguments(input: logRates, target: counts)
      ) { x, t, _ in exp(x) - t * x },
      Subject(
        "PoissonNLL full", ElementwiseForm { PoissonNLLLoss(full: true, reduction: $0) },
        Arguments(input: logRates, target: counts)
      ) { x, t, _ in exp(x) - t * x + stirling(t) },
      Subject(
        "PoissonNLL of rates", ElementwiseForm { PoissonNLLLoss(logInput: false, eps: 0.1, reduction: $0) },
        Arguments(input: rates, target: counts)
      ) { x, t, _ in x - t * log(x + 0.1) },
      Subject(
        "PoissonNLL of rates, full",
        ElementwiseForm { PoissonNLLLoss(logInput: false, full: true, reduction: $0) },
        Arguments(input: rates, target: counts)
      ) { x, t, _ in x - t * log(x + 1e-8) + stirling(t) },
    ]
  }()

  private static let divergences: [Subject] = {
    let shape: Shape = [2, 3, 4]
    let logs = Tensor<Double>.random(in: -4..<0, shape, seed: 54)
    let shares = Tensor<Double>.random(in: 0.05..<1, shape, seed: 55)
    return [
      Subject(
        "KLDiv", ElementwiseForm { KLDivLoss(reduction: $0) }, Arguments(input: logs, target: shares)
      ) { x, t, _ in t * (log(t) - x) },
      Subject(
        "KLDiv of logarithms", ElementwiseForm { KLDivLoss(logTarget: true, reduction: $0) },
        Arguments(input: logs, target: shares.map { log($0) - 0.1 })
      ) { x, t, _ in exp(t) * (t - x) },
    ]
  }()

  private static let gaussians: [Subject] = {
    let shape: Shape = [2, 3, 4]
    // The same, without the last axis, one of each axis, one for all.
    let variances: [Shape] = [[2, 3, 4], [2, 3], [2, 3, 1], [2, 1, 4], [1, 3, 4], []]
    let input = Tensor<Double>.random(in: -2..<2, shape, seed: 56)
    return variances.flatMap { varianceShape in
      let target = Tensor<Double>.random(in: -2..<2, shape, seed: 57)
      let variance = Tensor<Double>.random(in: 0.3..<3, varianceShape, seed: 58)
      return gaussian("GaussianNLL \(varianceShape)", input, target, variance, full: false)
    }
      + gaussian(
        "GaussianNLL full", input, .random(in: -2..<2, [3, 1], seed: 59),
        .random(in: 0.3..<3, shape, seed: 60), full: true)
  }()

  /// The loss with its gradient by the target, and with that by the variance.
  private static func gaussian(
    _ name: String, _ input: Tensor<Double>, _ target: Tensor<Double>, _ variance: Tensor<Double>, full: Bool
  ) -> [Subject] {
    let shape = input.shape
    let targets = target.broadcast(to: shape)
    let variances =
      (variance.shape == Shape(shape.dropLast()) ? variance.insertingAxis(at: variance.rank) : variance)
      .broadcast(to: shape)
    let expected = Tensor(shape: shape) { index in
      let (v, d) = (variances[index], input[index] - targets[index])
      return (log(v) + d * d / v + (full ? log(2 * .pi) : 0)) / 2
    }
    return [false, true].map { isVarianceSecond in
      Subject(
        name: isVarianceSecond ? "\(name) by variance" : name,
        form: GaussianForm(isVarianceSecond: isVarianceSecond) { GaussianNLLLoss(full: full, reduction: $0) },
        arguments: Arguments(
          input: input, target: isVarianceSecond ? variance : target,
          weight: isVarianceSecond ? target : variance),
        expected: expected, meanDenominator: Double(shape.elementCount), batch: Double(shape[0]))
    }
  }
}
