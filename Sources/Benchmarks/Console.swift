import Foundation

/// An error that ends the program with a message to the user.
struct Failure: Error {
  let message: String
  let exitCode: Int32

  init(_ message: String, exitCode: Int32 = EX_SOFTWARE) {
    self.message = message
    self.exitCode = exitCode
  }
}

/// Writes results to standard output, and progress and errors to standard error.
enum Console {
  private static let isTerminal = isatty(STDERR_FILENO) != 0

  /// Writes a line immediately; `print` may buffer it.
  static func write(line: String) { write(line + "\n", to: .standardOutput) }

  /// Shows progress. On a terminal, the next call replaces it.
  static func show(progress: String) { write(progress + (isTerminal ? "" : "\n"), to: .standardError) }

  static func clearProgress() {
    if isTerminal { write("\r\u{1b}[K", to: .standardError) }
  }

  static func fail(with error: any Error) -> Never {
    clearProgress()
    let failure = error as? Failure ?? Failure("\(error)")
    write("Benchmarks: \(failure.message)\n", to: .standardError)
    exit(failure.exitCode)
  }

  private static func write(_ text: String, to handle: FileHandle) {
    try? handle.write(contentsOf: Data(text.utf8))
  }
}
