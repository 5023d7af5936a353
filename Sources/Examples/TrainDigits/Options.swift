/// What the command line asks for.
struct Options {
  private(set) var epochs = 30
  private(set) var batch = 32
  private(set) var hidden = 96
  private(set) var rate: Float = 0.1
  private(set) var seed: UInt64 = 1
  private(set) var output = "TrainDigits.svg"

  var summary: String { "\(hidden) hidden units, batches of \(batch), rate \(rate), seed \(seed)" }

  static var help: String {
    let defaults = Options()
    return """
      Trains a small neural network to read handwritten digits.

      USAGE: swift run -c release TrainDigits [option value]...

        --epochs N      passes over the training images (\(defaults.epochs))
        --batch N       images for each step (\(defaults.batch))
        --hidden N      hidden units (\(defaults.hidden))
        --rate X        learning rate (\(defaults.rate))
        --seed N        seed of the split, the first weights and the order of images (\(defaults.seed))
        --output FILE   where to write the loss curves, as SVG (\(defaults.output))
        --help          this text

      The same options give the same numbers on every run.
      """
  }

  private init() {}

  /// The options, or `nil` where help is asked for.
  init?(arguments: some Sequence<String>) throws(Failure) {
    var arguments = arguments.makeIterator()
    while let argument = arguments.next() {
      if argument == "--help" || argument == "-h" { return nil }
      // Both `--name value` and `--name=value`.
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(parts[0])
      guard ["--epochs", "--batch", "--hidden", "--rate", "--seed", "--output"].contains(name) else {
        throw .usage("there is no option '\(argument)'")
      }
      guard let value = parts.count > 1 ? String(parts[1]) : arguments.next(), !value.isEmpty,
        parts.count > 1 || !value.hasPrefix("--")
      else { throw .usage("\(name) needs a value") }
      switch name {
      case "--epochs": epochs = try Self.number(value, of: name, in: 1...1000)
      case "--batch": batch = try Self.number(value, of: name, in: 1...1797)
      case "--hidden": hidden = try Self.number(value, of: name, in: 1...4096)
      case "--rate": rate = try Self.number(value, of: name, in: 0.0001...10)
      case "--seed": seed = try Self.number(value, of: name, in: 0 ... .max)
      default: output = value
      }
    }
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
  fileprivate static func usage(_ message: String) -> Failure {
    Failure("\(message)\nTry --help.", exitCode: .usage)
  }
}
