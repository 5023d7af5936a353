import Foundation
import Testing

/// Arguments with their correctly rounded results; `make_fixture.py` makes them and says what a row holds.
struct Fixture: Sendable {
  struct Row<S: BinaryFloatingPoint & Sendable>: Sendable {
    let argument: S
    let rounded: S
    /// By how many ulps of `rounded` the exact result exceeds it.
    let excess: Double
  }

  struct Power<S: BinaryFloatingPoint & Sendable>: Sendable {
    let base: S
    let exponent: S
    let rounded: S
    /// By how many ulps of `rounded` the exact result exceeds it.
    let excess: Double
  }

  private let rows: [String: [String: [String]]]

  static let shared: Result<Fixture, any Error> = Result {
    let url = try #require(Bundle.module.url(forResource: "fixture", withExtension: "json"))
    return Fixture(
      rows: try JSONDecoder().decode([String: [String: [String]]].self, from: Data(contentsOf: url))
    )
  }

  func float(_ function: Function) throws -> [Row<Float>] {
    try rows(function.rawValue, "Float").map { try row($0, float) }
  }

  func double(_ function: Function) throws -> [Row<Double>] {
    try rows(function.rawValue, "Double").map { try row($0, double) }
  }

  func floatPowers() throws -> [Power<Float>] { try rows("pow", "Float").map { try power($0, float) } }

  func doublePowers() throws -> [Power<Double>] { try rows("pow", "Double").map { try power($0, double) } }

  private func float(_ word: Substring) -> Float? { UInt32(word, radix: 16).map(Float.init(bitPattern:)) }

  private func double(_ word: Substring) -> Double? { UInt64(word, radix: 16).map(Double.init(bitPattern:)) }

  private func rows(_ function: String, _ type: String) throws -> [[Substring]] {
    try #require(rows[function]?[type]).map { $0.split(separator: " ") }
  }

  private func row<S>(_ words: [Substring], _ value: (Substring) -> S?) throws -> Row<S> {
    try #require(words.count == 3)
    return Row(
      argument: try #require(value(words[0])),
      rounded: try #require(value(words[1])),
      excess: try #require(Double(words[2]))
    )
  }

  private func power<S>(_ words: [Substring], _ value: (Substring) -> S?) throws -> Power<S> {
    try #require(words.count == 4)
    return Power(
      base: try #require(value(words[0])),
      exponent: try #require(value(words[1])),
      rounded: try #require(value(words[2])),
      excess: try #require(Double(words[3]))
    )
  }
}
