import Losses

extension ReferenceCase {
  /// What fails, in the order it was found: nothing, if the case passes.
  func failures(of loss: ReferenceLoss) -> [String] {
    let call: Call
    do { call = try self.call.get() } catch { return ["cannot be read: \(error)"] }
    do {
      let arguments = try ReferenceArguments(call.arguments, names: loss.names)
      let form = try loss.form(arguments)
      // The first tensor's dtype is what the case is computed in.
      switch try arguments.source(type(of: form).tensors[0]).dtype {
      case .float64: return try call.failures(form, arguments, in: Double.self)
      case .float32: return try call.failures(form, arguments, in: Float.self)
      #if !(os(macOS) && arch(x86_64))
        case .float16: return try call.failures(form, arguments, in: Float16.self)
      #endif
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
    _ form: any ReferenceForm,
    _ arguments: ReferenceArguments,
    in scalar: S.Type
  ) throws -> [String] {
    let verbs: ReferenceVerbs<S> = try form.verbs(arguments)
    var upstream: Tensor<S>?
    if let source = self.upstream {
      upstream = arguments.watched(try source.tensor(), "upstream") { try source.tensor() }
    }
    var failures =
      try expect.error.map { verbs.failuresToThrow(upstream, as: $0) }
      ?? expect.differences(to: verbs, upstream)
    failures += try arguments.changed.map { "\($0) was changed" }
    return failures
  }
}

extension ReferenceVerbs {
  /// Memory as a caller may hand it in: a NaN of a kind that no computation leaves behind.
  fileprivate var buffers: Gradients {
    shapes.mapValues { Tensor(repeating: S.signalingNaN, shape: $0) }
  }

  fileprivate func failuresToThrow(_ upstream: Tensor<S>?, as message: String) -> [String] {
    var failures: [String] = []

    func expectError(_ verb: String, _ call: () throws -> Void) {
      do {
        try call()
        failures.append("\(verb): does not throw, where PyTorch says: \(message)")
      } catch is LossError {
      } catch {
        failures.append("\(verb): throws \(error), which is no LossError")
      }
    }

    expectError("call") { _ = try value() }
    expectError("backward") { _ = try backward(upstream) }
    expectError("valueWithGradient") { _ = try valueWithGradient(upstream) }
    expectError("valueWithGradient(into:)") {
      var gradients = buffers
      defer {
        for (name, buffer) in buffers where !buffer.isIdentical(to: gradients[name]!) {
          failures.append("valueWithGradient(into:): writes to the gradient of \(name)")
        }
      }
      _ = try valueIntoGradient(upstream, &gradients)
    }
    if let gradients { expectError("gradients") { _ = try gradients(upstream) } }
    return failures
  }
}

extension ReferenceCase.Expectation {
  fileprivate func differences<S>(to verbs: ReferenceVerbs<S>, _ upstream: Tensor<S>?) throws -> [String] {
    guard let tolerance = S.tolerance else {
      throw ReferenceProblem.invalid("the format states no tolerance for \(S.dtype)")
    }
    let expectedGradients = gradients ?? [:]
    var failures: [String] = []
    var given: Set<String> = []

    func compare(_ verb: String, _ results: () throws -> (value: Tensor<S>?, gradients: [String: Tensor<S>]))
    {
      do {
        let results = try results()
        if let result = results.value, let mismatch = value?.mismatch(with: result, tolerance: tolerance) {
          failures.append("\(verb): value \(mismatch)")
        }
        for (name, result) in results.gradients.sorted(by: { $0.key < $1.key }) {
          given.insert(name)
          if let mismatch = expectedGradients[name]??.mismatch(with: result, tolerance: tolerance) {
            failures.append("\(verb): gradient of \(name) \(mismatch)")
          }
        }
      } catch {
        failures.append("\(verb): throws \(error)")
      }
    }

    compare("call") { (try verbs.value(), [:]) }
    compare("backward") { (nil, try verbs.backward(upstream)) }
    var returned: [String: Tensor<S>]?
    compare("valueWithGradient") {
      let results = try verbs.valueWithGradient(upstream)
      returned = results.gradients
      return (results.value, results.gradients)
    }
    compare("valueWithGradient(into:)") {
      var gradients = verbs.buffers
      let value = try verbs.valueIntoGradient(upstream, &gradients)
      if let returned {
        for (name, gradient) in gradients where !gradient.isIdentical(to: returned[name]!) {
          failures.append("valueWithGradient(into:): gradient of \(name) is not the returned one to the bit")
        }
      }
      return (value, gradients)
    }
    if let gradients = verbs.gradients { compare("gradients") { (nil, try gradients(upstream)) } }
    for name in Set(expectedGradients.keys).subtracting(given).sorted() {
      failures.append("no verb gives the gradient of \(name)")
    }
    return failures
  }
}
