import Foundation

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// An error that ends the program with a message to its user.
package struct Failure: Error {
  /// The exit codes of `sysexits.h`.
  package enum ExitCode: Int32, Sendable {
    case usage = 64
    case badData = 65
    case noInput = 66
    case software = 70
    case cannotCreate = 73
  }

  let message: String
  let exitCode: ExitCode

  package init(_ message: String, exitCode: ExitCode = .software) {
    self.message = message
    self.exitCode = exitCode
  }
}

package enum Console {
  #if os(Windows)
    // Nothing is asked there, and what is drawn is as in a file.
    static let isTerminal = false
    static let width = 80
  #else
    static let isTerminal = isatty(STDOUT_FILENO) != 0

    /// The number of characters in a line of the terminal, or a usual one where it does not tell.
    static var width: Int {
      var size = winsize()
      let isKnown = unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
      return isKnown ? Int(size.ws_col) : 80
    }
  #endif

  /// The name of the executable.
  static var program: Substring { CommandLine.arguments[0].split(separator: "/").last ?? "" }

  /// Writes immediately, unlike `print`, which buffers until the end of the line.
  static func draw(_ text: String) { try? FileHandle.standardOutput.write(contentsOf: Data(text.utf8)) }

  /// Ends the process with a message to its user.
  package static func fail(with error: any Error) -> Never {
    let failure = error as? Failure ?? Failure("\(error)")
    try? FileHandle.standardError.write(contentsOf: Data("\(program): \(failure.message)\n".utf8))
    exit(failure.exitCode.rawValue)
  }
}
