import Foundation
import Testing

/// Every case of the reference files, computed by PyTorch, against this library.
struct ReferenceTests {
  /// The files, in the package or, if that is set, where `LOSSES_REFERENCE_DIR` says.
  static let files: [ReferenceLocation] = {
    let given = ProcessInfo.processInfo.environment["LOSSES_REFERENCE_DIR"]
    let folder = given.map { URL(filePath: $0) } ?? Bundle.module.resourceURL?.appending(path: "Cases")
    let found = folder.flatMap {
      try? FileManager.default.contentsOfDirectory(at: $0, includingPropertiesForKeys: nil)
    }
    return (found ?? []).filter { $0.pathExtension == "json" }
      .map(ReferenceLocation.init).sorted { $0.testDescription < $1.testDescription }
  }()

  @Test func thereAreCases() {
    #expect(!Self.files.isEmpty, "the folder of the reference cases is empty or missing")
  }

  @Test(arguments: files)
  func agreesWithPyTorch(_ location: ReferenceLocation) throws {
    let report = ReferenceReport(of: try ReferenceFile(contentsOf: location.url))
    // Past the buffer of `print`, so that no other output gets into a line.
    FileHandle.standardOutput.write(Data("\(report)\n".utf8))
    if !report.passes { Issue.record("\(report.summary)") }
  }
}

/// What became of the cases of one loss.
struct ReferenceReport: CustomStringConvertible {
  /// How many failures are described.
  private static let limit = 10

  let loss: String
  let count: Int
  let failures: [(name: String, found: [String])]

  init(of file: ReferenceFile) {
    loss = file.loss
    count = file.cases.count
    let form = ReferenceLoss.all[loss]
    failures = file.cases.compactMap { reference in
      let found = form.map { reference.failures(of: $0) } ?? ["the suite knows no loss of this name"]
      return found.isEmpty ? nil : (reference.name, found)
    }
  }

  /// A file without cases is no proof of anything.
  var passes: Bool { count > 0 && failures.isEmpty }

  var summary: String { "\(loss): \(count - failures.count) passed, \(failures.count) failed" }

  var description: String {
    let first = failures.prefix(Self.limit).map { failure in
      "  \(failure.name)" + failure.found.map { "\n    \($0)" }.joined()
    }
    return ([summary] + first).joined(separator: "\n")
  }
}

struct ReferenceLocation: CustomTestStringConvertible, Sendable {
  let url: URL

  init(_ url: URL) { self.url = url }

  var testDescription: String { url.lastPathComponent }
}
