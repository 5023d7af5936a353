import Foundation

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Something that ends the program, as a message to its user.
struct Failure: Error {
  /// As in `sysexits.h`.
  enum ExitCode: Int32 {
    case usage = 64
    case badData = 65
    case noInput = 66
    case software = 70
    case cannotCreate = 73
  }

  let message: String
  let exitCode: ExitCode

  init(_ message: String, exitCode: ExitCode = .software) {
    self.message = message
    self.exitCode = exitCode
  }
}

enum Console {
  static let isTerminal = isatty(STDOUT_FILENO) != 0

  /// Writes at once, unlike `print`, which waits for the end of the line.
  static func draw(_ text: String) { try? FileHandle.standardOutput.write(contentsOf: Data(text.utf8)) }

  static func fail(with error: any Error) -> Never {
    let failure = error as? Failure ?? Failure("\(error)")
    try? FileHandle.standardError.write(contentsOf: Data("TrainDigits: \(failure.message)\n".utf8))
    exit(failure.exitCode.rawValue)
  }
}
