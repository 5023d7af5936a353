import ExampleTools
import Foundation
import Losses

/// The ways to compute a head's loss and its gradients.
enum Head: String, CaseIterable {
  case fused = "LinearCrossEntropyLoss"
  case scores = "all scores, then CrossEntropyLoss"

  /// The argument with which the program measures a head instead of training.
  private static let option = "--memory-of"

  /// Prints how much memory each head takes for a step over that many rows, or nothing where the system does not tell.
  static func printMemory(rows: Int, classes: Int, hidden: Int) throws {
    guard peakMemory() != nil else { return }
    print("\nMemory for value and gradients of \(rows) rows and \(classes) classes:")
    for head in allCases {
      let bytes = try head.memory(rows: rows, classes: classes, hidden: hidden)
      print("\(leftPadded(decimal(Double(bytes) / 1e6, digits: 1), to: 8)) MB  \(head.rawValue)")
    }
  }

  /// The memory that a step takes, in bytes, measured in a process of its own: the peak of this one would hide memory that
  /// is used once more.
  private func memory(rows: Int, classes: Int, hidden: Int) throws(Failure) -> Int {
    let (process, pipe) = (Process(), Pipe())
    process.executableURL = Bundle.main.executableURL
    process.arguments = [Self.option, rawValue, "\(rows)", "\(classes)", "\(hidden)"]
    process.standardOutput = pipe
    var output: Data?
    do {
      try process.run()
      output = try pipe.fileHandleForReading.readToEnd()
      process.waitUntilExit()
    } catch {
      throw Failure("the memory of '\(rawValue)' could not be measured: \(error.localizedDescription)")
    }
    let digits = String(decoding: output ?? Data(), as: UTF8.self).trimmingCharacters(
      in: .whitespacesAndNewlines)
    guard process.terminationStatus == 0, let bytes = Int(digits) else {
      throw Failure("the memory of '\(rawValue)' could not be measured")
    }
    return bytes
  }

  /// In a process that was started to measure a head: prints the memory that it takes, and ends the process.
  static func measureIfAsked() {
    let arguments = CommandLine.arguments.dropFirst()
    let numbers = arguments.dropFirst(2).compactMap { Int($0) }
    guard arguments.count == 5, arguments.first == option, let head = Head(rawValue: arguments[2]),
      numbers.count == 3, numbers.allSatisfy({ $0 > 0 })
    else { return }
    let (rows, classes, hidden) = (numbers[0], numbers[1], numbers[2])
    let input = Tensor<Float>(shape: [rows, hidden]) { index in Float((index[0] + index[1]) % 2) }
    let labels = Tensor(shape: [rows]) { index in index[0] % classes }
    do {
      let before = peakMemory() ?? 0
      try head.step(input, labels, classes: classes)
      print((peakMemory() ?? 0) - before)
      exit(0)
    } catch {
      Console.fail(with: error)
    }
  }

  private func step(_ input: Tensor<Float>, _ labels: Tensor<Int>, classes: Int) throws {
    switch self {
    case .fused:
      let weights = Tensor<Float>.zeros([classes, input.shape[1]])
      let loss = try LinearCrossEntropyLoss()(input, linearWeight: weights, target: labels)
      _ = loss.valueWithGradient()
    case .scores:
      var random = SplitMix64(seed: 1)
      var layer = Layer(inputs: input.shape[1], outputs: classes, random: &random)
      let scores = layer(input)
      let (_, gradient) = try CrossEntropyLoss()(scores, target: labels).valueWithGradient()
      _ = layer.inputGradient(gradient)
      layer.descend(gradient, input: input, rate: 0)
    }
  }
}
