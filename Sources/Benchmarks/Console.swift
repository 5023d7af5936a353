import Foundation

/// An error that ends the program with a message to the user.
struct Failure: Error {
  /// The exit codes of `sysexits.h`, which Windows has not.
  enum ExitCode: Int32 {
    case usage = 64
    case software = 70
  }

  let message: String
  let exitCode: ExitCode

  init(_ message: String, exitCode: ExitCode = .software) {
    self.message = message
    self.exitCode = exitCode
  }
}

/// Writes results to standard output, and progress and errors to standard error.
enum Console {
  #if os(Windows)
    private static let isTerminal = false
  #else
    private static let isTerminal = isatty(STDERR_FILENO) != 0
  #endif

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
    exit(failure.exitCode.rawValue)
  }

  private static func write(_ text: String, to handle: FileHandle) {
    try? handle.write(contentsOf: Data(text.utf8))
  }
}
