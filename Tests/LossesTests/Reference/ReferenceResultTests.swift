import Foundation
import Losses
import Testing

/// Writes what this library computes for the reference cases, so that a script can measure how accurate it is.
///
/// `LOSSES_RESULTS_DIR` says where to; unless it is set, there is nothing to do. For each file of cases there is one of
/// the same name, with the elements of values and gradients as bytes.
struct ReferenceResultTests {
  private static let folder = ProcessInfo.processInfo.environment["LOSSES_RESULTS_DIR"].map {
    URL(filePath: $0)
  }

  @Test(.enabled(if: folder != nil, "LOSSES_RESULTS_DIR is not set"), arguments: ReferenceTests.files)
  func writesResults(_ location: ReferenceLocation) throws {
    let file = try ReferenceFile(contentsOf: location.url)
    let loss = try #require(ReferenceLoss.all[file.loss])
    let results = try file.cases.map { ($0.name, try $0.results(of: loss)) }
    try JSONEncoder().encode(Dictionary(uniqueKeysWithValues: results))
      .write(to: #require(Self.folder).appending(path: location.url.lastPathComponent))
  }
}

extension ReferenceCase {
  /// The bytes of the value and, by the names of the arguments, of the gradients.
  fileprivate func results(of loss: ReferenceLoss) throws -> [String: Data] {
    let call = try call.get()
    let arguments = try ReferenceArguments(call.arguments, names: loss.names)
    let form = try loss.form(arguments)
    return try arguments.source(type(of: form).tensors[0]).dtype == .float32
      ? call.results(form, arguments, in: Float.self) : call.results(form, arguments, in: Double.self)
  }
}

extension ReferenceCase.Call {
  fileprivate func results<S: ReferenceScalar>(
    _ form: any ReferenceForm,
    _ arguments: ReferenceArguments,
    in scalar: S.Type
  ) throws -> [String: Data] {
    let verbs: ReferenceVerbs<S> = try form.verbs(arguments)
    let upstream: Tensor<S>? = try self.upstream?.tensor()
    let (value, gradients) = try verbs.valueWithGradient(upstream)
    let all = try verbs.gradients?(upstream) ?? gradients
    return all.merging(["value": value]) { $1 }.mapValues { tensor in
      unsafe tensor.scalars.withUnsafeBytes { unsafe Data($0) }
    }
  }
}
