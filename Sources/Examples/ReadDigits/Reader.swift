import ExampleTools
import Losses

/// A network that gives a score to each digit and to the blank, at each column of a row.
struct Reader {
  /// The digits are classes 0 to 9, so the blank is the class after them.
  static let blank = 10
  static let classes = 11
  /// The probability that a hidden unit takes part in a step. Units that cannot rely on each other learn less by heart.
  private static let presence: Float = 0.8

  private var network: Network
  /// A running mean of the network's states, which reads better than the last of them.
  private var average: Network

  private let ctc = CTCLoss(blank: blank, input: .logits)
  private let greedy = CTCGreedyDecoder(blank: blank)
  private let beamSearch = CTCBeamSearchDecoder(blank: blank, width: 8)

  init(hidden: Int, random: inout SplitMix64) {
    network = Network(inputs: Batch.windowSize, hidden: hidden, outputs: Self.classes, random: &random)
    average = network
  }

  var parameterCount: Int { network.parameterCount }

  /// Learns from a batch, and returns its loss.
  mutating func learn(_ rows: some Collection<Row>, rate: Float, random: inout SplitMix64) throws -> Float {
    let batch = Batch(rows)
    let hidden = network.hiddenUnits(batch.windows).map { random.nextUniform() < Self.presence ? $0 : 0 }
    let logits = network.logits(hidden)
    let (loss, gradient) = try ctc.valueWithGradient(
      batch.frames(logits), targets: batch.targets, inputLengths: batch.inputLengths,
      targetLengths: batch.targetLengths)
    network.descend(batch.scores(gradient), hidden: hidden, samples: batch.windows, rate: rate)
    average.approach(network, by: 0.01)
    return loss.item
  }
}

extension Reader {
  /// The mean loss of some rows, and the share in which greedy decoding reads all digits right and no others.
  func score(on rows: [Row]) throws -> Score {
    let (batch, logits) = judged(rows)
    let loss = try ctc(
      logits, targets: batch.targets, inputLengths: batch.inputLengths, targetLengths: batch.targetLengths)
    let readings = try greedy(logits, inputLengths: batch.inputLengths)
    return Score(loss: Double(loss.item), accuracy: Self.accuracy(readings, rows))
  }

  /// The share of rows that beam search reads right.
  func beamAccuracy(on rows: [Row]) throws -> Double {
    let (batch, logits) = judged(rows)
    let readings = try beamSearch(logits, inputLengths: batch.inputLengths)
    return Self.accuracy(readings.map { $0[0] }, rows)
  }

  /// What the network makes of a row.
  func judgement(of row: Row) throws -> Judgement {
    let (batch, logits) = judged([row])
    let alignments = try CTCAligner(blank: Self.blank)(
      logits, targets: batch.targets, inputLengths: batch.inputLengths,
      targetLengths: batch.targetLengths)
    return Judgement(
      row: row, probabilities: try Softmax(axis: 1)(logits[.all, 0, .all]),
      digits: try greedy(logits, inputLengths: batch.inputLengths)[0].labels,
      alignment: alignments[0])
  }

  private func judged(_ rows: [Row]) -> (batch: Batch, logits: Tensor<Float>) {
    let batch = Batch(rows)
    // All units together give more than those of a step, so each gives less.
    let hidden = average.hiddenUnits(batch.windows).map { Self.presence * $0 }
    return (batch, batch.frames(average.logits(hidden)))
  }

  private static func accuracy(_ readings: [CTCDecoding], _ rows: [Row]) -> Double {
    Double(zip(readings, rows).count { $0.labels == $1.digits }) / Double(rows.count)
  }
}

/// A row as a network sees it.
struct Judgement {
  let row: Row
  /// Of each class at each column, [T, C].
  let probabilities: Tensor<Float>
  /// What greedy decoding reads.
  let digits: [Int]
  /// Where the digits of the row are. There is none if the row has too few columns for them, as none of these has.
  let alignment: CTCAlignment?
}
