package import Losses

/// The arguments of a call of CTC, of a decoder or of the aligner.
package struct Sequences {
  package var scores: Tensor<Double>
  package var blank: Int
  package var targets: Tensor<Int>
  package var inputLengths: Tensor<Int>
  package var targetLengths: Tensor<Int>
}

extension Decisions {
  package mutating func sequences() -> Sequences {
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
      scores: tensor(injectsFault(in: 10) ? oddShape() : shape, -20..<0),
      blank: injectsFault(in: 10) ? choice(of: [-1, classes, .max, .min]) : blank,
      targets: labels(targetShape, classes: classes),
      inputLengths: Tensor(faulty(lengths), shape: lengthShape),
      targetLengths: Tensor(faulty(counts), shape: lengthShape))
  }

  /// Returns the lengths, one of which may be impossible.
  mutating func faulty(_ lengths: [Int]) -> [Int] {
    var lengths = lengths
    if injectsFault(in: 6) {
      lengths[number(below: lengths.count)] = choice(of: [.min, .max, -1, 0, 7, 1 << 62])
    }
    return lengths
  }
}
