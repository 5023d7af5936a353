package import Tensors

/// Where the classes of an adaptive softmax are: in the shortlist, or in one of the clusters.
package struct AdaptiveSoftmaxLayout: Sendable {
  /// The number of classes in the shortlist.
  package let shortlist: Int
  /// The classes of each cluster.
  package let clusters: [Range<Int>]

  package var classes: Int { clusters.last!.upperBound }
  /// The number of scores of the head.
  package var headScores: Int { shortlist + clusters.count }

  /// - Precondition: The cutoffs increase up to below the number of classes.
  package init(cutoffs: [Int], classes: Int) {
    shortlist = cutoffs[0]
    clusters = zip(cutoffs, cutoffs.dropFirst() + [classes]).map { $0..<$1 }
  }

  /// Checks the shapes of input and weights. The last tail tells the number of classes.
  ///
  /// - Parameter weights: The shapes of head and bias, then of projection and weight of each tail.
  /// - Precondition: The cutoffs are right.
  init(cutoffs: [Int], input: Shape, weights: [Shape?]) throws(LossError) {
    func check(_ shape: Shape, _ name: String, is expected: Shape) throws(LossError) {
      try Check.shape(shape, named: name, is: expected, hint: shape.hint(named: name, toBe: expected))
    }
    guard 1...2 ~= input.count else {
      throw .unsupportedShape(
        argument: "input", shape: input, requirement: "only [features] and [N, features] are possible")
    }
    try Check.size(of: input, named: "input")
    let (features, clusters) = (input.last!, cutoffs.count)
    let tails = (weights.count - 2) / 2
    guard tails == clusters else {
      throw .invalidHyperparameter(
        name: "the number of cutoffs", integer: clusters,
        requirement: "that of weights.tails, which is \(tails)")
    }
    let headScores = cutoffs[0] + clusters
    try check(weights[0]!, "weights.head", is: [headScores, features])
    if let bias = weights[1] { try check(bias, "weights.headBias", is: [headScores]) }
    var classes = cutoffs[clusters - 1]
    for index in 0..<clusters {
      let (projection, weight) = (weights[2 * index + 2]!, weights[2 * index + 3]!)
      let name = "weights.tails[\(index)]"
      guard projection.count == 2 else {
        throw .unsupportedShape(
          argument: "\(name).projection", shape: projection,
          requirement: "only [features of the tail, features] is possible")
      }
      let tailFeatures = projection[0]
      try check(projection, "\(name).projection", is: [tailFeatures, features])
      try Check.size(of: projection, named: "\(name).projection")
      // The last one has any number of classes, but one at least.
      let isLast = index == clusters - 1
      let count = isLast ? max(weight.first ?? 0, 1) : cutoffs[index + 1] - cutoffs[index]
      try check(weight, "\(name).weight", is: [count, tailFeatures])
      try Check.size(of: weight, named: "\(name).weight")
      if isLast { classes += count }
    }
    self.init(cutoffs: cutoffs, classes: classes)
    let samples = Shape(input.dropLast())
    if samples.elementCount == 0 { return }
    let rowLengths = [headScores] + self.clusters.map { $0.count }
    for scores in rowLengths {
      try Check.rowLength(scores, of: samples.followed(by: [scores]), named: "scores")
    }
  }

  /// Returns which score of the head is that of a class, or of its cluster.
  func headLabel(of label: Int) -> Int {
    label < shortlist ? label : shortlist + (clusters.firstIndex { $0.contains(label) } ?? 0)
  }
}

extension AdaptiveSoftmaxWeights {
  /// Checks the shapes of input and weights.
  package func layout(cutoffs: [Int], input: Shape) throws(LossError) -> AdaptiveSoftmaxLayout {
    try AdaptiveSoftmaxLayout(cutoffs: cutoffs, input: input, weights: parts.map { $0?.shape })
  }
}

extension Check {
  /// Throws unless cutoffs increase, from 1 at least to below the number of classes.
  package static func cutoffs(_ cutoffs: [Int], classes: Int? = nil) throws(LossError) {
    if cutoffs.isEmpty {
      throw .invalidHyperparameter(name: "the number of cutoffs", integer: 0, requirement: "at least 1")
    }
    for (index, cutoff) in cutoffs.enumerated() {
      func demand(_ isRight: Bool, _ requirement: String) throws(LossError) {
        if isRight { return }
        throw .invalidHyperparameter(name: "cutoffs[\(index)]", integer: cutoff, requirement: requirement)
      }
      if index == 0 {
        try demand(cutoff > 0, "positive")
      } else {
        let previous = cutoffs[index - 1]
        try demand(cutoff > previous, "more than cutoffs[\(index - 1)], which is \(previous)")
      }
      if let classes {
        try demand(cutoff < classes, "less than the number of classes, which is \(classes)")
      }
      try demand(cutoff <= largestCount, "at most \(largestCount)")
    }
  }
}
