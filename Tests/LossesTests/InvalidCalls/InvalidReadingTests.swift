import LossRegistry
import Losses
import Testing

/// A call of a decoder or the aligner that must throw, and its error.
struct InvalidReading: Sendable, CustomStringConvertible {
  var name: String
  var error: LossError
  var message: String
  var call: @Sendable () throws(LossError) -> Void

  var description: String { name }

  static let all = everyReader + beam + aligner

  private static func beam(
    shape: Shape = [4, 2, 3], lengths: Tensor<Int> = [4, 3], blank: Int = 0, width: Int = 2,
    _ error: LossError, _ message: String
  ) -> InvalidReading {
    InvalidReading(name: "beam search: \(message)", error: error, message: message) { () throws(LossError) in
      _ = try CTCBeamSearchDecoder(blank: blank, width: width)(
        Tensor<Float>.zeros(shape), inputLengths: lengths)
    }
  }

  private static func greedy(
    shape: Shape, lengths: Tensor<Int>, blank: Int, _ error: LossError, _ message: String
  ) -> InvalidReading {
    InvalidReading(name: "greedy: \(message)", error: error, message: message) { () throws(LossError) in
      _ = try CTCGreedyDecoder(blank: blank)(Tensor<Float>.zeros(shape), inputLengths: lengths)
    }
  }

  private static func aligner(
    shape: Shape = [4, 2, 3], lengths: Tensor<Int> = [4, 3], targets: Tensor<Int> = [[1, 2], [2, 1]],
    targetLengths: Tensor<Int> = [2, 1], blank: Int = 0, _ error: LossError, _ message: String
  ) -> InvalidReading {
    InvalidReading(name: "aligner: \(message)", error: error, message: message) { () throws(LossError) in
      _ = try CTCAligner(blank: blank)(
        Tensor<Float>.zeros(shape), targets: targets, inputLengths: lengths, targetLengths: targetLengths)
    }
  }

  /// The errors of the scores and their lengths, which all three take.
  private static let everyReader: [InvalidReading] = {
    func invalidReadings(
      shape: Shape = [4, 2, 3], lengths: Tensor<Int> = [4, 3], blank: Int = 0, _ error: LossError,
      _ message: String
    ) -> [InvalidReading] {
      [
        greedy(shape: shape, lengths: lengths, blank: blank, error, message),
        beam(shape: shape, lengths: lengths, blank: blank, error, message),
        aligner(shape: shape, lengths: lengths, blank: blank, error, message),
      ]
    }
    func length(_ position: Shape, _ value: Double) -> LossError {
      .valueOutOfRange(
        argument: "inputLengths", position: position, value: value,
        requirement: "in 0...4, the number of frames")
    }
    let rank = "only [T, N, C] and [T, C] are possible, with at least one frame and one sample"
    let ranks = ([[], [4], [4, 2, 3, 1], [0, 2, 3], [4, 0, 3], [0, 3]] as [Shape]).flatMap {
      invalidReadings(
        shape: $0, .unsupportedShape(argument: "logProbabilities", shape: $0, requirement: rank),
        "logProbabilities has shape \($0), but \(rank)")
    }
    let blanks = [3, -1, -100].flatMap {
      invalidReadings(
        blank: $0,
        .invalidHyperparameter(
          name: "blank", value: Double($0), requirement: "one of the 3 classes, from 0 on"),
        "blank is \($0), but it must be one of the 3 classes, from 0 on")
    }
    let noClasses = invalidReadings(
      shape: [4, 2, 0],
      .invalidHyperparameter(name: "blank", value: 0, requirement: "one of the 0 classes, from 0 on"),
      "blank is 0, but it must be one of the 0 classes, from 0 on")
    let shapes = ([[3], [], [2, 1]] as [Shape]).flatMap {
      invalidReadings(
        lengths: .ones($0), .shapeMismatch(argument: "inputLengths", shape: $0, expected: [2]),
        "inputLengths has shape \($0), but [2] is needed")
    }
    let values = [5, -1].flatMap {
      invalidReadings(
        lengths: Tensor([4, $0]), length([1], Double($0)),
        "inputLengths[1] is \($0), but it must be in 0...4, the number of frames")
    }
    let alone = invalidReadings(
      shape: [4, 3], lengths: Tensor(5), length([], 5),
      "inputLengths[] is 5, but it must be in 0...4, the number of frames")
    return ranks + blanks + noClasses + shapes + values + alone
  }()

  private static let beam = [(0, "0"), (-1, "-1"), (.min, "-9223372036854775808")].map {
    (width: Int, text: String) in
    beam(
      width: width, .invalidHyperparameter(name: "width", value: Double(width), requirement: "positive"),
      "width is \(text), but it must be positive")
  }

  private static let aligner = [
    aligner(
      targets: .ones([2, 2, 1]),
      .unsupportedShape(
        argument: "targets", shape: [2, 2, 1],
        requirement: "only [N, S], padded, and [S], one after another, are possible"),
      "targets has shape [2, 2, 1], but only [N, S], padded, and [S], one after another, are possible"),
    aligner(
      targets: .ones([3, 2]), .shapeMismatch(argument: "targets", shape: [3, 2], expected: [2, 2]),
      "targets has shape [3, 2], but [2, 2] is needed"),
    aligner(
      targets: .ones([4]), .shapeMismatch(argument: "targets", shape: [4], expected: [3]),
      "targets has shape [4], but [3] is needed"),
    aligner(
      targetLengths: [2, 1, 1], .shapeMismatch(argument: "targetLengths", shape: [3], expected: [2]),
      "targetLengths has shape [3], but [2] is needed"),
    aligner(
      targetLengths: [3, 1],
      .valueOutOfRange(
        argument: "targetLengths", position: [0], value: 3,
        requirement: "in 0...2, the number of labels in targets"),
      "targetLengths[0] is 3, but it must be in 0...2, the number of labels in targets"),
    aligner(
      targets: [[1, 2], [3, 0]],
      .labelOutOfRange(argument: "targets", position: [1, 0], label: "3", classCount: 3, ignoreIndex: nil),
      "targets[1, 0] is 3, but there are 3 classes"),
    aligner(
      targets: [1, 2, -1],
      .labelOutOfRange(
        argument: "targets", position: [2], label: "-1", classCount: 3, ignoreIndex: nil, sample: 1),
      "targets[2], of sample 1, is -1, but there are 3 classes"),
  ]
}

struct InvalidReadingTests {
  @Test(arguments: InvalidReading.all)
  func theErrorIsThrown(_ reading: InvalidReading) {
    let error = #expect(throws: LossError.self) { try reading.call() }
    #expect(error == reading.error)
    #expect(error?.description == reading.message)
  }
}
