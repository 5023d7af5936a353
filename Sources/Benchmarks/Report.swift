import Foundation

/// Prints the result of each row as soon as it is known.
protocol Report {
  func begin()
  func show(_ row: Row, _ meter: Meter)
}

/// Prints a hash per row.
struct DigestReport: Report {
  func begin() {}

  func show(_ row: Row, _ meter: Meter) { Console.write(line: "\(row.name) \(meter.digest)") }
}

/// Prints a JSON object per row and pass.
struct JSONReport: Report {
  let threads: Int

  func begin() {}

  func show(_ row: Row, _ meter: Meter) {
    for pass in Pass.allCases {
      guard let time = meter.nanoseconds[pass] else { continue }
      let bytes = pass == .gradientInto ? meter.bytes.map { #", "bytes": \#($0)"# } : nil
      Console.write(
        line: """
          {"name": "\(row.name)", "pass": "\(pass.rawValue)", "nanoseconds": \(time.roundedToTenths), \
          "elements": \(row.elements), "threads": \(threads)\(bytes ?? "")}
          """)
    }
  }
}

/// Prints a table in microseconds, one line per row.
struct TableReport: Report {
  private let nameWidth: Int

  init(_ rows: [Row]) { nameWidth = rows.map(\.name.count).max() ?? 0 }

  func begin() { show("microseconds", ["elements"] + Pass.allCases.map(\.rawValue) + ["memory in MB"]) }

  func show(_ row: Row, _ meter: Meter) {
    let times = Pass.allCases.map { pass in meter.nanoseconds[pass].map(microseconds) ?? "" }
    let memory = meter.bytes.map { String(format: "%.1f", Double($0) / 1e6) } ?? ""
    show(row.name, ["\(row.elements)"] + times + [memory])
  }

  private func show(_ name: String, _ columns: [String]) {
    let cells = columns.map { String(repeating: " ", count: max(1, 15 - $0.count)) + $0 }
    Console.write(line: name.padding(toLength: nameWidth, withPad: " ", startingAt: 0) + cells.joined())
  }

  /// Formats a time with at least three significant digits.
  private func microseconds(_ nanoseconds: Double) -> String {
    let decimals = nanoseconds < 1e4 ? 3 : nanoseconds < 1e6 ? 1 : 0
    return String(format: "%.\(decimals)f", nanoseconds / 1000)
  }
}

extension Double {
  /// Tenths of a nanosecond are finer than the measurement.
  fileprivate var roundedToTenths: Double { (self * 10).rounded() / 10 }
}
