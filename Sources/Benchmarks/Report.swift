import Foundation

/// Shows what is known of rows as it comes.
protocol Report {
  func begin()
  func show(_ row: Row, _ meter: Meter)
}

/// One line a row.
struct DigestReport: Report {
  func begin() {}

  func show(_ row: Row, _ meter: Meter) { Console.write(line: "\(row.name) \(meter.digest)") }
}

/// One object a line: a row and a pass.
struct JSONReport: Report {
  let threads: Int

  func begin() {}

  func show(_ row: Row, _ meter: Meter) {
    for pass in Pass.allCases {
      guard let time = meter.nanoseconds[pass] else { continue }
      Console.write(
        line: """
          {"name": "\(row.name)", "pass": "\(pass.rawValue)", "nanoseconds": \(time.toTenths), \
          "elements": \(row.elements), "threads": \(threads)}
          """)
    }
  }
}

/// A table for people: one line a row, in microseconds.
struct TableReport: Report {
  private let nameWidth: Int

  init(_ rows: [Row]) { nameWidth = rows.map(\.name.count).max() ?? 0 }

  func begin() { show("microseconds", ["elements"] + Pass.allCases.map(\.rawValue)) }

  func show(_ row: Row, _ meter: Meter) {
    let times = Pass.allCases.map { pass in meter.nanoseconds[pass].map(microseconds) ?? "" }
    show(row.name, ["\(row.elements)"] + times)
  }

  private func show(_ name: String, _ columns: [String]) {
    let cells = columns.map { String(repeating: " ", count: max(1, 14 - $0.count)) + $0 }
    Console.write(line: name.padding(toLength: nameWidth, withPad: " ", startingAt: 0) + cells.joined())
  }

  /// Three digits or more.
  private func microseconds(_ nanoseconds: Double) -> String {
    let decimals = nanoseconds < 1e4 ? 3 : nanoseconds < 1e6 ? 1 : 0
    return String(format: "%.\(decimals)f", nanoseconds / 1000)
  }
}

extension Double {
  /// Finer than what is measured.
  fileprivate var toTenths: Double { (self * 10).rounded() / 10 }
}
