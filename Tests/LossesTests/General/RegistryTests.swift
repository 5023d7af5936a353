import Foundation
import LossRegistry
import Testing

/// The registry names exactly the losses, measures and activations that the library has.
struct RegistryTests {
  @Test func everyLossOfTheLibraryIsRegistered() throws {
    let declared = try CallableTypes.declared()
    let registered = Set(LossRegistry.all.filter(\.isPublic).map(\.typeName))
    #expect(declared.count > 20, "the sources were not found or not understood")
    #expect(declared.subtracting(registered) == [], "missing in the registry")
    #expect(registered.subtracting(declared) == [], "registered, but no loss of the library")
  }

  @Test func namesAreUnique() {
    for names in [
      LossRegistry.all.map(\.typeName), LossRegistry.all.compactMap(\.functionalName),
      LossRegistry.generators.map(\.name), LossRegistry.samples.map(\.name),
    ] {
      #expect(Set(names).count == names.count, "\(names)")
    }
  }

  /// A loss without any of these would pass the general suites unseen.
  @Test(arguments: LossRegistry.all)
  func everyLossHasSamplesAndGenerators(_ loss: RegisteredLoss) {
    #expect(!loss.samples().isEmpty)
    #expect(!loss.generators.isEmpty)
    #expect(loss.samples().allSatisfy { $0.loss.typeName == loss.typeName })
    for generator in loss.generators {
      var decisions = Decisions(seed: 1, isHostile: false, isLarge: false)
      #expect(generator.call(&decisions).loss.typeName == loss.typeName, "\(generator)")
    }
  }

  /// What is particular to a loss is found by its name: in a file, or in a folder.
  @Test(arguments: LossRegistry.all.filter(\.isPublic))
  func everyLossHasTestsOfItsOwn(_ loss: RegisteredLoss) {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Losses")
    let places = ["\(loss.typeName)Tests.swift", loss.typeName]
    #expect(
      places.contains { FileManager.default.fileExists(atPath: folder.appending(path: $0).path()) },
      "there is no \(places[0])")
  }

  @Test func referenceCallsHaveTheirNames() {
    for loss in LossRegistry.all where loss.reference != nil { #expect(loss.functionalName != nil) }
  }
}

/// The public types of the library whose call returns an evaluation, read off its sources.
private struct CallableTypes {
  /// The protocols of losses of a user's own, which bring the call with them.
  private static let protocols = ["ElementwiseLoss", "ElementwiseActivation", "ClassLoss", "VectorMeasure"]

  private var publicStructs: Set<String> = []
  private var callable: Set<String> = []

  static func declared(file: String = #filePath) throws -> Set<String> {
    let package = (0..<4).reduce(URL(filePath: file)) { url, _ in url.deletingLastPathComponent() }
    let folder = package.appending(path: "Sources/Losses")
    let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    var types = CallableTypes()
    for case let url as URL in files ?? .init() where url.pathExtension == "swift" {
      types.read(try String(contentsOf: url, encoding: .utf8))
    }
    return types.publicStructs.intersection(types.callable)
  }

  /// Reads one declaration or extension after the other: each begins at the start of a line, and ends with a brace there or
  /// is empty.
  private mutating func read(_ source: String) {
    var lines: [Substring] = []
    for line in source.split(separator: "\n") {
      lines.append(line)
      if line == "}" || !line.hasPrefix(" ") && line.hasSuffix("{}") {
        readDeclaration(lines.joined(separator: "\n"))
        lines = []
      }
    }
  }

  private mutating func readDeclaration(_ text: String) {
    let head = text.firstMatch(of: /(?m)^(?:@.* )?(?:public |package )?(?:struct|extension) (\w+)([^{]*)/)
    guard let (whole, name, conformances) = head?.output else { return }
    if whole.contains("public struct") { publicStructs.insert(String(name)) }
    let words = conformances.matches(of: /\w+/).map { String($0.0) }
    let declaresCall = text.contains(/func callAsFunction[^{]*-> some Evaluation/)
    if declaresCall || words.contains(where: Self.protocols.contains) { callable.insert(String(name)) }
  }
}
