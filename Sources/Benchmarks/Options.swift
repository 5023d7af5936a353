import Foundation

/// The command-line options.
struct Options {
  private var json = false
  private(set) var threads = ProcessInfo.processInfo.activeProcessorCount
  private(set) var purpose = Meter.Purpose.times
  private var filters: [String] = []
  private var names: [String] = []
  private var seed: Int?
  private var count = 150
  private(set) var isList = false

  static let help = """
    Times each loss: the value alone, the value and the gradient in a new tensor, and the value and the gradient in a
    tensor that is reused. On Linux, the memory that the last takes besides is shown too. The limits are the times of
    loops that read the same operands and write the same results on the same threads, and compute nothing: for the
    value alone, and for the value and the gradient.

    USAGE: swift run -c release Benchmarks [option]...

      --filter TEXT   runs only the row named TEXT, or all rows with TEXT in their name if there is none; may be
                      repeated
      --row NAME      runs the row of that name, which need not be listed: cross_entropy/37x12; may be repeated
      --sweep SEED    runs rows of random shapes, the same ones for the same SEED
      --count N       draws N of them (by default \(Options().count))
      --list          prints the names of the rows instead of running them
      --threads N     lets a call use N threads (by default \(Options().threads), the number of cores)
      --calls N       makes N calls of each kind instead of timing them, for a profiler; also has smaller rows
      --digest        prints a hash of the results of each row instead of times, for comparing builds
      --json          prints a JSON object per line instead of a table
      --help          prints this text
    """

  private init() {}

  /// Parses the arguments. The result is `nil` if they ask for help.
  init?(arguments: some Sequence<String>) throws(Failure) {
    var arguments = arguments.makeIterator()
    while let argument = arguments.next() {
      switch argument {
      case "--help", "-h": return nil
      case "--json": json = true
      case "--filter": filters.append(try Self.value(arguments.next(), of: argument))
      case "--row": names.append(try Self.value(arguments.next(), of: argument))
      case "--sweep": seed = try Self.number(arguments.next(), of: argument, in: 0...Int.max)
      case "--count": count = try Self.number(arguments.next(), of: argument, in: 1...1_000_000)
      case "--list": isList = true
      case "--threads": threads = try Self.number(arguments.next(), of: argument, in: 1...1024)
      case "--calls": purpose = .calls(try Self.number(arguments.next(), of: argument, in: 1...1_000_000))
      case "--digest": purpose = .digest
      default: throw .usage("unknown option '\(argument)'")
      }
    }
    guard [!filters.isEmpty, !names.isEmpty, seed != nil].count(where: \.self) < 2 else {
      throw .usage("--filter, --row and --sweep exclude each other")
    }
  }

  /// The rows that the options select.
  func selectedRows() throws(Failure) -> [Row] {
    if let seed { return Row.sweep(seed: seed, count: count) }
    if names.isEmpty { return try listedRows() }
    return try names.map { name throws(Failure) in
      guard let row = Row.named(name) else { throw .usage("no row can be named '\(name)'") }
      return row
    }
  }

  private func listedRows() throws(Failure) -> [Row] {
    let rows = Row.all.filter { $0.isTimed || isCounting }
    guard !filters.isEmpty else { return rows }
    var names: Set<String> = []
    for filter in filters {
      let matches = rows.map(\.name).filter { $0.contains(filter) }
      guard !matches.isEmpty else { throw .usage("no row has '\(filter)' in its name") }
      names.formUnion(matches.contains(filter) ? [filter] : matches)
    }
    return rows.filter { names.contains($0.name) }
  }

  private var isCounting: Bool {
    if case .calls = purpose { true } else { false }
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
        "the value of \(option) must be an integer from \(range.lowerBound) to \(range.upperBound), not '\(text)'"
      )
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
    Failure("\(message)\nTry --help.", exitCode: .usage)
  }
}
