import LossRegistry
import Losses

// What must hold of an invalid call, and of a valid one.
extension CallTrial {
  /// Demands that the call throws this error again, also with contiguous copies.
  func demandSameError(_ expected: LossError) throws(Finding) {
    for copies in [arguments, arguments.contiguous] {
      try demandError(expected, "the call") { () throws(LossError) in
        _ = try loss.evaluation(of: copies, reduction)
      }
    }
  }

  /// Demands that every verb throws an error and changes nothing.
  func demandError(
    _ expected: LossError, of evaluation: ErasedEvaluation<S>, _ upstream: Tensor<S>?,
    _ decisions: inout Decisions
  ) throws(Finding) {
    try demandError(expected, "backward") { () throws(LossError) in
      _ = try evaluation.backward(upstream: upstream)
    }
    try demandError(expected, "valueWithGradient") { () throws(LossError) in
      _ = try evaluation.valueWithGradient(upstream: upstream)
    }
    try demandError(expected, "gradients") { () throws(LossError) in
      _ = try evaluation.gradients(upstream: upstream)
    }
    try demandError(expected, of: evaluation, upstream, buffers: drawBuffers(evaluation, &decisions))
  }

  /// Demands that the verbs that write to buffers throw an error and leave these as they are.
  private func demandError(
    _ expected: LossError, of evaluation: ErasedEvaluation<S>, _ upstream: Tensor<S>?,
    buffers before: Gradients
  ) throws(Finding) {
    var buffers = before
    try demandError(expected, "valueWithGradient(into:)") { () throws(LossError) in
      _ = try evaluation.valueWithGradient(into: &buffers, upstream: upstream)
    }
    try demandError(expected, "valueWithGradient(addingTo:)") { () throws(LossError) in
      _ = try evaluation.valueWithGradient(addingTo: &buffers, upstream: upstream)
    }
    try demandSameBits(buffers, before, "a buffer of an invalid call")
    for (label, buffer) in buffers {
      try demand(buffer.strides == before[label]!.strides, "the buffer \(label) of an invalid call has moved")
    }
  }

  private func demandError(
    _ expected: LossError, _ verb: String, _ body: () throws(LossError) -> Void
  ) throws(Finding) {
    do {
      try body()
    } catch {
      let isSame = error.withoutHint.dumped == expected.withoutHint.dumped
      return try demand(isSame, "\(verb) throws '\(error)' instead of '\(expected)'")
    }
    throw Finding(description: "\(verb) does not throw '\(expected)'")
  }

  /// Returns buffers of the right shapes: new ones, or views, or the arguments themselves.
  private func drawBuffers(_ evaluation: ErasedEvaluation<S>, _ decisions: inout Decisions) -> Gradients {
    Labelled(
      labels: evaluation.labels, values: evaluation.labels.map { drawBuffer(for: $0, &decisions) })
  }

  private func drawBuffer(for label: String, _ decisions: inout Decisions) -> Tensor<S> {
    let shape = arguments[label].shape
    switch decisions.number(below: 4) {
    case 0: return Tensor(3).broadcast(to: shape)
    case 1 where shape.elementCount > 0:
      return decisions.arrangement().view(of: Tensor<S>(Tensor<Double>.random(in: 0..<1, shape, seed: 1)))
    case 2: return arguments[label]
    default: return Tensor(repeating: .nan, shape: shape)
    }
  }

  /// Demands that buffers are filled with the gradients, and nothing else is; and that one of another shape is rejected.
  func fill(
    _ decisions: inout Decisions, _ evaluation: ErasedEvaluation<S>, _ upstream: Tensor<S>?,
    _ expected: Results
  ) throws(Finding) {
    let others = drawBuffers(evaluation, &decisions)
    let before = others.map { $1.detached() }
    var buffers = others
    let value = try valid("a buffer") { () throws(LossError) in
      try evaluation.valueWithGradient(into: &buffers, upstream: upstream)
    }
    try demandSameBits(value, expected.value, "the value beside a buffer")
    try demandSameBits(buffers, expected.gradient, "in a buffer")
    try demandSameBits(others, before, "in a tensor that shared the memory of a buffer")

    guard decisions.injectsFault(in: 3) else { return }
    let position = decisions.number(below: evaluation.labels.count)
    let label = evaluation.labels[position]
    let wrong = Tensor<S>(5).broadcast(to: decisions.altered(arguments[label].shape))
    if wrong.shape == arguments[label].shape { return }
    buffers[label] = wrong
    let error = LossError.shapeMismatch(
      argument: evaluation.bufferNames[position], shape: wrong.shape, expected: arguments[label].shape)
    try demandError(error, of: evaluation, upstream, buffers: buffers)
  }

  /// Demands that gradients are added to what buffers hold.
  func accumulate(
    _ decisions: inout Decisions, _ evaluation: ErasedEvaluation<S>, _ upstream: Tensor<S>?,
    _ expected: Results
  ) throws(Finding) {
    let others = drawBuffers(evaluation, &decisions)
    let before = others.map { $1.detached() }
    var buffers = others
    let value = try valid("a buffer that is added to") { () throws(LossError) in
      try evaluation.valueWithGradient(addingTo: &buffers, upstream: upstream)
    }
    try demandSameBits(value, expected.value, "the value beside a buffer that is added to")
    let gradient = try valid("the gradient before it is rounded") { () throws(LossError) in
      try loss.unroundedGradient(of: arguments, reduction, upstream: upstream)
    }
    // Where a row counts for nothing, linear heads add nothing, and a −0 stays. The others add 0.
    let keepsZeros = loss is LinearCrossEntropyLoss || loss is AdaptiveLogSoftmaxWithLoss
    func comparable(_ gradients: Gradients) -> Gradients {
      keepsZeros ? gradients.map { $1.map { $0 == 0 ? 0 : $0 } } : gradients
    }
    try demandSameBits(comparable(buffers), comparable(sum(before, gradient)), "added to a buffer")
    try demandSameBits(others, before, "in a tensor that shared the memory of a buffer that is added to")
  }

  /// Demands the same bits from contiguous memory, and for any number of threads.
  func repeatElsewhere(
    _ decisions: inout Decisions, _ upstream: Tensor<S>?, _ expected: Results
  ) throws(Finding) {
    let limits = decisions.isLarge ? [1, 2, 3, 8] : [decisions.choice(of: [1, 2, 3, 8, 0, -1, .max, .min])]
    for threads in limits {
      let copies = threads == limits.last ? arguments.contiguous : arguments
      let outcome = Parallelism.withThreads(threads) {
        Result { () throws(Finding) in
          let evaluation = try valid("the call with copies") { () throws(LossError) in
            try loss.evaluation(of: copies, reduction)
          }
          return try results(of: evaluation, upstream?.contiguous())
        }
      }
      let found = try outcome.get()
      try demandSameBits(found.value, expected.value, "the value of copies, on \(threads) threads")
      try demandSameBits(found.all, expected.all, "of copies, on \(threads) threads")
    }
  }

  /// Demands that the values of the elements have the sum that the loss gives, to rounding.
  func compareWithSum(_ value: Tensor<S>) throws(Finding) {
    guard reduction == .none else { return }
    let result = try valid("the sum") { () throws(LossError) in
      try loss.evaluation(of: arguments, .sum).value()
    }
    let values = value.scalars.map { Double($0) }
    // Without reductions, the result is that of each element once more.
    guard result.rank == 0, Double(result.item).isFinite, values.allSatisfy(\.isFinite) else { return }
    let scale = values.reduce(0) { $0 + $1.magnitude }
    // An addend goes through some thirty additions in its own precision before the sum goes on in `Double`.
    let count = Double(values.count)
    let rounding = 16 * Double(S.Computation.ulpOfOne) + Double(S.ulpOfOne) + count * .ulpOfOne
    let tolerance = rounding * scale + count * Double(S.leastNonzeroMagnitude)
    let (sum, total) = (Double(result.item), values.reduce(0, +))
    try demand((sum - total).magnitude <= tolerance, "the sum is \(sum) instead of \(total)")
  }
}
