import Foundation
import Losses
import Testing

/// The bits of many results in one number, for builds to be compared by:
///
///     LOSSES_DIGEST=debug.txt swift test --filter DigestTests
///     LOSSES_DIGEST=release.txt swift test -c release --filter DigestTests
///     cmp debug.txt release.txt
///
/// The same with LOSSES_VECTORS=128, or 256, says whether results depend on the processor.
struct DigestTests {
  private static let path = ProcessInfo.processInfo.environment["LOSSES_DIGEST"]

  @Test(.enabled(if: path != nil))
  func resultsAreTheSameInEveryBuild() throws {
    let lines = Recipe.all.map { recipe in
      var digest = Digest()
      for seed in 0..<200 as Range<UInt64> {
        var decisions = Decisions(seed: seed)
        let call = recipe.call(&decisions)
        let reduction = recipe.hasReductions ? decisions.reduction() : .none
        let arrangement = decisions.isOne(in: 2) ? decisions.arrangement() : nil
        digest.add(call, Double.self, reduction, arrangement)
        digest.add(call, Float.self, reduction, arrangement)
        digest.add(call, Half.self, reduction, arrangement)
      }
      return "\(recipe.name): \(String(digest.bits, radix: 16))\n"
    }
    try lines.joined().write(toFile: #require(Self.path), atomically: true, encoding: .utf8)
  }
}

/// FNV-1a, over whole words. The product carries upwards only, so its upper half is folded into the lower one, or two
/// signs that changed would go unseen.
private struct Digest {
  var bits: UInt64 = 0xcbf2_9ce4_8422_2325

  mutating func add(_ word: UInt64) {
    bits = (bits ^ word) &* 0x100_0000_01b3
    bits ^= bits >> 32
  }

  mutating func add<S: LossScalar>(_ tensor: Tensor<S>) {
    for length in tensor.shape { add(UInt64(length)) }
    // What is not a number has any bits. All others are numbers of Double.
    for element in tensor.scalars { add(element.isNaN ? 0 : Double(element).bitPattern) }
  }

  mutating func add<S: LossScalar>(
    _ call: Recipe.Call, _: S.Type, _ reduction: Reduction, _ arrangement: Arrangement?
  ) {
    var arguments = Arguments<S>(call.arguments)
    if let arrangement { arguments = arguments.arranged(arrangement) }
    guard let value = try? call.form.value(arguments, reduction),
      let gradients = try? call.form.allGradients(arguments, reduction, upstream: nil)
    else { return add(1) }
    add(value)
    for gradient in gradients { add(gradient) }
  }
}
