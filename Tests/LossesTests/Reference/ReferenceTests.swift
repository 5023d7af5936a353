import Foundation
import LossRegistry
import Synchronization
import Testing

/// Every case of the reference files, computed by PyTorch, against this library.
@Suite(ReferenceSummary()) struct ReferenceTests {
  private static let givenFolder = ProcessInfo.processInfo.environment["LOSSES_REFERENCE_DIR"].map {
    URL(filePath: $0)
  }

  /// The files of the package, or those in the folder that `LOSSES_REFERENCE_DIR` names.
  static let files: [ReferenceLocation] = {
    let folder = givenFolder ?? Bundle.module.resourceURL?.appending(path: "Cases")
    let found = folder.flatMap {
      try? FileManager.default.contentsOfDirectory(at: $0, includingPropertiesForKeys: nil)
    }
    return (found ?? []).filter { $0.pathExtension == "json" }
      .map(ReferenceLocation.init).sorted { "\($0)" < "\($1)" }
  }()

  @Test func thereAreCases() {
    #expect(!Self.files.isEmpty, "the folder of the reference cases is empty or missing")
  }

  @Test(arguments: files)
  func agreesWithPyTorch(_ location: ReferenceLocation) throws {
    let report = ReferenceReport(of: try ReferenceFile(contentsOf: location.url))
    // Past the buffer of `print`, so that no other output gets into a line.
    FileHandle.standardOutput.write(Data("\(report)\n".utf8))
    ReferenceSummary.add(report)
    if !report.passes { Issue.record("\(report.summary)") }
  }

  /// The format allows an error of 5 % of the largest element, which would hide a small one that is wrong. The
  /// results of elementwise losses that are well conditioned are held to ulps of the element. Foreign cases may have
  /// arguments for which sums cancel.
  @Test(.enabled(if: givenFolder == nil, "the cases are not the package's own"), arguments: files)
  func wellConditionedElementsAgreeToUlps(_ location: ReferenceLocation) throws {
    let file = try ReferenceFile(contentsOf: location.url)
    guard let ulps = ElementTolerance.all[file.loss] else { return }
    let report = ReferenceReport(of: file, ulps: ulps)
    if !report.passes { Issue.record("\(report)") }
  }

  /// Otherwise a loss that has lost its cases, or its name, would pass.
  @Test(.enabled(if: givenFolder == nil, "the cases are not the package's own"))
  func everyElementwiseLossIsHeldToUlps() throws {
    let losses = Set(try Self.files.map { try ReferenceFile(contentsOf: $0.url).loss })
    #expect(Set(ElementTolerance.all.keys).subtracting(losses) == [])
  }
}

/// One line on the cases of all losses, printed once all have run.
struct ReferenceSummary: SuiteTrait, TestScoping {
  private static let reports = Mutex<[ReferenceReport]>([])

  static func add(_ report: ReferenceReport) { reports.withLock { $0.append(report) } }

  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    try await function()
    let reports = Self.reports.withLock { $0 }
    if reports.isEmpty { return }
    let count = reports.reduce(0) { $0 + $1.count }
    let failed = reports.filter { !$0.passes }.map(\.loss).sorted()
    let outcome = failed.isEmpty ? "all passed" : "some failed, of \(failed.joined(separator: ", "))"
    let line = "Reference cases: \(count) of \(reports.count) losses, \(outcome)\n"
    FileHandle.standardOutput.write(Data(line.utf8))
  }
}

/// The outcome of the cases of one loss.
struct ReferenceReport: CustomStringConvertible, Sendable {
  /// How many failures are described.
  private static let limit = 10

  let loss: String
  let count: Int
  let failures: [(name: String, found: [String])]

  init(of file: ReferenceFile, ulps: ElementTolerance? = nil) {
    loss = file.loss
    count = file.cases.count
    let registered = LossRegistry.loss(functionalName: loss)
    failures = file.cases.compactMap { reference in
      let found =
        registered.map { reference.failures(of: $0, ulps: ulps) } ?? ["the suite knows no loss of this name"]
      return found.isEmpty ? nil : (reference.name, found)
    }
  }

  /// A file without cases proves nothing.
  var passes: Bool { count > 0 && failures.isEmpty }

  var summary: String { "\(loss): \(count - failures.count) passed, \(failures.count) failed" }

  var description: String {
    let first = failures.prefix(Self.limit).map { failure in
      "  \(failure.name)" + failure.found.map { "\n    \($0)" }.joined()
    }
    return ([summary] + first).joined(separator: "\n")
  }
}

struct ReferenceLocation: CustomStringConvertible, Sendable {
  let url: URL

  init(_ url: URL) { self.url = url }

  var description: String { url.lastPathComponent }
}
