public import LossEngine
public import Tensors

/// Minus the log-probability of the label among very many classes, of which rare ones take less time than frequent ones.
///
/// ```
/// log p[y] = log softmax(H·x)[y]                                  for y in the shortlist
/// log p[y] = log softmax(H·x)[cluster] + log softmax(W·P·x)[y]    for y in a cluster
/// loss = −log p[y]
/// ```
///
/// Number the classes by their frequency, the most frequent first. Those below the first of the ``cutoffs`` are the
/// *shortlist*. The others are in *clusters*, which end at the further cutoffs and at the number of classes. The head H
/// has a score for each class of the shortlist and for each cluster. Each cluster has a tail: a projection P to fewer
/// features, and the weights W of its classes. A row takes the time of the head and of its label's tail, if it has one.
///
///     let loss = AdaptiveLogSoftmaxWithLoss(cutoffs: [1, 3])
///     let weights = AdaptiveSoftmaxWeights<Float>(
///       head: [[1, 0], [0, 1], [1, 1]],  // for class 0 and two clusters
///       tails: [.init(projection: [[1, -1]], weight: [[1], [0]]), .init(projection: [[0, 1]], weight: [[1], [2]])])
///     let evaluation = try loss([[1, 2], [3, -1]], weights: weights, target: [4, 0] as Tensor<Int>)
///     print(evaluation)  // 0.4305483
///     print(evaluation.backward().weights.tails[1].weight.shape)  // [2, 1]
///
/// PyTorch returns the log-probability of each label too. It is minus the value with the reduction
/// ``Reduction/none``.
///
/// - Complexity: O(N · F · (K + h) + n · h · k) time for N rows, F features, K scores of the head, and n rows in clusters
///   of k classes with h features. Besides arguments and results, memory of 32 MiB, of the projected rows of a cluster,
///   and of another gradient with respect to the input where that is rounded or added to.
///
/// **Edge cases**
/// - Without rows, or where none counts, the sum is 0, the mean NaN and the gradient 0.
/// - A cluster without rows has gradient 0. A tail may have no features: then its classes are equally likely.
/// - Infinite scores and NaN are as in ``CrossEntropyLoss``, for the head and for the tail of the label. A NaN in a row is
///   in the gradients that all rows share.
///
/// E. Grave et al., Efficient softmax approximation for GPUs, ICML 2017,
/// [arXiv:1609.04309](https://arxiv.org/abs/1609.04309).
/// [PyTorch: AdaptiveLogSoftmaxWithLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.AdaptiveLogSoftmaxWithLoss.html)
public struct AdaptiveLogSoftmaxWithLoss: Hashable, Codable, Sendable {
  /// Where the shortlist ends, and where each cluster but the last does: positive and increasing.
  public var cutoffs: [Int]
  /// How many times fewer features each tail has than the one before it, and the first than the input, in weights that
  /// ``randomWeights(features:classes:using:)`` makes. A call takes tails of any number of features.
  public var divValue: Double
  /// Whether the head has a bias in weights that ``randomWeights(features:classes:using:)`` makes. A call takes either.
  public var headBias: Bool
  /// How the values of the rows are reduced.
  public var reduction: Reduction

  /// Creates the loss with the given hyperparameters.
  public init(
    cutoffs: [Int], divValue: Double = 4, headBias: Bool = false, reduction: Reduction = .mean
  ) {
    self.cutoffs = cutoffs
    self.divValue = divValue
    self.headBias = headBias
    self.reduction = reduction
  }

  /// Returns the loss of rows and labels.
  ///
  /// The gradient has a part for the input and for all weights. Written with `addingTo:`, it accumulates over
  /// micro-batches.
  ///
  /// - Parameters:
  ///   - input: The rows, of shape [F] or [N, F].
  ///   - weights: The weights of head and tails. The last tail tells the number of classes.
  ///   - target: The labels, of shape [] or [N] and any integer type.
  ///   - sampleWeight: The weight of each row, in the shape of the labels; all ones if it is `nil`. It multiplies value and
  ///     gradients, and `mean` divides by the sum of the weights.
  ///   - mask: Which rows count, in the same shape; all if it is `nil`. One that is out, or has weight 0, adds 0 to value
  ///     and gradients, whatever it and its label hold, and `mean` does not count it.
  /// - Throws: `LossError` where a shape does not fit, a label is out of range, the cutoffs do not increase, or
  ///   ``divValue`` is not positive.
  @inlinable
  public func callAsFunction<Scalar: LossScalar, Label: FixedWidthInteger & TensorScalar>(
    _ input: Tensor<Scalar>, weights: AdaptiveSoftmaxWeights<Scalar>, target: Tensor<Label>,
    sampleWeight: Tensor<Scalar>? = nil, mask: Tensor<Bool>? = nil
  ) throws(LossError)
    -> some Evaluation<Scalar, AdaptiveSoftmaxGradient<Scalar>, AdaptiveSoftmaxGradient<Scalar>>
  {
    try checkHyperparameters()
    return AdaptiveSoftmaxEvaluation(
      CrossEntropyLoss.LabelFunction(CrossEntropyLoss.Options(smoothing: 0)),
      try AdaptiveSoftmaxArguments(
        input, weights: weights, cutoffs: cutoffs, labels: TypedLabels(target, ignoreIndex: nil),
        sampleWeight: sampleWeight, mask: mask, reduction: reduction))
  }

  @usableFromInline
  func checkHyperparameters() throws(LossError) {
    try Check.hyperparameter("divValue", divValue, .positive)
    try Check.cutoffs(cutoffs)
  }

  /// Returns random weights of the shapes that ``cutoffs``, ``divValue`` and ``headBias`` ask for.
  ///
  /// They are uniformly distributed over ±1/√k, as in PyTorch, where k is the number of features that a weight is for.
  ///
  ///     let loss = AdaptiveLogSoftmaxWithLoss(cutoffs: [1000, 10_000], headBias: true)
  ///     let weights: AdaptiveSoftmaxWeights<Float> = try loss.randomWeights(
  ///       features: 64, classes: 50_000, using: &generator)
  ///     print(weights.head.shape)  // [1002, 64]
  ///     print(weights.tails.map(\.weight.shape))  // [[9000, 16], [40000, 4]]
  ///
  /// - Parameters:
  ///   - features: The number of features of the input, F.
  ///   - classes: The number of classes.
  ///   - generator: What the numbers are drawn from.
  /// - Throws: `LossError` where the cutoffs do not increase up to below the number of classes, or a number is not
  ///   positive.
  @inlinable
  public func randomWeights<Scalar: LossScalar>(
    features: Int, classes: Int, using generator: inout some RandomNumberGenerator
  ) throws(LossError) -> AdaptiveSoftmaxWeights<Scalar> where Scalar.RawSignificand: FixedWidthInteger {
    let shapes = try weightShapes(features: features, classes: classes)
    func uniform(_ shape: Shape, features: Int) -> Tensor<Scalar> {
      // Half precision does not hold the number of many features.
      let bound = Scalar(1 / Double(max(features, 1)).squareRoot())
      return .random(in: -bound...bound, shape: shape, using: &generator)
    }
    let head = uniform(shapes.head, features: features)
    let bias = headBias ? uniform([shapes.head[0]], features: features) : nil
    return AdaptiveSoftmaxWeights(
      head: head, headBias: bias,
      tails: shapes.tails.map { projection, weight in
        AdaptiveSoftmaxWeights.Tail(
          projection: uniform(projection, features: features), weight: uniform(weight, features: weight[1]))
      })
  }

  @usableFromInline
  func weightShapes(
    features: Int, classes: Int
  ) throws(LossError) -> (head: Shape, tails: [(projection: Shape, weight: Shape)]) {
    try checkHyperparameters()
    try Check.cutoffs(cutoffs, classes: classes)
    guard features > 0 else {
      throw .invalidHyperparameter(name: "features", integer: features, requirement: "positive")
    }
    let layout = AdaptiveSoftmaxLayout(cutoffs: cutoffs, classes: classes)
    let head: Shape = [layout.shortlist + layout.clusters.count, features]
    try Check.size(of: head, named: "weights.head")
    var tails: [(projection: Shape, weight: Shape)] = []
    var divisor = 1.0
    for (index, cluster) in layout.clusters.enumerated() {
      divisor *= divValue
      // Rounded down as in Python, where 1 // 0.1 is 9.
      let quotient = (Double(features) - Double(features).truncatingRemainder(dividingBy: divisor)) / divisor
      guard let tailFeatures = Int(exactly: quotient.rounded()) else {
        throw .invalidHyperparameter(
          name: "divValue", value: divValue, requirement: "large enough for weights to fit into memory")
      }
      let shapes: (projection: Shape, weight: Shape) = (
        [tailFeatures, features], [cluster.count, tailFeatures]
      )
      try Check.size(of: shapes.projection, named: "weights.tails[\(index)].projection")
      try Check.size(of: shapes.weight, named: "weights.tails[\(index)].weight")
      tails.append(shapes)
    }
    return (head, tails)
  }
}
