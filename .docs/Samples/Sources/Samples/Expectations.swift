import Foundation

/// The output of the samples since the last comparison.
nonisolated(unsafe) private var printed = ""
nonisolated(unsafe) private var comparisons = 0
nonisolated(unsafe) private var failures = 0

/// Shadows the function of the standard library, and records the output.
func print(_ items: Any..., separator: String = " ", terminator: String = "\n") {
  printed += items.map { "\($0)" }.joined(separator: separator) + terminator
}

enum Comparison {
  /// The output equals the expected text.
  case exact
  /// Spaces are ignored, and the expected text may continue with a comma or colon after the value.
  case value
}

func expect(_ expected: String, _ comparison: Comparison, at place: String) {
  let output = printed.trimmingCharacters(in: .newlines)
  printed = ""
  comparisons += 1
  let isRight =
    switch comparison {
    case .exact: output == expected
    case .value: isValue(output.filter { !$0.isWhitespace }, in: expected.filter { !$0.isWhitespace })
    }
  if isRight { return }
  failures += 1
  Swift.print("error: \(place): the sample prints\n\(output)\nbut the documentation says\n\(expected)\n")
}

private func isValue(_ output: String, in expected: String) -> Bool {
  expected == output || [",", ":"].contains { expected.hasPrefix(output + $0) }
}

/// Ends the program, with a failure if a sample failed.
func finish() -> Never {
  Swift.print("\(comparisons) outputs of samples compared, \(failures) of them wrong")
  exit(failures == 0 ? 0 : 1)
}
