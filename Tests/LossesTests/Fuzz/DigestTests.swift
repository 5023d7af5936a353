import Foundation
import LossRegistry
import Losses
import Testing

/// The bits of many results in one number for each generator: the same in every build, on every processor, and in
/// every version. The recorded ones are in `digests.txt`.
///
/// A change that is meant to change bits replaces that file:
///
///     LOSSES_DIGEST=Tests/LossesTests/Fuzz/digests.txt swift test --filter DigestTests
///
/// With LOSSES_VECTORS=128 or 256, or in a release build, results must not differ.
struct DigestTests {
  private static let path = ProcessInfo.processInfo.environment["LOSSES_DIGEST"]

  /// The recorded lines, by the names of the generators.
  private static let recorded: [String: String] = {
    let url = Bundle.module.url(forResource: "digests", withExtension: "txt")
    let text = url.flatMap { try? String(contentsOf: $0, encoding: .utf8) } ?? ""
    return Dictionary(
      uniqueKeysWithValues: text.split(separator: "\n").map { line in
        (String(line.prefix { $0 != ":" }), String(line))
      })
  }()

  #if !((os(macOS) || targetEnvironment(macCatalyst)) && arch(x86_64))
    @Test(arguments: LossRegistry.generators)
    func resultsHaveTheRecordedBits(_ generator: Generator) {
      let digest = Digest(of: generator)
      #expect(digest.line == Self.recorded[generator.name])
      // A digest of errors alone would say nothing.
      #expect(digest.resultCount >= 100)
    }
  #endif

  @Test func everyRecordIsOfAGenerator() {
    #expect(Set(Self.recorded.keys) == Set(LossRegistry.generators.map(\.name)))
  }

  @Test(.enabled(if: path != nil, "LOSSES_DIGEST is not set"))
  func digestsAreWritten() throws {
    let path = try #require(Self.path)
    let text = LossRegistry.generators.map { Digest(of: $0).line + "\n" }.joined()
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
    #expect(text.split(separator: "\n").count == LossRegistry.generators.count)
  }
}

/// FNV-1a over whole words. The product carries upwards only, so its upper half is folded into the lower one; otherwise
/// two signs that changed would cancel.
private struct Digest {
  private let name: String
  private var bits: UInt64 = 0xcbf2_9ce4_8422_2325
  /// How many calls gave results, not errors.
  private(set) var resultCount = 0

  var line: String { "\(name): \(String(bits, radix: 16))" }

  init(of generator: Generator) {
    name = generator.name
    for seed in 0..<200 as Range<UInt64> {
      var decisions = Decisions(seed: seed)
      let call = generator.call(&decisions)
      let reduction = call.loss.hasReduction ? decisions.reduction() : .none
      let arrangement = decisions.isOne(in: 2) ? decisions.arrangement() : nil
      add(call, Double.self, reduction, arrangement)
      add(call, Float.self, reduction, arrangement)
      add(call, Half.self, reduction, arrangement)
    }
  }

  private mutating func add(_ word: UInt64) {
    bits = (bits ^ word) &* 0x100_0000_01b3
    bits ^= bits >> 32
  }

  private mutating func add<S: LossScalar>(_ tensor: Tensor<S>) {
    for length in tensor.shape { add(UInt64(length)) }
    // NaN may have any bits. All other numbers are numbers of Double.
    for element in tensor.scalars { add(element.isNaN ? 0 : Double(element).bitPattern) }
  }

  private mutating func add<S: LossScalar>(
    _ call: Generator.Call, _: S.Type, _ reduction: Reduction, _ arrangement: Arrangement?
  ) {
    var arguments = Arguments<S>(call.arguments)
    if let arrangement { arguments = arguments.arranged(arrangement) }
    guard let evaluation = try? call.loss.evaluation(of: arguments, reduction),
      let gradients = try? evaluation.gradients(upstream: nil)
    else { return add(1) }
    resultCount += 1
    add(evaluation.value())
    for label in call.digested ?? gradients.labels { add(gradients[label]!) }
  }
}
