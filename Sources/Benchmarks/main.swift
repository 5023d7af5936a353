// Times every loss through the library's public interface, as a client in another package would.

import Foundation
import Losses

do {
  if let options = try Options(arguments: CommandLine.arguments.dropFirst()) {
    try run(options)
  } else {
    print(Options.help)
  }
} catch {
  Console.fail(with: error)
}

func run(_ options: Options) throws {
  let rows = try options.selectedRows()
  if options.isList {
    for row in rows { Console.write(line: row.name) }
    return
  }
  let report = options.report(on: rows)
  report.begin()
  Meter.warmUpMemory()
  for (index, row) in rows.enumerated() {
    Console.show(progress: "\(index + 1)/\(rows.count) \(row.name)")
    var meter = Meter(options.purpose)
    try Parallelism.$maximumThreads.withValue(options.threads) { try row.measure(&meter) }
    Console.clearProgress()
    report.show(row, meter)
  }
}
