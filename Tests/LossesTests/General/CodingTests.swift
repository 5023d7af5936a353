import Foundation
import LossRegistry
import Losses
import Testing

/// Losses are values: they can be compared, hashed, written to JSON and read again.
struct CodingTests {
  @Test(arguments: LossRegistry.all)
  func valuesAreReadAsTheyWereWritten(_ loss: RegisteredLoss) throws {
    for value in loss.values { try expectRoundTrip(value) }
  }

  @Test(arguments: LossRegistry.all)
  func defaultsAreAsSpelledOut(_ loss: RegisteredLoss) {
    #expect(AnyHashable(loss.values[0]) == AnyHashable(loss.values[1]))
  }

  @Test(arguments: LossRegistry.all)
  func otherHyperparametersMakeAnotherValue(_ loss: RegisteredLoss) {
    let distinct = loss.values.dropFirst().map { AnyHashable($0) }
    #expect(Set(distinct).count == distinct.count)
  }

  @Test func reductions() throws {
    let all: [Reduction] = [.none, .sum, .mean, .batchMean, .sumDivided(by: 3), .sumDivided(by: 4)]
    for reduction in all { try expectRoundTrip(reduction) }
    #expect(Set(all).count == all.count)
  }

  private func expectRoundTrip<Value: Codable & Hashable>(_ value: Value) throws {
    let data = try JSONEncoder().encode([value])
    let decoded = try JSONDecoder().decode([Value].self, from: data)
    #expect(decoded == [value])
    #expect(Set([value, decoded[0]]).count == 1)
  }
}
