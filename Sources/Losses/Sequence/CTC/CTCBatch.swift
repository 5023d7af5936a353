internal import LossEngine
internal import Tensors

/// The sequences of a call of CTC: the shape of their scores, found to be right, and how many frames count.
struct CTCBatch {
  let frames: Int
  let samples: Int
  let classes: Int
  /// The shape of one result for each sample.
  let sampleShape: Shape
  /// How many frames of each sample count.
  private let inputLengths: any ClassLabels

  /// - Parameters:
  ///   - shape: That of the scores, [T, N, C] or [T, C].
  ///   - name: What the caller calls the scores.
  init(
    _ shape: Shape, named name: String, blank: Int, inputLengths: any ClassLabels
  ) throws(LossError) {
    guard 2...3 ~= shape.count, !shape.dropLast().contains(0) else {
      throw .unsupportedShape(
        argument: name, shape: shape,
        requirement: "only [T, N, C] and [T, C] are possible, with at least one frame and one sample")
    }
    try Check.size(of: shape, named: name)
    frames = shape[0]
    samples = shape.count == 3 ? shape[1] : 1
    classes = shape[shape.count - 1]
    sampleShape = shape.count == 3 ? [samples] : []
    guard 0..<classes ~= blank else {
      throw .invalidHyperparameter(
        name: "blank", integer: blank, requirement: "one of the \(classes) classes, from 0 on")
    }
    try Check.lengths(
      inputLengths, named: "inputLengths", samples: samples, atMost: frames, of: "frames",
      hint: shape.count == 3 && inputLengths.shape == [shape[0]]
        ? "the axes of the scores are frames, samples, classes; did you mean \(name).transposed(0, 1)?" : nil)
    self.inputLengths = inputLengths
  }

  /// Returns how many frames of a sample count.
  func length(ofSample sample: Int) -> Int { inputLengths[sample] }

  /// Returns the positions of a sample's scores at a frame.
  func row(_ frame: Int, ofSample sample: Int) -> Range<Int> {
    let start = (frame &* samples &+ sample) &* classes
    return start..<start &+ classes
  }
}

/// The targets of a call of CTC, found to be right.
struct CTCTargets {
  private let targets: any ClassLabels
  private let lengths: any ClassLabels
  /// Where the labels of each sample of a padded target begin, over its position in the batch.
  private let width: Int?
  /// Where the labels of every so many samples begin, if they are one after another.
  private var starts: [Int] = []

  /// The samples from one of the starts to the next: to keep all would take as much memory as the lengths do.
  private static var samplesPerStart: Int { 256 }

  init(
    _ targets: any ClassLabels, lengths: any ClassLabels, batch: CTCBatch,
    _ samples: (any SampleWeights)? = nil
  ) throws(LossError) {
    let shape = targets.shape
    guard 1...2 ~= shape.count else {
      throw .unsupportedShape(
        argument: "targets", shape: shape,
        requirement: "only [N, S], padded, and [S], one after another, are possible")
    }
    try Check.size(of: shape, named: "targets")
    let isPadded = shape.count == 2
    let width = shape[shape.count - 1]
    if isPadded { try Check.shape(shape, named: "targets", is: [batch.samples, width]) }
    try Check.lengths(
      lengths, named: "targetLengths", samples: batch.samples, atMost: width, of: "labels in targets")
    (self.targets, self.lengths, self.width) = (targets, lengths, isPadded ? width : nil)
    if !isPadded {
      // The lengths may be views that repeat one number, and their sum beyond `Int`.
      var total = 0
      lengths.forEachBlock(in: 0..<batch.samples) { first, block, count in
        for index in 0..<count {
          if (first + index) % Self.samplesPerStart == 0 { starts.append(total) }
          total = block[index] > .max - total ? .max : total + block[index]
        }
      }
      try Check.shape(shape, named: "targets", is: [total])
    }
    for sample in 0..<batch.samples {
      try Check.labels(
        targets, at: range(ofSample: sample), named: "targets", classes: batch.classes,
        sample: isPadded ? nil : sample, unless: samples?[sample] == 0)
    }
  }

  /// Returns how many labels a sample has.
  func length(ofSample sample: Int) -> Int { lengths[sample] }

  /// Returns the labels of a sample.
  func labels(ofSample sample: Int) -> [Int] { targets[range(ofSample: sample)] }

  /// Returns how many frames labels need: one each, and one for the blank between two that are equal.
  static func framesNeeded(by labels: [Int]) -> Int {
    labels.count + zip(labels, labels.dropFirst()).count { $0 == $1 }
  }

  private func range(ofSample sample: Int) -> Range<Int> {
    var start: Int
    if let width {
      start = sample * width
    } else {
      let (part, rest) = sample.quotientAndRemainder(dividingBy: Self.samplesPerStart)
      start = starts[part]
      for earlier in sample - rest..<sample { start += lengths[earlier] }
    }
    return start..<start + lengths[sample]
  }
}

extension Check {
  /// The lengths of the samples: [N], or also [] for a single one.
  static func lengths(
    _ lengths: any ClassLabels, named name: String, samples: Int, atMost limit: Int, of things: String,
    hint: @autoclosure () -> String? = nil
  ) throws(LossError) {
    if samples > 1 || lengths.shape != [] {
      try shape(lengths.shape, named: name, is: [samples], hint: hint())
    }
    if let wrong = firstPosition(in: lengths, at: 0..<samples, outside: 0...limit) {
      throw .valueOutOfRange(
        argument: name, position: lengths.shape.index(ofElement: wrong),
        value: lengths.number(at: wrong),
        requirement: "in 0...\(limit), the number of \(things)")
    }
  }

  /// Throws unless the labels at a range are classes. The error names the sample where its position does not tell it.
  ///
  /// - Parameter isOut: Whether the labels are those of a sample that does not count.
  static func labels(
    _ labels: any ClassLabels, at range: Range<Int>, named name: String, classes: Int, sample: Int? = nil,
    unless isOut: @autoclosure () -> Bool = false
  ) throws(LossError) {
    guard let wrong = firstPosition(in: labels, at: range, outside: 0...classes - 1), !isOut() else { return }
    throw .labelOutOfRange(
      argument: name, position: labels.shape.index(ofElement: wrong), label: labels.text(at: wrong),
      classCount: classes, ignoreIndex: nil, sample: sample)
  }

  /// Returns the position of the first label at `range` that is outside `possible`.
  private static func firstPosition(
    in labels: any ClassLabels, at range: Range<Int>, outside possible: ClosedRange<Int>
  ) -> Int? {
    var first: Int?
    labels.forEachBlock(in: range) { start, block, count in
      if first == nil, let wrong = (0..<count).first(where: { !(possible ~= block[$0]) }) {
        first = start + wrong
      }
    }
    return first
  }
}
