import Losses

extension Recipe {
  static let sequences = Recipe("CTC") { decisions in
    let parts = decisions.sequences()
    let (blank, zeroInfinity) = (parts.blank, decisions.isOne(in: 2))
    let input = decisions.choice(of: CTCLoss.Input.allCases)
    return Call(
      SequenceForm(inputLengths: parts.inputLengths, targetLengths: parts.targetLengths) {
        CTCLoss(blank: blank, zeroInfinity: zeroInfinity, reduction: $0, input: input)
      },
      Arguments(input: parts.scores, labels: parts.targets))
  }
}

/// The arguments of a call of CTC, of a decoder or of the aligner.
struct Sequences {
  var scores: Tensor<Double>
  var blank: Int
  var targets: Tensor<Int>
  var inputLengths: Tensor<Int>
  var targetLengths: Tensor<Int>
}

extension Decisions {
  mutating func sequences() -> Sequences {
    let isBatch = isOne(in: 2)
    let frames = isLarge ? 60 + number(below: 60) : 1 + number(below: 12)
    let samples = isBatch ? (isLarge ? 20 + number(below: 20) : 1 + number(below: 4)) : 1
    let classes = 1 + number(below: 6)
    let shape: Shape = isBatch ? [frames, samples, classes] : [frames, classes]
    let blank = number(below: classes)

    let widest = number(below: isLarge ? 30 : 6)
    let counts = (0..<samples).map { _ in number(below: widest + 1) }
    let isPadded = isOne(in: 2)
    let targetShape: Shape = isPadded ? [samples, widest] : [counts.reduce(0, +)]
    let lengths = (0..<samples).map { _ in frames - (isOne(in: 3) ? number(below: frames) : 0) }
    let lengthShape: Shape = samples == 1 && isOne(in: 2) ? [] : [samples]
    return Sequences(
      scores: tensor(isMischief(in: 10) ? oddShape() : shape, -20..<0),
      blank: isMischief(in: 10) ? choice(of: [-1, classes, .max, .min]) : blank,
      targets: labels(targetShape, classes: classes),
      inputLengths: Tensor(lengthsOrNot(lengths), shape: lengthShape),
      targetLengths: Tensor(lengthsOrNot(counts), shape: lengthShape))
  }

  private mutating func lengthsOrNot(_ lengths: [Int]) -> [Int] {
    var lengths = lengths
    if isMischief(in: 6) {
      lengths[number(below: lengths.count)] = choice(of: [.min, .max, -1, 0, 7, 1 << 62])
    }
    return lengths
  }
}
