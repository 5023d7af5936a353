import Losses

// What must hold of a call that is refused, and of one that is not.
extension CallTrial {
  /// Demands that every verb throws an error, and touches nothing.
  func refuse(
    upstream: Tensor<S>?, _ expected: LossError, _ decisions: inout Decisions
  ) throws(Finding) {
    func demandError(_ verb: String, _ body: () throws(LossError) -> Void) throws(Finding) {
      do {
        try body()
      } catch {
        let isSame = dumped(error) == dumped(expected)
        return try demand(isSame, "\(verb) throws '\(error)' instead of '\(expected)'")
      }
      throw Finding(description: "\(verb) does not throw '\(expected)'")
    }
    try demandError("backward") { () throws(LossError) in
      _ = try form.backward(arguments, reduction, upstream: upstream)
    }
    try demandError("valueWithGradient") { () throws(LossError) in
      _ = try form.valueWithGradient(arguments, reduction, upstream: upstream)
    }
    try demandError("gradients") { () throws(LossError) in
      _ = try form.allGradients(arguments, reduction, upstream: upstream)
    }
    let before = drawBuffer(&decisions)
    var buffer = before
    try demandError("valueWithGradient(into:)") { () throws(LossError) in
      _ = try form.valueWithGradient(arguments, reduction, upstream: upstream, into: &buffer)
    }
    try demandSameBits(buffer, before, "the buffer of a call that is refused")
    try demand(buffer.strides == before.strides, "the buffer of a call that is refused has moved")
  }

  /// A tensor to be written to, of the right shape: anew, or a view, or the input itself.
  private func drawBuffer(_ decisions: inout Decisions) -> Tensor<S> {
    let shape = arguments.input.shape
    switch decisions.number(below: 4) {
    case 0: return Tensor(3).broadcast(to: shape)
    case 1 where shape.elementCount > 0:
      return decisions.arrangement().view(of: Tensor<S>(Tensor<Double>.random(in: 0..<1, shape, seed: 1)))
    case 2: return arguments.input
    default: return Tensor(repeating: .nan, shape: shape)
    }
  }

  /// Demands that a buffer is filled with the gradient, and only that one; and that one of another shape is refused.
  func fill(
    _ decisions: inout Decisions, _ upstream: Tensor<S>?, _ expected: Results
  ) throws(Finding) {
    let other = drawBuffer(&decisions)
    var buffer = other
    let before = other.scalars
    let value = try accepted("a buffer") { () throws(LossError) in
      try form.valueWithGradient(arguments, reduction, upstream: upstream, into: &buffer)
    }
    try demandSameBits(value, expected.value, "the value beside a buffer")
    try demandSameBits(buffer, expected.gradients[0], "the buffer")
    try demandSameBits(other, Tensor(before, shape: other.shape), "a tensor with the memory of the buffer")

    guard decisions.isMischief(in: 3) else { return }
    let wrong = Tensor<S>(5).broadcast(to: decisions.altered(arguments.input.shape))
    if wrong.shape == arguments.input.shape { return }
    buffer = wrong
    do {
      _ = try form.valueWithGradient(arguments, reduction, upstream: upstream, into: &buffer)
    } catch {
      let expected = LossError.shapeMismatch(
        argument: "gradient", shape: wrong.shape, expected: arguments.input.shape)
      try demand(error == expected, "a wrong buffer is refused by '\(error)'")
      return try demandSameBits(buffer, wrong, "a buffer that is refused")
    }
    throw Finding(description: "a buffer of shape \(wrong.shape) is accepted")
  }

  /// Demands the same bits from contiguous memory, and for any number of threads.
  func repeatElsewhere(
    _ decisions: inout Decisions, _ upstream: Tensor<S>?, _ expected: Results
  ) throws(Finding) {
    let limits = decisions.isLarge ? [1, 2, 3, 8] : [decisions.choice(of: [1, 2, 3, 8, 0, -1, .max, .min])]
    for threads in limits {
      let copies = threads == limits.last ? arguments.contiguous : arguments
      let outcome = Parallelism.$maximumThreads.withValue(threads) {
        Result { () throws(Finding) in try results(copies, upstream?.contiguous()) }
      }
      let found = try outcome.get()
      try demandSameBits(found.value, expected.value, "the value of copies, on \(threads) threads")
      for (gradient, other) in zip(found.gradients, expected.gradients) {
        try demandSameBits(gradient, other, "the gradient of copies, on \(threads) threads")
      }
    }
  }

  /// Demands that the values of the elements have the sum that the loss gives, to rounding.
  func compareWithSum(_ value: Tensor<S>) throws(Finding) {
    guard reduction == .none else { return }
    let result = try accepted("the sum") { () throws(LossError) in try form.value(arguments, .sum) }
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
