import Losses
import Testing

/// Work that is shared out among threads gives what it gives on one.
@Suite(.serialized)
struct ThreadTests {
  @Test(arguments: Subject.large)
  func bitsAreThoseOfOneThread(_ subject: Subject) throws {
    for reduction in subject.meanDenominator == nil ? [Reduction.none] : [.none, .mean] {
      try expectBitsOfOneThread(
        subject.form, subject.arguments, reduction, upstream: subject.upstream(reduction))
    }
  }

  /// Every loss that there is, of all types of numbers.
  @Test(arguments: Recipe.all)
  func everyLossHasTheBitsOfOneThread(_ recipe: Recipe) throws {
    var decisions = Decisions(seed: 1, isHostile: false, isLarge: true)
    let call = recipe.call(&decisions)
    let reduction: Reduction = recipe.hasReductions ? .mean : .none
    try expectBitsOfOneThread(call.form, call.arguments, reduction)
    try expectBitsOfOneThread(call.form, Arguments<Float>(call.arguments), reduction)
    try expectBitsOfOneThread(call.form, Arguments<Half>(call.arguments), reduction)
  }

  /// The expected sum adds some 10⁵ terms one after another, which may cost it 1000 ulp of the sum of magnitudes.
  @Test(arguments: Subject.large)
  func valuesAreThoseOfTheFormula(_ subject: Subject) throws {
    try expectClose(subject.value(.none), subject.expected, ulps: 64)
    guard let denominator = subject.meanDenominator else { return }
    let sum = subject.expected.scalars.reduce(0, +)
    let scale = subject.expected.scalars.reduce(0) { $0 + $1.magnitude }
    try expectClose(subject.value(.mean), Tensor(sum / denominator), ulps: 1000, scale: scale / denominator)
  }

  /// A part of the samples, wherever it lies in blocks, panels and chunks, has the bits that it has by itself.
  @Test(arguments: Subject.large)
  func partsHaveTheBitsOfTheWhole(_ subject: Subject) throws {
    let axis = subject.arguments.input.rank > 2 ? -1 : 0
    let length = subject.expected.shape[axis < 0 ? subject.expected.rank - 1 : 0]
    let (value, gradient) = try subject.form.valueWithGradient(
      subject.arguments, .none, upstream: subject.upstream(.none))
    for part in [0..<1, length / 3..<length * 2 / 3, length - 1..<length] {
      func selected<T>(_ tensor: Tensor<T>, isSample: Bool = false) -> Tensor<T> {
        isSample || tensor.rank > 1 ? tensor.selecting(part, axis: axis) : tensor
      }
      var arguments = subject.arguments
      arguments.input = selected(arguments.input)
      arguments.target = arguments.target.map { selected($0) }
      arguments.labels = arguments.labels.map { selected($0, isSample: true) }
      arguments.weight = arguments.weight.map { selected($0) }
      let upstream = selected(subject.upstream(.none), isSample: true)
      let own = try subject.form.valueWithGradient(arguments, .none, upstream: upstream)
      expectSameBits(selected(value, isSample: true), own.value, "value of \(part)")
      expectSameBits(selected(gradient), own.gradient, "gradient of \(part)")
    }
  }

  private func expectBitsOfOneThread<S: LossScalar>(
    _ form: any Form, _ arguments: Arguments<S>, _ reduction: Reduction, upstream: Tensor<S>? = nil
  ) throws {
    func results(threads: Int) throws -> [Tensor<S>] {
      try Parallelism.$maximumThreads.withValue(threads) {
        let (value, gradient) = try form.valueWithGradient(arguments, reduction, upstream: upstream)
        return [value, gradient]
      }
    }
    let alone = try results(threads: 1)
    for threads in [2, 3, 8] {
      for (result, expected) in try zip(results(threads: threads), alone) {
        expectSameBits(result, expected, "\(S.self), \(reduction), \(threads) threads")
      }
    }
  }
}
