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

  private let rows: [String: [String: [String]]]

  static let shared: Result<Fixture, any Error> = Result {
    let url = try #require(Bundle.module.url(forResource: "fixture", withExtension: "json"))
    return Fixture(
      rows: try JSONDecoder().decode([String: [String: [String]]].self, from: Data(contentsOf: url))
    )
  }

  func float(_ function: Function) throws -> [Row<Float>] {
    try parse(function, "Float") { UInt32($0, radix: 16).map(Float.init(bitPattern:)) }
  }

  func double(_ function: Function) throws -> [Row<Double>] {
    try parse(function, "Double") { UInt64($0, radix: 16).map(Double.init(bitPattern:)) }
  }

  private func parse<S>(
    _ function: Function,
    _ type: String,
    _ value: (Substring) -> S?
  ) throws -> [Row<S>] {
    try #require(rows[function.rawValue]?[type]).map { row in
      let words = row.split(separator: " ")
      try #require(words.count == 3)
      return Row(
        argument: try #require(value(words[0])),
        rounded: try #require(value(words[1])),
        excess: try #require(Double(words[2]))
      )
    }
  }
}
