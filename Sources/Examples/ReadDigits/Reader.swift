import ExampleTools
import Losses

/// A network that scores each digit and the blank at each column of a row.
struct Reader {
  /// The digits are classes 0 to 9, and the blank is class 10.
  static let blank = 10
  static let classes = 11
  /// The probability that dropout keeps a hidden unit in a training step.
  private static let keepProbability: Float = 0.8

  private var network: Network
  /// A running average of the network's parameters, which reads better than the latest ones.
  private var average: Network

  private let ctc = CTCLoss(blank: blank, input: .logits)
  private let greedy = CTCGreedyDecoder(blank: blank)
  private let beamSearch = CTCBeamSearchDecoder(blank: blank, width: 8)

  init(hidden: Int, random: inout SplitMix64) {
    network = Network(inputs: Batch.windowSize, hidden: hidden, outputs: Self.classes, random: &random)
    average = network
  }

  var parameterCount: Int { network.parameterCount }

  /// Takes one training step on a batch, and returns its loss.
  mutating func learn(_ rows: some Collection<Row>, rate: Float, random: inout SplitMix64) throws -> Float {
    let batch = Batch(rows)
    let hidden = network.hiddenUnits(batch.windows)
      .map { random.nextUniform() < Self.keepProbability ? $0 : 0 }
    let logits = network.logits(hidden)
    let (loss, gradient) = try ctc(
      batch.frames(logits), targets: batch.targets, inputLengths: batch.inputLengths,
      targetLengths: batch.targetLengths
    ).valueWithGradient()
    network.descend(batch.scores(gradient), hidden: hidden, samples: batch.windows, rate: rate)
    average.approach(network, rate: 0.01)
    return loss.item
  }
}

extension Reader {
  /// The mean loss of some rows, and the fraction that greedy decoding reads without a mistake.
  func score(on rows: [Row]) throws -> Score {
    let (batch, logits) = evaluate(rows)
    let loss = try ctc(
      logits, targets: batch.targets, inputLengths: batch.inputLengths, targetLengths: batch.targetLengths
    ).value()
    let readings = try greedy(logits, inputLengths: batch.inputLengths)
    return Score(loss: Double(loss.item), accuracy: Self.accuracy(readings, rows))
  }

  /// The fraction of rows that beam search reads without a mistake.
  func beamAccuracy(on rows: [Row]) throws -> Double {
    let (batch, logits) = evaluate(rows)
    let readings = try beamSearch(logits, inputLengths: batch.inputLengths)
    return Self.accuracy(readings.map { $0[0] }, rows)
  }

  /// The network's reading of a row, with its probabilities and the alignment of the row's digits.
  func reading(of row: Row) throws -> Reading {
    let (batch, logits) = evaluate([row])
    let alignments = try CTCAligner(blank: Self.blank)(
      logits, targets: batch.targets, inputLengths: batch.inputLengths,
      targetLengths: batch.targetLengths)
    return Reading(
      row: row, probabilities: try Softmax(axis: 1)(logits[.all, 0, .all]).value(),
      digits: try greedy(logits, inputLengths: batch.inputLengths)[0].labels,
      alignment: alignments[0])
  }

  /// The rows as a batch, and their logits, [T, N, C], from the averaged network.
  private func evaluate(_ rows: [Row]) -> (batch: Batch, logits: Tensor<Float>) {
    let batch = Batch(rows)
    // All units take part here, so each is scaled by the probability that it took part in training.
    let hidden = average.hiddenUnits(batch.windows).map { Self.keepProbability * $0 }
    return (batch, batch.frames(average.logits(hidden)))
  }

  private static func accuracy(_ readings: [CTCDecoding], _ rows: [Row]) -> Double {
    Double(zip(readings, rows).count { $0.labels == $1.digits }) / Double(rows.count)
  }
}

/// A row as the network reads it.
struct Reading {
  let row: Row
  /// The probability of each class at each column, [T, C].
  let probabilities: Tensor<Float>
  /// The digits that greedy decoding reads.
  let digits: [Int]
  /// Where the row's digits are, or `nil` if the row has too few columns for them (no row here does).
  let alignment: CTCAlignment?
}
