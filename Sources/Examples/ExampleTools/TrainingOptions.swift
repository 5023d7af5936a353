/// The command-line options of a training program.
package struct TrainingOptions: Sendable {
  package private(set) var epochs: Int
  package private(set) var batch: Int
  package private(set) var hidden: Int
  package private(set) var rate: Float
  package private(set) var seed: UInt64 = 1
  private var output: String

  /// Creates options with these defaults.
  package init(epochs: Int, batch: Int, hidden: Int, rate: Float, output: String) {
    self.epochs = epochs
    self.batch = batch
    self.hidden = hidden
    self.rate = rate
    self.output = output
  }

  /// The files that `--output` names.
  package var pictures: PictureFiles { PictureFiles(output) }

  package var summary: String { "\(hidden) hidden units, batches of \(batch), rate \(rate), seed \(seed)" }

  /// Runs a program with these options, as overridden by the command line. An error ends the process.
  ///
  /// - Parameters:
  ///   - purpose: What the program does, for `--help`.
  ///   - data: What it passes over in an epoch.
  ///   - samples: What a batch consists of, in the plural.
  ///   - picture: What its output file shows.
  package func run(
    _ purpose: String, data: String, samples: String, picture: String,
    _ program: (TrainingOptions) throws -> Void
  ) {
    do {
      if let options = try replaced(by: CommandLine.arguments.dropFirst()) {
        try options.pictures.check()
        try program(options)
      } else {
        print(help(purpose, data: data, samples: samples, picture: picture))
      }
    } catch {
      Console.fail(with: error)
    }
  }

  private func help(_ purpose: String, data: String, samples: String, picture: String) -> String {
    """
    \(purpose)

    USAGE: swift run -c release \(Console.program) [option value]...

      --epochs N      passes over the training \(data) (\(epochs))
      --batch N       \(samples) for each step (\(batch))
      --hidden N      hidden units (\(hidden))
      --rate X        learning rate (\(rate))
      --seed N        seed of all that is drawn at random, such as the first weights (\(seed))
      --output FILE   where to write \(picture), as SVG (\(output)); beside it, the same for dark pages
      --help          this text

    The same options give the same numbers on every run.
    """
  }

  /// The options as overridden by the command line, or `nil` if it asks for help.
  private func replaced(by arguments: some Sequence<String>) throws(Failure) -> TrainingOptions? {
    var options = self
    var arguments = arguments.makeIterator()
    while let argument = arguments.next() {
      if argument == "--help" || argument == "-h" { return nil }
      // Accepts both `--name value` and `--name=value`.
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(parts[0])
      guard ["--epochs", "--batch", "--hidden", "--rate", "--seed", "--output"].contains(name) else {
        throw .usage("there is no option '\(argument)'")
      }
      guard let value = parts.count > 1 ? String(parts[1]) : arguments.next(), !value.isEmpty,
        parts.count > 1 || !value.hasPrefix("--")
      else { throw .usage("\(name) needs a value") }
      switch name {
      case "--epochs": options.epochs = try Self.number(value, of: name, in: 1...1000)
      case "--batch": options.batch = try Self.number(value, of: name, in: 1...4096)
      case "--hidden": options.hidden = try Self.number(value, of: name, in: 1...4096)
      case "--rate": options.rate = try Self.number(value, of: name, in: 0.0001...10)
      case "--seed": options.seed = try Self.number(value, of: name, in: 0 ... .max)
      default:
        guard value.lowercased().hasSuffix(".svg") else {
          throw .usage("--output is '\(value)', but the picture is written as SVG: its name must end in .svg")
        }
        options.output = value
      }
    }
    return options
  }

  private static func number<Number: LosslessStringConvertible & Comparable>(
    _ text: String,
    of name: String,
    in range: ClosedRange<Number>
  ) throws(Failure) -> Number {
    guard let number = Number(text), range.contains(number) else {
      let kind = Number.self == Float.self ? "number" : "whole number"
      throw .usage(
        "\(name) is '\(text)', but must be a \(kind) from \(range.lowerBound) to \(range.upperBound)"
      )
    }
    return number
  }
}

extension Failure {
  /// The failure of a training program whose result misses its bound.
  package static func missedBound(_ result: String, is value: String, mustBe bound: String) -> Failure {
    Failure(
      """
      the \(result) is \(value), but should be \(bound); the defaults of --epochs, --batch, --hidden and --rate \
      reach it
      """)
  }

  /// The failure of a command line that the program cannot follow.
  package static func usage(_ message: String) -> Failure {
    Failure("\(message)\nTry --help.", exitCode: .usage)
  }
}
