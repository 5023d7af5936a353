import Foundation
import LossEngine
import LossRegistry
import Losses
import Testing

/// The bits of many results in one number for each generator: the same in every build, on every processor, and in
/// every version. The recorded ones are in `digests.txt`. Losses that are made of products of matrices have a second one,
/// for processors without fused multiply-add.
///
/// A change that is meant to change bits replaces what that file says of such a processor as this one:
///
///     LOSSES_DIGEST=$PWD/Tests/LossesTests/Fuzz/digests.txt swift test --filter DigestTests
///
/// With LOSSES_VECTORS=256, or in a release build, results must not differ. With LOSSES_VECTORS=128, a processor does as
/// if it had no fused multiply-add.
struct DigestTests {
  private static let path = ProcessInfo.processInfo.environment["LOSSES_DIGEST"]

  /// What follows the name of a generator in the lines for processors without fused multiply-add.
  private static let unfused = ", unfused"

  /// The recorded digests, by the names of the generators.
  private static let recorded: [String: String] = {
    let url = Bundle.module.url(forResource: "digests", withExtension: "txt")
    let text = url.flatMap { try? String(contentsOf: $0, encoding: .utf8) } ?? ""
    return Dictionary(
      uniqueKeysWithValues: text.split(separator: "\n").map { line in
        let parts = line.split(separator: ": ")
        return (String(parts[0]), String(parts[1]))
      })
  }()

  #if !((os(macOS) || targetEnvironment(macCatalyst)) && arch(x86_64))
    @Test(arguments: LossRegistry.generators)
    func resultsHaveTheRecordedBits(_ generator: Generator) {
      let digest = Digest(of: generator)
      let unfused = MatrixProduct.isFused ? nil : Self.recorded[generator.name + Self.unfused]
      #expect(digest.text == unfused ?? Self.recorded[generator.name])
      // A digest of errors alone would say nothing.
      #expect(digest.resultCount >= 100)
    }
  #endif

  @Test func everyRecordIsOfAGenerator() {
    let names = Set(LossRegistry.generators.map(\.name))
    #expect(Set(Self.recorded.keys).subtracting(names.map { $0 + Self.unfused }) == names)
  }

  @Test(.enabled(if: path != nil, "LOSSES_DIGEST is not set"))
  func digestsAreWritten() throws {
    let path = try #require(Self.path)
    var text = ""
    for generator in LossRegistry.generators {
      let (name, digest) = (generator.name, Digest(of: generator).text)
      let recorded = (fused: Self.recorded[name], unfused: Self.recorded[name + Self.unfused])
      let fused = MatrixProduct.isFused ? digest : recorded.fused ?? digest
      let unfused = MatrixProduct.isFused ? recorded.unfused : digest
      text += "\(name): \(fused)\n"
      if let unfused, unfused != fused { text += "\(name)\(Self.unfused): \(unfused)\n" }
    }
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
  }
}

/// FNV-1a over whole words. The product carries upwards only, so its upper half is folded into the lower one; otherwise
/// two signs that changed would cancel.
private struct Digest {
  private var bits: UInt64 = 0xcbf2_9ce4_8422_2325
  /// How many calls gave results, not errors.
  private(set) var resultCount = 0

  var text: String { String(bits, radix: 16) }

  init(of generator: Generator) {
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
