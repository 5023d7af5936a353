package import Losses

/// What the verbs of an evaluation return as a gradient: one tensor, or a structure of several.
package protocol GradientTensors<Scalar> {
  associatedtype Scalar: LossScalar

  /// The labels of the arguments that the tensors are gradients with respect to, optional ones included.
  static var labels: [String] { get }

  /// The tensors in the order of the labels.
  var tensors: [Tensor<Scalar>] { get }

  /// Creates a gradient of the tensors of a list and empties the list, which would share their memory otherwise.
  init(taking tensors: inout [Tensor<Scalar>])

  /// The same, given the labels of the tensors, for a gradient with more than one optional part.
  init(taking tensors: inout [Tensor<Scalar>], labels: [String])
}

extension GradientTensors {
  package init(taking tensors: inout [Tensor<Scalar>], labels: [String]) { self.init(taking: &tensors) }
}

extension Tensor: GradientTensors where Scalar: LossScalar {
  package static var labels: [String] { ["input"] }
  package var tensors: [Tensor] { [self] }
  package init(taking tensors: inout [Tensor]) {
    self = tensors[0]
    tensors = []
  }
}

extension InputGradient: GradientTensors {
  package static var labels: [String] { ["input"] }
  package var tensors: [Tensor<Scalar>] { [input] }
  package init(taking tensors: inout [Tensor<Scalar>]) {
    self.init(input: tensors[0])
    tensors = []
  }
}

extension InputTargetGradient: GradientTensors {
  package static var labels: [String] { ["input", "target"] }
  package var tensors: [Tensor<Scalar>] { [input, target] }
  package init(taking tensors: inout [Tensor<Scalar>]) {
    self.init(input: tensors[0], target: tensors[1])
    tensors = []
  }
}

extension InputTargetWeightGradient: GradientTensors {
  package static var labels: [String] { ["input", "target", "weight"] }
  package var tensors: [Tensor<Scalar>] { [input, target] + (weight.map { [$0] } ?? []) }
  package init(taking tensors: inout [Tensor<Scalar>]) {
    self.init(input: tensors[0], target: tensors[1], weight: tensors.count > 2 ? tensors[2] : nil)
    tensors = []
  }
}

extension InputTargetVarianceGradient: GradientTensors {
  package static var labels: [String] { ["input", "target", "variance"] }
  package var tensors: [Tensor<Scalar>] { [input, target, variance] }
  package init(taking tensors: inout [Tensor<Scalar>]) {
    self.init(input: tensors[0], target: tensors[1], variance: tensors[2])
    tensors = []
  }
}

extension InputTargetDispersionGradient: GradientTensors {
  package static var labels: [String] { ["input", "target", "dispersion"] }
  package var tensors: [Tensor<Scalar>] { [input, target, dispersion] }
  package init(taking tensors: inout [Tensor<Scalar>]) {
    self.init(input: tensors[0], target: tensors[1], dispersion: tensors[2])
    tensors = []
  }
}

extension PairGradient: GradientTensors {
  package static var labels: [String] { ["input1", "input2"] }
  package var tensors: [Tensor<Scalar>] { [input1, input2] }
  package init(taking tensors: inout [Tensor<Scalar>]) {
    self.init(input1: tensors[0], input2: tensors[1])
    tensors = []
  }
}

extension PairTargetGradient: GradientTensors {
  package static var labels: [String] { ["input1", "input2", "target"] }
  package var tensors: [Tensor<Scalar>] { [input1, input2, target] }
  package init(taking tensors: inout [Tensor<Scalar>]) {
    self.init(input1: tensors[0], input2: tensors[1], target: tensors[2])
    tensors = []
  }
}

extension TripletGradient: GradientTensors {
  package static var labels: [String] { ["anchor", "positive", "negative"] }
  package var tensors: [Tensor<Scalar>] { [anchor, positive, negative] }
  package init(taking tensors: inout [Tensor<Scalar>]) {
    self.init(anchor: tensors[0], positive: tensors[1], negative: tensors[2])
    tensors = []
  }
}

extension RNNTJoinedGradient: GradientTensors {
  package static var labels: [String] { ["encoder", "predictor"] }
  package var tensors: [Tensor<Scalar>] { [encoder, predictor] }
  package init(taking tensors: inout [Tensor<Scalar>]) {
    self.init(encoder: tensors[0], predictor: tensors[1])
    tensors = []
  }
}

extension LinearGradient: GradientTensors {
  package static var labels: [String] { ["input", "linearWeight", "linearBias"] }
  package var tensors: [Tensor<Scalar>] { [input, linearWeight] + (linearBias.map { [$0] } ?? []) }
  package init(taking tensors: inout [Tensor<Scalar>]) {
    self.init(
      input: tensors[0], linearWeight: tensors[1], linearBias: tensors.count > 2 ? tensors[2] : nil)
    tensors = []
  }
}

extension LinearTargetGradient: GradientTensors {
  package static var labels: [String] { LinearGradient<Scalar>.labels + ["target"] }
  package var tensors: [Tensor<Scalar>] {
    [input, linearWeight] + (linearBias.map { [$0] } ?? []) + [target]
  }
  package init(taking tensors: inout [Tensor<Scalar>]) {
    self.init(
      input: tensors[0], linearWeight: tensors[1], linearBias: tensors.count > 3 ? tensors[2] : nil,
      target: tensors.last!)
    tensors = []
  }
}

extension AdaptiveSoftmaxGradient: GradientTensors {
  /// Those of the tails follow.
  package static var labels: [String] { ["input", "weights.head", "weights.headBias"] }
  package var tensors: [Tensor<Scalar>] {
    [input, weights.head] + (weights.headBias.map { [$0] } ?? [])
      + weights.tails.flatMap { [$0.projection, $0.weight] }
  }
  package init(taking tensors: inout [Tensor<Scalar>]) { self.init(taking: &tensors, labels: Self.labels) }
  package init(taking tensors: inout [Tensor<Scalar>], labels: [String]) {
    let hasBias = labels.contains("weights.headBias")
    let first = hasBias ? 3 : 2
    self.init(
      input: tensors[0],
      weights: AdaptiveSoftmaxWeights(
        head: tensors[1], headBias: hasBias ? tensors[2] : nil,
        tails: stride(from: first, to: tensors.count, by: 2).map {
          AdaptiveSoftmaxWeights.Tail(projection: tensors[$0], weight: tensors[$0 + 1])
        }))
    tensors = []
  }
}
