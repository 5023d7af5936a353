public import Tensors

/// The weights of an adaptive softmax, or the gradient with respect to them.
@frozen
public struct AdaptiveSoftmaxWeights<Scalar: LossScalar>: Hashable, Codable, Sendable {
  /// The weights of a cluster's classes, whose scores are W · (P · x).
  @frozen
  public struct Tail: Hashable, Codable, Sendable {
    /// The projection P to fewer features, of shape [h, F].
    public var projection: Tensor<Scalar>
    /// The weights W of the classes, of shape [classes of the cluster, h].
    public var weight: Tensor<Scalar>

    /// Creates the weights of a tail.
    @inlinable
    public init(projection: Tensor<Scalar>, weight: Tensor<Scalar>) {
      self.projection = projection
      self.weight = weight
    }
  }

  /// The weights of the classes of the shortlist, then of the clusters, of shape [shortlist + clusters, F].
  public var head: Tensor<Scalar>
  /// The bias of the head, of shape [shortlist + clusters]; none if it is `nil`.
  public var headBias: Tensor<Scalar>?
  /// The weights of each cluster, in their order.
  public var tails: [Tail]

  /// Creates weights from their parts.
  @inlinable
  public init(head: Tensor<Scalar>, headBias: Tensor<Scalar>? = nil, tails: [Tail]) {
    self.head = head
    self.headBias = headBias
    self.tails = tails
  }
}

/// The gradient with respect to the input and the weights of an adaptive softmax.
@frozen
public struct AdaptiveSoftmaxGradient<Scalar: LossScalar>: Hashable, Sendable {
  /// The gradient with respect to the input, in its shape.
  public var input: Tensor<Scalar>
  /// The gradient with respect to the weights, each in its shape.
  public var weights: AdaptiveSoftmaxWeights<Scalar>

  /// Creates a gradient from its parts, such as one that is to be written to.
  @inlinable
  public init(input: Tensor<Scalar>, weights: AdaptiveSoftmaxWeights<Scalar>) {
    self.input = input
    self.weights = weights
  }
}

extension AdaptiveSoftmaxWeights {
  /// Head and bias, then projection and weight of each tail.
  var parts: [Tensor<Scalar>?] { [head, headBias] + tails.flatMap { [$0.projection, $0.weight] } }

  init(parts: ArraySlice<Tensor<Scalar>?>) {
    let first = parts.startIndex
    self.init(
      head: parts[first]!, headBias: parts[first + 1],
      tails: stride(from: first + 2, to: parts.endIndex, by: 2).map {
        Tail(projection: parts[$0]!, weight: parts[$0 + 1]!)
      })
  }
}

extension AdaptiveSoftmaxGradient: PartedGradient {
  @usableFromInline package static var partNames: [String] {
    ["gradient.input", "gradient.weights.head", "gradient.weights.headBias"]
  }
  @usableFromInline
  package static func furtherPartNames(_ count: Int) -> [String] {
    (0..<count).map { "gradient.weights.tails[\($0 / 2)].\($0.isMultiple(of: 2) ? "projection" : "weight")" }
  }
  @usableFromInline
  package init(parts: [Tensor<Scalar>?]) {
    self.init(input: parts[0]!, weights: AdaptiveSoftmaxWeights(parts: parts[1...]))
  }
  @usableFromInline package var parts: [Tensor<Scalar>?] { [input] + weights.parts }
}

/// Where the parts of a gradient go.
struct AdaptiveSoftmaxDestinations<S: LossScalar> {
  let input: Destination<S>
  let head: Destination<S>
  let headBias: Destination<S>?
  let tails: [(projection: Destination<S>, weight: Destination<S>)]

  init(_ parts: [Destination<S>?]) {
    (input, head, headBias) = (parts[0]!, parts[1]!, parts[2])
    tails = stride(from: 3, to: parts.count, by: 2).map { (parts[$0]!, parts[$0 + 1]!) }
  }
}
