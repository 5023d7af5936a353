import Charts
import Losses

extension Picture {
  static func regions() throws -> [Picture] {
    [try regionsFound(), try regionsExceeded(), try regionSizes(), try lovasz()]
  }

  /// Probabilities without 0 and 1, where the losses have a kink.
  private static var justInside: ClosedRange<Double> { 1e-9...1 - 1e-9 }

  /// Ten true pixels with the probability x, and no others.
  private static func regionsFound() throws -> Picture {
    let shares = points(justInside)
    return Picture(
      name: "regions-found", title: "Losses of regions over what is found",
      subtitle: "Nothing is found that is not true. In TverskyLoss, alpha is 0.3 and beta 0.7.",
      variable: "share of the region that is found", range: 0...1, values: 0...1, derivatives: -2...0,
      curves: try regionCurves(
        over: shares, shares.reshaped(to: [shares.count, 1]).broadcast(to: [shares.count, 10]),
        mask: .ones([shares.count, 10]), derivative: rowSums))
  }

  /// Ten true pixels, all found, and thirty others with the probability x/3.
  private static func regionsExceeded() throws -> Picture {
    let excess = points(1e-9...3)
    return Picture(
      name: "regions-exceeded", title: "Losses of regions over what is found wrongly",
      subtitle: "All of the region is found, and more. In TverskyLoss, alpha is 0.3 and beta 0.7.",
      variable: "wrong pixels for each pixel of the region", range: 0...3, values: 0...1, derivatives: 0...1,
      curves: try regionCurves(
        over: excess, Tensor(shape: [excess.count, 40]) { $0[1] < 10 ? 1 : excess[$0[0]] / 3 },
        mask: Tensor(shape: [excess.count, 40]) { $0[1] < 10 ? 1 : 0 },
        derivative: { rowSums($0[.all, 10...]) / 3 }))
  }

  /// The curves of the losses that compare the probabilities of a region with its mask. Each row is a sample.
  ///
  /// - Parameter derivative: The derivative of each row with respect to x, given its gradient.
  private static func regionCurves(
    over x: Tensor<Double>, _ probabilities: Tensor<Double>, mask: Tensor<Double>,
    derivative: (_ gradient: Tensor<Double>) -> Tensor<Double>
  ) throws -> [Curve] {
    func curve<Loss: Evaluation>(_ name: String, _ loss: Loss) -> Curve
    where Loss.Scalar == Double, Loss.Gradient == Tensor<Double> {
      Curve(name, over: x) { _ in
        let (values, gradient) = loss.valueWithGradient()
        return (values, derivative(gradient))
      }
    }
    let dice = DiceLoss(mode: .binary, fromLogits: false, perSample: true, reduction: .none)
    let jaccard = JaccardLoss(mode: .binary, fromLogits: false, perSample: true, reduction: .none)
    let tversky = TverskyLoss(
      mode: .binary, alpha: 0.3, beta: 0.7, fromLogits: false, perSample: true, reduction: .none)
    return [
      curve("DiceLoss", try dice(probabilities, target: mask)),
      curve("JaccardLoss", try jaccard(probabilities, target: mask)),
      curve("TverskyLoss", try tversky(probabilities, target: mask)),
    ]
  }

  /// Two classes, of which the second has 2 of 100 pixels; there its probability is x, and 0 elsewhere.
  private static func regionSizes() throws -> Picture {
    let shares = points(justInside)
    let labels = Tensor(shape: [shares.count, 100]) { $0[1] < 2 ? 1 : 0 }
    let probabilities = Tensor<Double>(shape: [shares.count, 2, 100]) { index in
      let small = index[2] < 2 ? shares[index[0]] : 0
      return index[1] == 1 ? small : 1 - small
    }
    func curve<Loss: Evaluation>(_ name: String, _ loss: Loss) -> Curve
    where Loss.Scalar == Double, Loss.Gradient == Tensor<Double> {
      Curve(name, over: shares) { shares in
        let (values, gradient) = loss.valueWithGradient()
        // The mean over the classes, where each has a value.
        let classes = Double(values.count / shares.count)
        let slopes = rowSums(gradient[.all, 1, 0..<2] - gradient[.all, 0, 0..<2])
        return (
          rowSums(values.reshaped(to: [shares.count, values.count / shares.count])) / classes,
          slopes / classes
        )
      }
    }
    return Picture(
      name: "region-sizes", title: "DiceLoss and GeneralizedDiceLoss",
      subtitle: "A class of 2 pixels and one of 98. DiceLoss is the mean of both.",
      variable: "share of the small class that is found", range: 0...1, values: 0...1, derivatives: -2...0,
      curves: [
        curve(
          "DiceLoss",
          try DiceLoss(fromLogits: false, perSample: true, reduction: .none)(probabilities, target: labels)),
        curve(
          "GeneralizedDiceLoss",
          try GeneralizedDiceLoss(fromLogits: false, reduction: .none)(probabilities, target: labels)),
      ])
  }

  /// Ten true pixels with the score x, and thirty others with −x.
  private static func lovasz() throws -> Picture {
    let scores = points(-4...4)
    let labels = Tensor(shape: [scores.count, 40]) { $0[1] < 10 ? 1 : 0 }
    let input = Tensor<Double>(shape: labels.shape) { $0[1] < 10 ? scores[$0[0]] : -scores[$0[0]] }
    /// The sum of the gradients, each with the sign of its score.
    func slopes(_ gradient: Tensor<Double>) -> Tensor<Double> {
      rowSums(gradient[.all, 0..<10]) - rowSums(gradient[.all, 10...])
    }
    return Picture(
      name: "lovasz", title: "LovaszHingeLoss and LovaszSoftmaxLoss",
      subtitle:
        "All pixels have the same score for their right answer. A quarter of them is true.",
      variable: "score of the right answer", values: 0...4, derivatives: -1.2...0,
      curves: [
        try Curve("JaccardLoss", over: scores) { _ in
          let loss = JaccardLoss(mode: .binary, perSample: true, reduction: .none)
          let (values, gradient) = try loss(input, target: labels).valueWithGradient()
          return (values, slopes(gradient))
        },
        try Curve("LovaszHingeLoss", over: scores) { _ in
          let loss = LovaszHingeLoss(perImage: true, reduction: .none)
          let (values, gradient) = try loss(input, target: labels).valueWithGradient()
          return (values, slopes(gradient))
        },
        try Curve("LovaszSoftmaxLoss", over: scores) { _ in
          let loss = LovaszSoftmaxLoss(perImage: true, reduction: .none)
          let both = Tensor<Double>(shape: [scores.count, 2, 40]) { $0[1] == 1 ? input[$0[0], $0[2]] : 0 }
          let (values, gradient) = try loss(both, target: labels).valueWithGradient()
          return (values, slopes(gradient[.all, 1, .all]))
        },
      ])
  }
}

/// The sum of each row of a matrix.
private func rowSums(_ matrix: Tensor<Double>) -> Tensor<Double> {
  Tensor((0..<matrix.shape[0]).map { matrix[$0, .all].sum() })
}
