import Foundation

/// Something that ends the program, as a message to its user.
struct Failure: Error {
  let message: String
  let exitCode: Int32

  init(_ message: String, exitCode: Int32 = EX_SOFTWARE) {
    self.message = message
    self.exitCode = exitCode
  }
}

/// Results go to standard output, all else to standard error.
enum Console {
  private static let isTerminal = isatty(STDERR_FILENO) != 0

  /// Writes at once, unlike `print`, which may keep lines back.
  static func write(line: String) { write(line + "\n", to: .standardOutput) }

  /// On a terminal, progress is one line that the next takes the place of.
  static func show(progress: String) { write(progress + (isTerminal ? "" : "\n"), to: .standardError) }

  static func hideProgress() {
    if isTerminal { write("\r\u{1b}[K", to: .standardError) }
  }

  static func fail(with error: any Error) -> Never {
    hideProgress()
    let failure = error as? Failure ?? Failure("\(error)")
    write("Benchmarks: \(failure.message)\n", to: .standardError)
    exit(failure.exitCode)
  }

  private static func write(_ text: String, to handle: FileHandle) {
    try? handle.write(contentsOf: Data(text.utf8))
  }
}
