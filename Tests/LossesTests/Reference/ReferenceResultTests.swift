import Foundation
import LossRegistry
import Losses
import Testing

/// The results for the reference cases as bytes, from which `Accuracy/measure_accuracy.py` works out errors.
///
/// `LOSSES_RESULTS_DIR` names the folder that they are written to: for each file of cases one of the same name, with the
/// elements of values and gradients.
struct ReferenceResultTests {
  private static let folder = ProcessInfo.processInfo.environment["LOSSES_RESULTS_DIR"].map {
    URL(filePath: $0)
  }

  @Test(.enabled(if: folder != nil, "LOSSES_RESULTS_DIR is not set"), arguments: ReferenceTests.files)
  func resultsAreWritten(_ location: ReferenceLocation) throws {
    let file = try ReferenceFile(contentsOf: location.url)
    let loss = try #require(LossRegistry.loss(functionalName: file.loss))
    let results = Dictionary(uniqueKeysWithValues: try file.cases.map { ($0.name, try $0.results(of: loss)) })
    let url = try #require(Self.folder).appending(path: location.url.lastPathComponent)
    try JSONEncoder().encode(results).write(to: url)

    let written = try JSONDecoder().decode([String: [String: Data]].self, from: Data(contentsOf: url))
    #expect(written == results)
    for reference in file.cases {
      try expectComplete(try #require(written[reference.name]), reference)
    }
  }

  /// Expects a result for each that PyTorch has, with as many elements, each of 2, 4 or 8 bytes.
  private func expectComplete(_ results: [String: Data], _ reference: ReferenceCase) throws {
    let expected = try reference.call.get().expect
    let tensors = (expected.gradients ?? [:]).merging(["value": expected.value]) { $1 }
    for (name, tensor) in tensors {
      let result = try #require(results[name], "\(name) of \(reference.name) is missing")
      guard let count = tensor?.values.count else { continue }
      #expect([2 * count, 4 * count, 8 * count].contains(result.count), "\(name) of \(reference.name)")
    }
  }
}

extension ReferenceCase {
  /// The bytes of the value and, by PyTorch's names of the arguments, of the gradients.
  fileprivate func results(of loss: RegisteredLoss) throws -> [String: Data] {
    let call = try call.get()
    let reference = try #require(loss.reference)
    let arguments = try ReferenceArguments(call.arguments, names: reference.names)
    let adapter = try reference.loss(arguments)
    switch try arguments.source(reference.parameters[0].name).dtype {
    case .float32: return try call.results(reference, adapter, arguments, in: Float.self)
    case .float16: return try call.results(reference, adapter, arguments, in: Half.self)
    case .bfloat16: return try call.results(reference, adapter, arguments, in: BFloat16.self)
    default: return try call.results(reference, adapter, arguments, in: Double.self)
    }
  }
}

extension ReferenceCase.Call {
  fileprivate func results<S: ReferenceScalar>(
    _ reference: ReferenceCall, _ loss: any Adapter, _ source: ReferenceArguments, in scalar: S.Type
  ) throws -> [String: Data] {
    let evaluation = try loss.evaluation(of: reference.arguments(source, in: S.self))
    let gradients = try evaluation.gradients(upstream: upstream?.tensor())
    var results = ["value": bytes(of: evaluation.value())]
    for (label, gradient) in gradients { results[reference.name(of: label)] = bytes(of: gradient) }
    return results
  }

  private func bytes<S: ReferenceScalar>(of tensor: Tensor<S>) -> Data {
    unsafe tensor.scalars.withUnsafeBytes { unsafe Data($0) }
  }
}
