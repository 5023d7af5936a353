import Charts
import Losses

extension Picture {
  static func regions() throws -> [Picture] {
    [try recall(), try falsePositives(), try regionSizes(), try lovasz()]
  }

  /// Probabilities without 0 and 1, where the losses have a kink.
  private static var justInside: ClosedRange<Double> { 1e-9...1 - 1e-9 }

  /// A region whose pixels have the probability x, without false positives.
  private static func recall() throws -> Picture {
    let pixels = 10
    let recalls = points(justInside)
    return Picture(
      name: "region-recall", title: "Region losses without false positives",
      subtitle: "TverskyLoss has alpha 0.3 and beta 0.7.",
      variable: "fraction of the region that is found", range: 0...1, values: 0...1, derivatives: -2...0,
      curves: try regionCurves(
        over: recalls, recalls.reshaped(to: [recalls.count, 1]).broadcast(to: [recalls.count, pixels]),
        mask: .ones([recalls.count, pixels]), derivative: rowSums))
  }

  /// A region that is found, and three times as many other pixels with the probability x/3.
  private static func falsePositives() throws -> Picture {
    let (pixels, ratio) = (10, 3)
    let shape: (Int) -> Shape = { [$0, (1 + ratio) * pixels] }
    let excess = points(1e-9...Double(ratio))
    return Picture(
      name: "region-false-positives", title: "Region losses with false positives",
      subtitle: "All of the region is found. TverskyLoss has alpha 0.3 and beta 0.7.",
      variable: "false positives ÷ size of the region", range: 0...Double(ratio), values: 0...1,
      derivatives: 0...1,
      curves: try regionCurves(
        over: excess,
        Tensor(shape: shape(excess.count)) { $0[1] < pixels ? 1 : excess[$0[0]] / Double(ratio) },
        mask: Tensor(shape: shape(excess.count)) { $0[1] < pixels ? 1 : 0 },
        derivative: { rowSums($0[.all, pixels...]) / Double(ratio) }))
  }

  /// The curves of the losses that compare the probabilities of a region with its mask. Each row is a sample.
  ///
  /// - Parameter derivative: The derivative of each row with respect to x, given its gradient.
  private static func regionCurves(
    over x: Tensor<Double>, _ probabilities: Tensor<Double>, mask: Tensor<Double>,
    derivative: (_ gradient: Tensor<Double>) -> Tensor<Double>
  ) throws -> [Curve] {
    let dice = DiceLoss(mode: .binary, fromLogits: false, perSample: true, reduction: .none)
    let jaccard = JaccardLoss(mode: .binary, fromLogits: false, perSample: true, reduction: .none)
    let tversky = TverskyLoss(
      mode: .binary, alpha: 0.3, beta: 0.7, fromLogits: false, perSample: true, reduction: .none)
    return [
      Curve("DiceLoss", over: x, try dice(probabilities, target: mask), derivative: derivative),
      Curve("JaccardLoss", over: x, try jaccard(probabilities, target: mask), derivative: derivative),
      Curve("TverskyLoss", over: x, try tversky(probabilities, target: mask), derivative: derivative),
    ]
  }

  /// Two classes, of which the second has 2 of 100 pixels; there its probability is x, and 0 elsewhere.
  private static func regionSizes() throws -> Picture {
    let (pixels, smallPixels) = (100, 2)
    let recalls = points(justInside)
    let labels = Tensor(shape: [recalls.count, pixels]) { $0[1] < smallPixels ? 1 : 0 }
    let probabilities = Tensor<Double>(shape: [recalls.count, 2, pixels]) { index in
      let small = index[2] < smallPixels ? recalls[index[0]] : 0
      return index[1] == 1 ? small : 1 - small
    }
    func curve<Loss: Evaluation>(_ name: String, _ loss: Loss) -> Curve
    where Loss.Scalar == Double, Loss.Gradient == Tensor<Double> {
      Curve(name, over: recalls) { recalls in
        let (values, gradient) = loss.valueWithGradient()
        // DiceLoss has a value for each class, GeneralizedDiceLoss one for both.
        let classes = values.count / recalls.count
        let means = rowSums(values.reshaped(to: [recalls.count, classes])) / Double(classes)
        let slopes = rowSums(gradient[.all, 1, 0..<smallPixels] - gradient[.all, 0, 0..<smallPixels])
        return (means, slopes / Double(classes))
      }
    }
    return Picture(
      name: "region-sizes", title: "DiceLoss and GeneralizedDiceLoss",
      subtitle: "A class of 2 pixels and one of 98. DiceLoss is the mean over both.",
      variable: "fraction of the small class that is found", range: 0...1, values: 0...1, derivatives: -2...0,
      curves: [
        curve(
          "DiceLoss",
          try DiceLoss(fromLogits: false, perSample: true, reduction: .none)(probabilities, target: labels)),
        curve(
          "GeneralizedDiceLoss",
          try GeneralizedDiceLoss(fromLogits: false, reduction: .none)(probabilities, target: labels)),
      ])
  }

  /// A region whose pixels have the score x, and three times as many other pixels with the score −x.
  private static func lovasz() throws -> Picture {
    let (regionPixels, pixels) = (10, 40)
    let scores = points(-4...4)
    let labels = Tensor(shape: [scores.count, pixels]) { $0[1] < regionPixels ? 1 : 0 }
    let input = Tensor<Double>(shape: labels.shape) { index in
      index[1] < regionPixels ? scores[index[0]] : -scores[index[0]]
    }
    // For LovaszSoftmaxLoss, the background is a class with the score 0.
    let classScores = Tensor<Double>(shape: [scores.count, 2, pixels]) { index in
      index[1] == 1 ? input[index[0], index[2]] : 0
    }
    /// The sum of the gradients, each with the sign of its score.
    func slopes(_ gradient: Tensor<Double>) -> Tensor<Double> {
      rowSums(gradient[.all, 0..<regionPixels]) - rowSums(gradient[.all, regionPixels...])
    }
    let jaccard = JaccardLoss(mode: .binary, perSample: true, reduction: .none)
    let hinge = LovaszHingeLoss(perImage: true, reduction: .none)
    let softmax = LovaszSoftmaxLoss(perImage: true, reduction: .none)
    return Picture(
      name: "lovasz", title: "LovaszHingeLoss and LovaszSoftmaxLoss",
      subtitle: "All pixels have the same score for their correct class. A quarter of them is in the region.",
      variable: "score of the correct class", values: 0...4, derivatives: -1...0,
      curves: [
        Curve("JaccardLoss", over: scores, try jaccard(input, target: labels), derivative: slopes),
        Curve("LovaszHingeLoss", over: scores, try hinge(input, target: labels), derivative: slopes),
        Curve("LovaszSoftmaxLoss", over: scores, try softmax(classScores, target: labels)) { gradient in
          slopes(gradient[.all, 1, .all])
        },
      ])
  }
}

/// The sum of each row of a matrix.
private func rowSums(_ matrix: Tensor<Double>) -> Tensor<Double> {
  Tensor((0..<matrix.shape[0]).map { matrix[$0, .all].sum() })
}
