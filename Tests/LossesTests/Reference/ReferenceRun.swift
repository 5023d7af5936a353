import LossRegistry
import Losses

extension ReferenceCase {
  /// The failures in the order in which they were found: none if the case passes.
  ///
  /// - Parameter ulps: The tolerance for well-conditioned elements, if they are to be held to one.
  func failures(of loss: RegisteredLoss, ulps: ElementTolerance? = nil) -> [String] {
    guard let reference = loss.reference else { return ["the registry does not say how to call \(loss)"] }
    let call: Call
    do { call = try self.call.get() } catch { return ["cannot be read: \(error)"] }
    do {
      let arguments = try ReferenceArguments(call.arguments, names: reference.names)
      let adapter = try reference.loss(arguments)
      // The first tensor's dtype is what the case is computed in.
      switch try arguments.source(reference.parameters[0].name).dtype {
      case .float64: return try call.failures(reference, adapter, arguments, in: Double.self, ulps: ulps)
      case .float32: return try call.failures(reference, adapter, arguments, in: Float.self, ulps: ulps)
      #if !((os(macOS) || targetEnvironment(macCatalyst)) && arch(x86_64))
        case .float16: return try call.failures(reference, adapter, arguments, in: Float16.self, ulps: ulps)
      #endif
      case .bfloat16: return try call.failures(reference, adapter, arguments, in: BFloat16.self, ulps: ulps)
      case let dtype: throw ReferenceProblem.inexpressible("the input is \(dtype)")
      }
    } catch ReferenceProblem.inexpressible where call.expect.error != nil {
      return []
    } catch {
      return ["cannot be run: \(error)"]
    }
  }
}

extension ReferenceCase.Call {
  fileprivate func failures<S: ReferenceScalar>(
    _ reference: ReferenceCall, _ loss: any Adapter, _ source: ReferenceArguments, in scalar: S.Type,
    ulps: ElementTolerance?
  ) throws -> [String] {
    let arguments = try reference.arguments(source, in: S.self)
    var upstream: Tensor<S>?
    if let tensor = self.upstream {
      upstream = source.watched(try tensor.tensor(), "upstream") { try tensor.tensor() }
    }
    var failures: [String]
    switch (Result { () throws(LossError) in try loss.evaluation(of: arguments) }, expect.error) {
    case (.success(let evaluation), nil):
      // Sums in a buffer are rounded once, from the gradient as it is computed.
      let unrounded = try loss.evaluation(of: Arguments<S.Computation>(arguments))
        .backward(upstream: upstream.map { Tensor<S.Computation>($0) })
      var comparison = VerbComparison<S>(reference: reference, expected: expect, ulps: ulps)
      comparison.compareVerbs(of: evaluation, arguments, upstream, unrounded: unrounded)
      if expect.output != nil {
        comparison.compareOutput(try loss.evaluation(of: arguments, .none).value().map { -$0 })
      }
      failures = comparison.failures
    case (.success, let message?): failures = ["call: does not throw, where PyTorch says: \(message)"]
    case (.failure(let error), nil): failures = ["call: throws \(error)"]
    case (.failure, _?): failures = []
    }
    failures += try source.changed.map { "\($0) was changed" }
    return failures
  }
}

/// The results of all verbs beside those that are expected.
private struct VerbComparison<S: ReferenceScalar> {
  let reference: ReferenceCall
  let expected: ReferenceCase.Expectation
  let ulps: ElementTolerance?
  var failures: [String] = []

  /// PyTorch's names of the arguments whose gradient some verb has given.
  private var given: Set<String> = []

  init(reference: ReferenceCall, expected: ReferenceCase.Expectation, ulps: ElementTolerance?) {
    self.reference = reference
    self.expected = expected
    self.ulps = ulps
  }

  mutating func compareVerbs(
    of evaluation: ErasedEvaluation<S>, _ arguments: Arguments<S>, _ upstream: Tensor<S>?,
    unrounded: Labelled<Tensor<S.Computation>>
  ) {
    compare("call", evaluation.value())
    attempt("backward") { (comparison) throws(LossError) in
      comparison.compare("backward", try evaluation.backward(upstream: upstream))
    }
    attempt("valueWithGradient") { (comparison) throws(LossError) in
      let (value, gradient) = try evaluation.valueWithGradient(upstream: upstream)
      comparison.compare("valueWithGradient", value)
      comparison.compare("valueWithGradient", gradient)
      try comparison.compareBuffers(
        evaluation, arguments, upstream, returned: gradient, unrounded: unrounded)
    }
    attempt("gradients") { (comparison) throws(LossError) in
      comparison.compare("gradients", try evaluation.gradients(upstream: upstream))
    }
    let names = expected.gradients ?? [:]
    failures += Set(names.keys).subtracting(given).sorted().map { "no verb gives the gradient of \($0)" }
  }

  mutating func compareOutput(_ output: Tensor<S>) {
    if let expected = expected.output { compare("output", output, expected, isExact: false) }
  }

  private mutating func compareBuffers(
    _ evaluation: ErasedEvaluation<S>, _ arguments: Arguments<S>, _ upstream: Tensor<S>?,
    returned: Labelled<Tensor<S>>, unrounded: Labelled<Tensor<S.Computation>>
  ) throws(LossError) {
    // Memory as a caller may pass it: NaN of a kind that no computation leaves behind.
    var buffers = evaluation.buffers(repeating: .signalingNaN, for: arguments)
    compare(
      "valueWithGradient(into:)", try evaluation.valueWithGradient(into: &buffers, upstream: upstream))
    compare("valueWithGradient(into:)", buffers)
    expectSame(buffers, returned, "valueWithGradient(into:)", "the returned one")

    let old = evaluation.buffers(repeating: 0.75, for: arguments)
    buffers = old
    compare(
      "valueWithGradient(addingTo:)",
      try evaluation.valueWithGradient(addingTo: &buffers, upstream: upstream))
    expectSame(buffers, sum(old, unrounded), "valueWithGradient(addingTo:)", "the returned one added")
  }

  private mutating func expectSame(
    _ gradients: Labelled<Tensor<S>>, _ others: Labelled<Tensor<S>>, _ verb: String, _ what: String
  ) {
    for (label, gradient) in gradients where !haveSameBits(gradient, others[label]!) {
      failures.append("\(verb): gradient of \(reference.name(of: label)) is not \(what) to the bit")
    }
  }

  private mutating func attempt(
    _ verb: String, _ body: (inout VerbComparison) throws(LossError) -> Void
  ) {
    do {
      try body(&self)
    } catch {
      failures.append("\(verb): throws \(error)")
    }
  }

  private mutating func compare(_ verb: String, _ value: Tensor<S>) {
    guard let expected = expected.value else { return }
    compare("\(verb): value", value, expected, isExact: ulps?.results.contains("value") ?? false)
  }

  private mutating func compare(_ verb: String, _ gradients: Labelled<Tensor<S>>) {
    for (label, gradient) in gradients {
      let name = reference.name(of: label)
      given.insert(name)
      guard let expected = expected.gradients?[name] ?? nil else { continue }
      compare(
        "\(verb): gradient of \(name)", gradient, expected, isExact: ulps?.results.contains(label) ?? false)
    }
  }

  private mutating func compare(
    _ what: String, _ result: Tensor<S>, _ expected: ReferenceTensor, isExact: Bool
  ) {
    let mismatch =
      if let ulps, isExact {
        expected.mismatch(with: result, ulps: ulps.ulps(in: S.self))
      } else {
        expected.mismatch(with: result, tolerance: S.tolerance)
      }
    if let mismatch { failures.append("\(what) \(mismatch)") }
  }
}
