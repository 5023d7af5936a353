import Foundation

/// What the command line asks for.
struct Options {
  private var json = false
  private(set) var threads = ProcessInfo.processInfo.activeProcessorCount
  private(set) var purpose = Meter.Purpose.times
  private var filters: [String] = []

  static let help = """
    Times each loss: the value alone, the value with its gradient in a new tensor, and with its gradient in a tensor
    that is used again.

    USAGE: swift run -c release Benchmarks [option]...

      --filter TEXT   only rows that have TEXT in their name, or only the row of that name if there is one; may be
                      repeated
      --threads N     threads that a call may use (\(Options().threads), the number of cores)
      --calls N       makes N calls of each kind and takes no times, for a profiler
      --digest        the bits of the results in one number a row in place of times, to compare builds by
      --json          one JSON object a line in place of a table
      --help          this text
    """

  private init() {}

  /// The options, or `nil` where help is asked for.
  init?(arguments: some Sequence<String>) throws(Failure) {
    var arguments = arguments.makeIterator()
    while let argument = arguments.next() {
      switch argument {
      case "--help", "-h": return nil
      case "--json": json = true
      case "--filter": filters.append(try Self.value(arguments.next(), of: argument))
      case "--threads": threads = try Self.number(arguments.next(), of: argument, in: 1...1024)
      case "--calls": purpose = .calls(try Self.number(arguments.next(), of: argument, in: 1...1_000_000))
      case "--digest": purpose = .digest
      default: throw .usage("there is no option '\(argument)'")
      }
    }
  }

  /// The rows that the filters let through, in the order they have.
  func select(from rows: [Row]) throws(Failure) -> [Row] {
    guard !filters.isEmpty else { return rows }
    var names: Set<String> = []
    for filter in filters {
      let matches = rows.map(\.name).filter { $0.contains(filter) }
      guard !matches.isEmpty else { throw .usage("no row has '\(filter)' in its name") }
      names.formUnion(matches.contains(filter) ? [filter] : matches)
    }
    return rows.filter { names.contains($0.name) }
  }

  func report(on rows: [Row]) -> any Report {
    if case .digest = purpose { return DigestReport() }
    return json ? JSONReport(threads: threads) : TableReport(rows)
  }

  private static func number(
    _ text: String?, of option: String, in range: ClosedRange<Int>
  ) throws(Failure) -> Int {
    let text = try value(text, of: option)
    guard let number = Int(text), range ~= number else {
      throw .usage(
        "\(option) is '\(text)', but must be a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  private static func value(_ value: String?, of option: String) throws(Failure) -> String {
    guard let value, !value.isEmpty, !value.hasPrefix("--") else { throw .usage("\(option) needs a value") }
    return value
  }
}

extension Failure {
  fileprivate static func usage(_ message: String) -> Failure {
    Failure("\(message)\nTry --help.", exitCode: EX_USAGE)
  }
}
