import Losses

/// The verbs of a loss of two or three tensors that gives a gradient by each of them.
///
/// Of the arguments, `input` holds tensor `slots[0]`, `target` holds `slots[1]` and `weight` holds `slots[2]`. The
/// gradient that comes alone is that of slot 0, and with it comes that of slot 1: another order looks at others.
protocol TensorsForm: Form {
  var slots: [Int] { get }

  /// What errors call a buffer for the gradient by a tensor.
  func bufferName(_ tensor: Int) -> String

  func value<S: LossScalar>(_ tensors: [Tensor<S>], _ reduction: Reduction) throws(LossError) -> Tensor<S>

  func gradients<S: LossScalar>(
    _ tensors: [Tensor<S>], _ reduction: Reduction, upstream: Tensor<S>?
  ) throws(LossError) -> [Tensor<S>]

  func valueWithGradients<S: LossScalar>(
    _ tensors: [Tensor<S>], _ reduction: Reduction, upstream: Tensor<S>?
  ) throws(LossError) -> (value: Tensor<S>, gradients: [Tensor<S>])

  func valueWithGradients<S: LossScalar>(
    _ tensors: [Tensor<S>], _ reduction: Reduction, upstream: Tensor<S>?, into gradients: inout [Tensor<S>]
  ) throws(LossError) -> Tensor<S>
}

extension TensorsForm {
  /// The tensors in the order of the loss.
  func tensors<S: LossScalar>(_ a: Arguments<S>) -> [Tensor<S>] {
    // Answers of ±1 may come as labels.
    let last = a.weight ?? a.labels.map { Tensor<S>($0) }
    let given = [a.input, a.target!] + (last.map { [$0] } ?? [])
    var tensors = given
    for (slot, tensor) in slots.enumerated() { tensors[tensor] = given[slot] }
    return tensors
  }

  func value<S: LossScalar>(_ a: Arguments<S>, _ reduction: Reduction) throws(LossError) -> Tensor<S> {
    try value(tensors(a), reduction)
  }

  func backward<S: LossScalar>(
    _ a: Arguments<S>, _ reduction: Reduction, upstream: Tensor<S>?
  ) throws(LossError) -> Tensor<S> {
    try gradients(tensors(a), reduction, upstream: upstream)[slots[0]]
  }

  func valueWithGradient<S: LossScalar>(
    _ a: Arguments<S>, _ reduction: Reduction, upstream: Tensor<S>?
  ) throws(LossError) -> (value: Tensor<S>, gradient: Tensor<S>) {
    let (value, gradients) = try valueWithGradients(tensors(a), reduction, upstream: upstream)
    return (value, gradients[slots[0]])
  }

  func valueWithGradient<S: LossScalar>(
    _ a: Arguments<S>, _ reduction: Reduction, upstream: Tensor<S>?, into gradient: inout Tensor<S>
  ) throws(LossError) -> Tensor<S> {
    // A copy would share the buffer's memory: it is swapped.
    var gradients = Array(repeating: Tensor<S>.zeros(a.input.shape), count: slots.count)
    swap(&gradients[slots[0]], &gradient)
    defer { swap(&gradients[slots[0]], &gradient) }
    do throws(LossError) {
      return try valueWithGradients(tensors(a), reduction, upstream: upstream, into: &gradients)
    } catch {
      // Whoever looks at one gradient knows it by that name.
      if case .shapeMismatch(bufferName(slots[0]), let shape, let expected) = error {
        throw .shapeMismatch(argument: "gradient", shape: shape, expected: expected)
      }
      throw error
    }
  }

  func gradients<S: LossScalar>(
    _ a: Arguments<S>, _ reduction: Reduction, upstream: Tensor<S>?
  ) throws(LossError) -> (input: Tensor<S>, target: Tensor<S>)? {
    let all = try gradients(tensors(a), reduction, upstream: upstream)
    return (all[slots[0]], all[slots[1]])
  }
}

/// Two scores and an answer.
struct RankingForm: TensorsForm {
  var slots = [0, 1, 2]
  let loss: @Sendable (Reduction) -> MarginRankingLoss

  func bufferName(_ tensor: Int) -> String { ["gradient.input1", "gradient.input2"][tensor] }

  func value<S: LossScalar>(_ t: [Tensor<S>], _ reduction: Reduction) throws(LossError) -> Tensor<S> {
    try loss(reduction)(t[0], input2: t[1], target: t[2])
  }

  func gradients<S: LossScalar>(
    _ t: [Tensor<S>], _ reduction: Reduction, upstream: Tensor<S>?
  ) throws(LossError) -> [Tensor<S>] {
    let all = try loss(reduction).gradients(t[0], input2: t[1], target: t[2], upstream: upstream)
    return [all.input1, all.input2, all.target]
  }

  func backward<S: LossScalar>(
    _ a: Arguments<S>, _ reduction: Reduction, upstream: Tensor<S>?
  ) throws(LossError) -> Tensor<S> {
    let t = tensors(a)
    let gradient = try loss(reduction).backward(t[0], input2: t[1], target: t[2], upstream: upstream)
    return gradient.list[slots[0]]
  }

  func valueWithGradients<S: LossScalar>(
    _ t: [Tensor<S>], _ reduction: Reduction, upstream: Tensor<S>?
  ) throws(LossError) -> (value: Tensor<S>, gradients: [Tensor<S>]) {
    let (value, gradient) = try loss(reduction).valueWithGradient(
      t[0], input2: t[1], target: t[2], upstream: upstream)
    return (value, gradient.list)
  }

  func valueWithGradients<S: LossScalar>(
    _ t: [Tensor<S>], _ reduction: Reduction, upstream: Tensor<S>?, into gradients: inout [Tensor<S>]
  ) throws(LossError) -> Tensor<S> {
    try withPair(&gradients) { (pair) throws(LossError) in
      try loss(reduction).valueWithGradient(t[0], input2: t[1], target: t[2], upstream: upstream, into: &pair)
    }
  }
}

/// Two inputs of vectors and an answer, which has no gradient.
struct EmbeddingForm: TensorsForm {
  var slots = [0, 1]
  let loss: @Sendable (Reduction) -> CosineEmbeddingLoss

  func bufferName(_ tensor: Int) -> String { ["gradient.input1", "gradient.input2"][tensor] }

  func value<S: LossScalar>(_ t: [Tensor<S>], _ reduction: Reduction) throws(LossError) -> Tensor<S> {
    try loss(reduction)(t[0], input2: t[1], target: t[2])
  }

  func gradients<S: LossScalar>(
    _ t: [Tensor<S>], _ reduction: Reduction, upstream: Tensor<S>?
  ) throws(LossError) -> [Tensor<S>] {
    try loss(reduction).backward(t[0], input2: t[1], target: t[2], upstream: upstream).list
  }

  func valueWithGradients<S: LossScalar>(
    _ t: [Tensor<S>], _ reduction: Reduction, upstream: Tensor<S>?
  ) throws(LossError) -> (value: Tensor<S>, gradients: [Tensor<S>]) {
    let (value, gradient) = try loss(reduction).valueWithGradient(
      t[0], input2: t[1], target: t[2], upstream: upstream)
    return (value, gradient.list)
  }

  func valueWithGradients<S: LossScalar>(
    _ t: [Tensor<S>], _ reduction: Reduction, upstream: Tensor<S>?, into gradients: inout [Tensor<S>]
  ) throws(LossError) -> Tensor<S> {
    try withPair(&gradients) { (pair) throws(LossError) in
      try loss(reduction).valueWithGradient(t[0], input2: t[1], target: t[2], upstream: upstream, into: &pair)
    }
  }
}

/// A measure of two tensors of vectors. It has no reduction.
struct MeasureForm<Measure: VectorMeasure>: TensorsForm {
  var slots = [0, 1]
  let measure: Measure

  func bufferName(_ tensor: Int) -> String { ["gradient.input1", "gradient.input2"][tensor] }

  func value<S: LossScalar>(_ t: [Tensor<S>], _ reduction: Reduction) throws(LossError) -> Tensor<S> {
    try measure(t[0], t[1])
  }

  func gradients<S: LossScalar>(
    _ t: [Tensor<S>], _ reduction: Reduction, upstream: Tensor<S>?
  ) throws(LossError) -> [Tensor<S>] {
    try measure.backward(t[0], t[1], upstream: upstream).list
  }

  func valueWithGradients<S: LossScalar>(
    _ t: [Tensor<S>], _ reduction: Reduction, upstream: Tensor<S>?
  ) throws(LossError) -> (value: Tensor<S>, gradients: [Tensor<S>]) {
    let (value, gradient) = try measure.valueWithGradient(t[0], t[1], upstream: upstream)
    return (value, gradient.list)
  }

  func valueWithGradients<S: LossScalar>(
    _ t: [Tensor<S>], _ reduction: Reduction, upstream: Tensor<S>?, into gradients: inout [Tensor<S>]
  ) throws(LossError) -> Tensor<S> {
    try withPair(&gradients) { (pair) throws(LossError) in
      try measure.valueWithGradient(t[0], t[1], upstream: upstream, into: &pair)
    }
  }
}

/// Anchor, positive and negative.
struct TripletForm<Distance: VectorMeasure>: TensorsForm {
  var slots = [0, 1, 2]
  let loss: @Sendable (Reduction) -> TripletMarginWithDistanceLoss<Distance>

  func bufferName(_ tensor: Int) -> String {
    ["gradient.anchor", "gradient.positive", "gradient.negative"][tensor]
  }

  func value<S: LossScalar>(_ t: [Tensor<S>], _ reduction: Reduction) throws(LossError) -> Tensor<S> {
    try loss(reduction)(t[0], positive: t[1], negative: t[2])
  }

  func gradients<S: LossScalar>(
    _ t: [Tensor<S>], _ reduction: Reduction, upstream: Tensor<S>?
  ) throws(LossError) -> [Tensor<S>] {
    try loss(reduction).backward(t[0], positive: t[1], negative: t[2], upstream: upstream).list
  }

  func valueWithGradients<S: LossScalar>(
    _ t: [Tensor<S>], _ reduction: Reduction, upstream: Tensor<S>?
  ) throws(LossError) -> (value: Tensor<S>, gradients: [Tensor<S>]) {
    let (value, gradient) = try loss(reduction).valueWithGradient(
      t[0], positive: t[1], negative: t[2], upstream: upstream)
    return (value, gradient.list)
  }

  func valueWithGradients<S: LossScalar>(
    _ t: [Tensor<S>], _ reduction: Reduction, upstream: Tensor<S>?, into gradients: inout [Tensor<S>]
  ) throws(LossError) -> Tensor<S> {
    let unset = Tensor<S>(0)
    var triplet = TripletGradient(anchor: unset, positive: unset, negative: unset)
    func exchange(_ triplet: inout TripletGradient<S>, _ gradients: inout [Tensor<S>]) {
      swap(&triplet.anchor, &gradients[0])
      swap(&triplet.positive, &gradients[1])
      swap(&triplet.negative, &gradients[2])
    }
    exchange(&triplet, &gradients)
    defer { exchange(&triplet, &gradients) }
    return try loss(reduction).valueWithGradient(
      t[0], positive: t[1], negative: t[2], upstream: upstream, into: &triplet)
  }
}

/// A form whose gradient by the target is left out.
struct InputOnly<Base: Form>: Form {
  let base: Base

  func value<S: LossScalar>(_ a: Arguments<S>, _ reduction: Reduction) throws(LossError) -> Tensor<S> {
    try base.value(a, reduction)
  }

  func backward<S: LossScalar>(
    _ a: Arguments<S>, _ reduction: Reduction, upstream: Tensor<S>?
  ) throws(LossError) -> Tensor<S> {
    try base.backward(a, reduction, upstream: upstream)
  }

  func valueWithGradient<S: LossScalar>(
    _ a: Arguments<S>, _ reduction: Reduction, upstream: Tensor<S>?
  ) throws(LossError) -> (value: Tensor<S>, gradient: Tensor<S>) {
    try base.valueWithGradient(a, reduction, upstream: upstream)
  }

  func valueWithGradient<S: LossScalar>(
    _ a: Arguments<S>, _ reduction: Reduction, upstream: Tensor<S>?, into gradient: inout Tensor<S>
  ) throws(LossError) -> Tensor<S> {
    try base.valueWithGradient(a, reduction, upstream: upstream, into: &gradient)
  }
}

/// Input, target and variance, of which one is the second argument and the other the weight. The verbs give the
/// gradient by the input.
struct GaussianForm: Form {
  var isVarianceSecond = false
  let loss: @Sendable (Reduction) -> GaussianNLLLoss

  private func target<S: LossScalar>(_ a: Arguments<S>) -> Tensor<S> {
    isVarianceSecond ? a.weight! : a.target!
  }

  private func variance<S: LossScalar>(_ a: Arguments<S>) -> Tensor<S> {
    isVarianceSecond ? a.target! : a.weight!
  }

  func value<S: LossScalar>(_ a: Arguments<S>, _ reduction: Reduction) throws(LossError) -> Tensor<S> {
    try loss(reduction)(a.input, target: target(a), variance: variance(a))
  }

  func backward<S: LossScalar>(
    _ a: Arguments<S>, _ reduction: Reduction, upstream: Tensor<S>?
  ) throws(LossError) -> Tensor<S> {
    try loss(reduction).backward(a.input, target: target(a), variance: variance(a), upstream: upstream)
  }

  func valueWithGradient<S: LossScalar>(
    _ a: Arguments<S>, _ reduction: Reduction, upstream: Tensor<S>?
  ) throws(LossError) -> (value: Tensor<S>, gradient: Tensor<S>) {
    try loss(reduction).valueWithGradient(
      a.input, target: target(a), variance: variance(a), upstream: upstream)
  }

  func valueWithGradient<S: LossScalar>(
    _ a: Arguments<S>, _ reduction: Reduction, upstream: Tensor<S>?, into gradient: inout Tensor<S>
  ) throws(LossError) -> Tensor<S> {
    try loss(reduction).valueWithGradient(
      a.input, target: target(a), variance: variance(a), upstream: upstream, into: &gradient)
  }

  func gradients<S: LossScalar>(
    _ a: Arguments<S>, _ reduction: Reduction, upstream: Tensor<S>?
  ) throws(LossError) -> (input: Tensor<S>, target: Tensor<S>)? {
    let all = try loss(reduction).gradients(
      a.input, target: target(a), variance: variance(a), upstream: upstream)
    return (all.input, isVarianceSecond ? all.variance : all.target)
  }
}

extension PairGradient {
  fileprivate var list: [Tensor<S>] { [input1, input2] }
}

extension TripletGradient {
  fileprivate var list: [Tensor<S>] { [anchor, positive, negative] }
}

/// Lends two tensors as a pair, without a copy that would share their memory.
private func withPair<S: LossScalar>(
  _ tensors: inout [Tensor<S>], _ body: (inout PairGradient<S>) throws(LossError) -> Tensor<S>
) throws(LossError) -> Tensor<S> {
  var pair = PairGradient(input1: Tensor<S>(0), input2: Tensor<S>(0))
  swap(&pair.input1, &tensors[0])
  swap(&pair.input2, &tensors[1])
  defer {
    swap(&pair.input1, &tensors[0])
    swap(&pair.input2, &tensors[1])
  }
  return try body(&pair)
}
