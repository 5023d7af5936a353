import Charts
import Losses

extension Picture {
  static func distribution() throws -> [Picture] {
    [
      try poisson(), try negativeBinomial(), try tweedie(), try gaussian(), try variance(), try divergence(),
    ]
  }

  private static func poisson() throws -> Picture {
    Picture(
      name: "poisson-nll", title: "PoissonNLLLoss",
      subtitle: "The loss is lowest where the prediction is the logarithm of the count.",
      variable: "predicted logarithm of the rate", values: -4...10, derivatives: -5...10,
      curves: try [0, 1, 3, 5].map { count in
        let loss = PoissonNLLLoss(reduction: .none)
        return try Curve("target \(count)", over: points(-2...3)) { logRates in
          try loss(logRates, target: Tensor(Double(count)).broadcast(to: logRates.shape))
        }
      })
  }

  private static func negativeBinomial() throws -> Picture {
    Picture(
      name: "negative-binomial-nll", title: "NegativeBinomialNLLLoss",
      subtitle: "The target is 3. The larger the dispersion, the less an error costs.",
      variable: "predicted mean", range: 0...12, values: 1...6, derivatives: -3...1,
      curves: try [0, 0.3, 1, 3].map { dispersion in
        try Curve("dispersion \(label(dispersion))", over: points(0.01...12)) { means in
          let loss = NegativeBinomialNLLLoss(reduction: .none)
          return try loss(
            means, dispersion: Tensor(dispersion).broadcast(to: means.shape),
            target: Tensor(3).broadcast(to: means.shape))
        }
      })
  }

  private static func tweedie() throws -> Picture {
    Picture(
      name: "tweedie-nll", title: "TweedieNLLLoss",
      subtitle: "Power 1.5. The loss is lowest where the prediction is the logarithm of the target.",
      variable: "predicted logarithm of the mean", values: 0...14, derivatives: -5...5,
      curves: try [0, 1, 3, 5].map { target in
        let loss = TweedieNLLLoss(reduction: .none)
        return try Curve("target \(target)", loss, target: Double(target), over: points(-2...4))
      })
  }

  private static func gaussian() throws -> Picture {
    let errors = points(-4...4)
    let zeros = Tensor<Double>.zeros(errors.shape)
    return Picture(
      name: "gaussian-nll", title: "GaussianNLLLoss over the prediction",
      subtitle: "The smaller the variance, the more an error costs.",
      variable: "prediction − target", values: -1...5, derivatives: -4...4,
      curves: try [0.25, 1, 4].map { variance in
        try Curve("variance \(label(variance))", over: errors) {
          try GaussianNLLLoss(reduction: .none)($0, target: zeros, variance: Tensor(variance))
        }
      })
  }

  private static func variance() throws -> Picture {
    Picture(
      name: "gaussian-nll-variance", title: "GaussianNLLLoss over the variance",
      subtitle: "The loss is lowest where the variance is the squared error.",
      variable: "predicted variance", range: 0...4, values: -1...3, derivatives: -4...4,
      curves: try [0, 0.5, 1, 1.5].map { error in
        try Curve("error \(label(error))", over: points(0.01...4)) { variances in
          let input = Tensor(error).broadcast(to: variances.shape)
          let zeros = Tensor<Double>.zeros(variances.shape)
          let loss = try GaussianNLLLoss(reduction: .none)(input, target: zeros, variance: variances)
          return (loss.value(), loss.gradients().variance)
        }
      })
  }

  /// Two classes with the scores x and 0, whose log-softmax is the input.
  private static func divergence() throws -> Picture {
    Picture(
      name: "kl-divergence", title: "KLDivLoss of log-softmax",
      subtitle:
        "Two classes; the legend gives the target probability of the first. The derivative is σ(x) − target.",
      variable: "first score − second score", values: 0...4, derivatives: -1...1,
      curves: try [0.1, 0.5, 0.9].map { probability in
        try Curve("target \(label(probability))", over: points(-6...6)) { scores in
          let logits = Tensor(shape: [scores.count, 2]) { $0[1] == 0 ? scores[$0[0]] : 0 }
          let target = Tensor([probability, 1 - probability]).broadcast(to: logits.shape)
          let logProbabilities = try LogSoftmax(axis: 1)(logits)
          let (terms, upstream) = try KLDivLoss(reduction: .none)(logProbabilities.value(), target: target)
            .valueWithGradient()
          let sums = scores.scalars.indices.map { terms[$0, 0] + terms[$0, 1] }
          return (Tensor(sums), try logProbabilities.backward(upstream: upstream)[.all, 0..<1])
        }
      })
  }
}
