/// The losses, measures and activations that the tests, the benchmark and the documentation check go through.
///
/// Each has a line here and a file of its name in `Losses`. The page *Adding a loss* of the documentation lists the other
/// places of a new one.
package enum LossRegistry {
  package static let all: [RegisteredLoss] = [
    .l1,
    .mse,
    .huber,
    .smoothL1,
    .quantile,
    .logCosh,
    .charbonnier,
    .bce,
    .bceWithLogits,
    .softMargin,
    .hinge,
    .squaredHinge,
    .sigmoidFocal,
    .asymmetric,
    .hingeEmbedding,
    .poissonNLL,
    .klDiv,
    .tweedieNLL,
    .negativeBinomialNLL,
    .squaredLog,
    .logisticError,
    .marginRanking,
    .generalizedIoU,
    .distanceIoU,
    .completeIoU,
    .dice,
    .jaccard,
    .tversky,
    .generalizedDice,
    .lovaszHinge,
    .lovaszSoftmax,
    .gaussianNLL,
    .nll,
    .crossEntropy,
    .focal,
    .generalizedCrossEntropy,
    .poly1CrossEntropy,
    .linearCrossEntropy,
    .adaptiveLogSoftmaxWithLoss,
    .softerCrossEntropy,
    .multiMargin,
    .multiLabelMargin,
    .multiLabelSoftMargin,
    .cosineEmbedding,
    .tripletMargin,
    .tripletMarginWithDistance,
    .pairwiseDistance,
    .squaredEuclideanDistance,
    .cosineSimilarity,
    .cosineDistance,
    .cityBlockDistance,
    .sigmoid,
    .logSigmoid,
    .softmax,
    .logSoftmax,
    .logSumExp,
    .arcFace,
    .cosFace,
    .infoNCE,
    .ntXent,
    .supCon,
    .sigLIP,
    .ctc,
    .rnnt,
  ]

  /// Small calls of all of them.
  package static let samples: [LossUnderTest] = all.flatMap { $0.samples() }

  /// The small calls that have reductions.
  package static let reducedSamples: [LossUnderTest] = samples.filter { $0.meanDenominator != nil }

  /// Large calls of all of them.
  package static let largeSamples: [LossUnderTest] = all.flatMap { $0.largeSamples() }

  package static let generators: [Generator] = all.flatMap(\.generators)

  /// The loss with this name in `torch.nn.functional`.
  package static func loss(functionalName: String) -> RegisteredLoss? {
    all.first { $0.functionalName == functionalName }
  }
}
