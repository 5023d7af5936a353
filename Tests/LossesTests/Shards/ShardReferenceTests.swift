import LossRegistry
import Losses
import Testing

/// The committed cases of cross entropy with labels, computed by PyTorch in one piece, against workers that have slices of
/// the classes.
struct ShardReferenceTests {
  private static let files = ReferenceTests.files.filter {
    "\($0)".hasPrefix("cross_entropy") || "\($0)".hasPrefix("linear_cross_entropy")
  }

  @Test(arguments: files)
  func agreesWithPyTorch(_ location: ReferenceLocation) throws {
    let file = try ReferenceFile(contentsOf: location.url)
    let reference = try #require(LossRegistry.loss(functionalName: file.loss)?.reference)
    var count = 0
    for (index, reference) in zip(0..., file.cases.map { ShardReference($0, reference) }) {
      for seed in 0..<3 where try reference.run(seed: UInt64(3 * index + seed)) { count += 1 }
    }
    // Most cases of the small files have labels; of the large ones, hundreds.
    #expect(count >= (file.cases.count > 100 ? 300 : 1))
  }
}

/// A case whose call is split among workers.
private struct ShardReference {
  let name: String
  let call: ReferenceCase.Call?
  let reference: ReferenceCall

  init(_ reference: ReferenceCase, _ call: ReferenceCall) {
    name = reference.name
    self.call = try? reference.call.get()
    self.reference = call
  }

  /// Returns whether there are labels and classes, and compares what workers find then.
  func run(seed: UInt64) throws -> Bool {
    guard let call, let source = try? ReferenceArguments(call.arguments, names: reference.names),
      let loss = try? reference.loss(source)
    else { return false }
    switch try source.source(reference.parameters[0].name).dtype {
    case .float64: return try run(call, loss, source, in: Double.self, seed)
    case .float32: return try run(call, loss, source, in: Float.self, seed)
    #if !((os(macOS) || targetEnvironment(macCatalyst)) && arch(x86_64))
      case .float16: return try run(call, loss, source, in: Float16.self, seed)
    #endif
    case .bfloat16: return try run(call, loss, source, in: BFloat16.self, seed)
    default: return false
    }
  }

  private func run<S: ReferenceScalar>(
    _ call: ReferenceCase.Call, _ loss: any Adapter, _ source: ReferenceArguments, in scalar: S.Type,
    _ seed: UInt64
  ) throws -> Bool {
    guard let arguments = try? reference.arguments(source, in: S.self),
      arguments.integers["target"] != nil,
      let classCount = classCount(loss, arguments), classCount > 0
    else { return false }
    // A tensor of a wrong length may have that of a slice.
    let slices =
      call.expect.error == nil ? randomSlices(of: classCount, seed: seed) : [0..<classCount]
    func workers() throws -> Workers<S> {
      if let loss = loss as? CrossEntropyLoss { return try Workers(loss, arguments, slices) }
      return try Workers(loss as! LinearCrossEntropyLoss, arguments, slices)
    }
    if call.expect.error != nil {
      #expect(throws: LossError.self, "\(name)") { try workers() }
      return true
    }
    let upstream: Tensor<S>? = try call.upstream.map { try $0.tensor() }
    let (value, gradients, _) = try workers().results(upstream: upstream)
    compare(value, call.expect.value, "value of \(slices)")
    for (label, gradient) in gradients {
      compare(
        gradient, call.expect.gradients?[reference.name(of: label)] ?? nil, "gradient of \(label), \(slices)")
    }
    return true
  }

  private func classCount<S>(_ loss: any Adapter, _ arguments: Arguments<S>) -> Int? {
    if loss is LinearCrossEntropyLoss { return arguments["linearWeight"].shape.first }
    let shape = arguments.input.shape
    return shape.count < 2 ? shape.first : shape[1]
  }

  private func compare<S: ReferenceScalar>(_ result: Tensor<S>, _ expected: ReferenceTensor?, _ what: String)
  {
    if let mismatch = expected?.mismatch(with: result, tolerance: S.tolerance) {
      Issue.record("\(name): \(what) \(mismatch)")
    }
  }
}
