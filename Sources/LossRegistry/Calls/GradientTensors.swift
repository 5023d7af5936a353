package import Losses

/// What the verbs of an evaluation return as a gradient: one tensor, or a structure of several.
package protocol GradientTensors<Scalar> {
  associatedtype Scalar: LossScalar

  /// The labels of the arguments that the tensors are gradients with respect to, optional ones included.
  static var labels: [String] { get }

  /// The tensors in the order of the labels.
  var tensors: [Tensor<Scalar>] { get }

  /// Creates a gradient of such tensors, given the labels of those that are there.
  init(_ tensors: [Tensor<Scalar>], labels: [String])
}

extension GradientTensors {
  /// Creates a gradient of the tensors of a list and empties the list, which would share their memory otherwise.
  init(taking tensors: inout [Tensor<Scalar>], labels: [String]) {
    self.init(tensors, labels: labels)
    tensors = []
  }
}

extension Tensor: GradientTensors where Scalar: LossScalar {
  package static var labels: [String] { ["input"] }
  package var tensors: [Tensor] { [self] }
  package init(_ tensors: [Tensor], labels: [String]) {
    self = tensors[0]
  }
}

extension InputGradient: GradientTensors {
  package static var labels: [String] { ["input"] }
  package var tensors: [Tensor<Scalar>] { [input] }
  package init(_ tensors: [Tensor<Scalar>], labels: [String]) {
    self.init(input: tensors[0])
  }
}

extension InputTargetGradient: GradientTensors {
  package static var labels: [String] { ["input", "target"] }
  package var tensors: [Tensor<Scalar>] { [input, target] }
  package init(_ tensors: [Tensor<Scalar>], labels: [String]) {
    self.init(input: tensors[0], target: tensors[1])
  }
}

extension InputTargetWeightGradient: GradientTensors {
  package static var labels: [String] { ["input", "target", "weight"] }
  package var tensors: [Tensor<Scalar>] { [input, target] + (weight.map { [$0] } ?? []) }
  package init(_ tensors: [Tensor<Scalar>], labels: [String]) {
    self.init(input: tensors[0], target: tensors[1], weight: tensors.count > 2 ? tensors[2] : nil)
  }
}

extension InputTargetVarianceGradient: GradientTensors {
  package static var labels: [String] { ["input", "target", "variance"] }
  package var tensors: [Tensor<Scalar>] { [input, target, variance] }
  package init(_ tensors: [Tensor<Scalar>], labels: [String]) {
    self.init(input: tensors[0], target: tensors[1], variance: tensors[2])
  }
}

extension InputTargetDispersionGradient: GradientTensors {
  package static var labels: [String] { ["input", "target", "dispersion"] }
  package var tensors: [Tensor<Scalar>] { [input, target, dispersion] }
  package init(_ tensors: [Tensor<Scalar>], labels: [String]) {
    self.init(input: tensors[0], target: tensors[1], dispersion: tensors[2])
  }
}

extension PairGradient: GradientTensors {
  package static var labels: [String] { ["input1", "input2"] }
  package var tensors: [Tensor<Scalar>] { [input1, input2] }
  package init(_ tensors: [Tensor<Scalar>], labels: [String]) {
    self.init(input1: tensors[0], input2: tensors[1])
  }
}

extension PairTargetGradient: GradientTensors {
  package static var labels: [String] { ["input1", "input2", "target"] }
  package var tensors: [Tensor<Scalar>] { [input1, input2, target] }
  package init(_ tensors: [Tensor<Scalar>], labels: [String]) {
    self.init(input1: tensors[0], input2: tensors[1], target: tensors[2])
  }
}

extension TripletGradient: GradientTensors {
  package static var labels: [String] { ["anchor", "positive", "negative"] }
  package var tensors: [Tensor<Scalar>] { [anchor, positive, negative] }
  package init(_ tensors: [Tensor<Scalar>], labels: [String]) {
    self.init(anchor: tensors[0], positive: tensors[1], negative: tensors[2])
  }
}

extension RNNTJoinedGradient: GradientTensors {
  package static var labels: [String] { ["encoder", "predictor"] }
  package var tensors: [Tensor<Scalar>] { [encoder, predictor] }
  package init(_ tensors: [Tensor<Scalar>], labels: [String]) {
    self.init(encoder: tensors[0], predictor: tensors[1])
  }
}

extension LinearGradient: GradientTensors {
  package static var labels: [String] { ["input", "linearWeight", "linearBias"] }
  package var tensors: [Tensor<Scalar>] { [input, linearWeight] + (linearBias.map { [$0] } ?? []) }
  package init(_ tensors: [Tensor<Scalar>], labels: [String]) {
    self.init(
      input: tensors[0], linearWeight: tensors[1], linearBias: tensors.count > 2 ? tensors[2] : nil)
  }
}

extension LinearTargetGradient: GradientTensors {
  package static var labels: [String] { LinearGradient<Scalar>.labels + ["target"] }
  package var tensors: [Tensor<Scalar>] {
    [input, linearWeight] + (linearBias.map { [$0] } ?? []) + [target]
  }
  package init(_ tensors: [Tensor<Scalar>], labels: [String]) {
    self.init(
      input: tensors[0], linearWeight: tensors[1], linearBias: tensors.count > 3 ? tensors[2] : nil,
      target: tensors.last!)
  }
}

extension AdaptiveSoftmaxGradient: GradientTensors {
  /// Those of the tails follow.
  package static var labels: [String] { ["input", "weights.head", "weights.headBias"] }
  package var tensors: [Tensor<Scalar>] {
    [input, weights.head] + (weights.headBias.map { [$0] } ?? [])
      + weights.tails.flatMap { [$0.projection, $0.weight] }
  }
  package init(_ tensors: [Tensor<Scalar>], labels: [String]) {
    let hasBias = labels.contains("weights.headBias")
    let first = hasBias ? 3 : 2
    self.init(
      input: tensors[0],
      weights: AdaptiveSoftmaxWeights(
        head: tensors[1], headBias: hasBias ? tensors[2] : nil,
        tails: stride(from: first, to: tensors.count, by: 2).map {
          AdaptiveSoftmaxWeights.Tail(projection: tensors[$0], weight: tensors[$0 + 1])
        }))
  }
}
