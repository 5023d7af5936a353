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
  let lengths: [Int]

  /// - Parameter shape: That of the scores, [T, N, C] or [T, C].
  init(_ shape: Shape, blank: Int, inputLengths: any ClassLabels) throws(LossError) {
    guard 2...3 ~= shape.count, !shape.dropLast().contains(0) else {
      throw .unsupportedShape(
        argument: "input", shape: shape,
        requirement: "only [T, N, C] and [T, C] are possible, with at least one frame and one sample")
    }
    try Check.size(of: shape, named: "input")
    frames = shape[0]
    samples = shape.count == 3 ? shape[1] : 1
    classes = shape[shape.count - 1]
    sampleShape = shape.count == 3 ? [samples] : []
    guard 0..<classes ~= blank else {
      throw .invalidHyperparameter(
        name: "blank", integer: blank, requirement: "one of the \(classes) classes, from 0 on")
    }
    lengths = try Check.lengths(
      inputLengths, named: "inputLengths", samples: samples, atMost: frames, of: "frames")
  }
}

extension CTCBatch {
  /// The scores of each sample at the frames that count.
  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  func rows<S: LossScalar>(of scores: Tensor<S>) -> [[[Double]]] {
    let scalars = scores.scalars
    return (0..<samples).map { sample in
      (0..<lengths[sample]).map { frame in
        let start = (frame * samples + sample) * classes
        return scalars[start..<start + classes].map { Double($0) }
      }
    }
  }
}

/// The targets of a call of CTC, found to be right.
struct CTCTargets {
  /// The labels of each sample.
  private(set) var labels: [[Int]] = []

  init(
    _ targets: any ClassLabels, lengths: any ClassLabels, batch: CTCBatch
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
    let lengths = try Check.lengths(
      lengths, named: "targetLengths", samples: batch.samples, atMost: width, of: "labels in targets")
    // The lengths may be views that repeat one number, and their sum beyond `Int`.
    let total = lengths.reduce(0) { $1 > .max - $0 ? .max : $0 + $1 }
    if !isPadded { try Check.shape(shape, named: "targets", is: [total]) }
    var start = 0
    for (sample, length) in lengths.enumerated() {
      let range = start..<start + length
      let sampleLabels = targets[range]
      if let wrong = sampleLabels.firstIndex(where: { !(0..<batch.classes ~= $0) }) {
        throw .labelOutOfRange(
          argument: "targets", position: shape.index(ofElement: start + wrong),
          label: targets.text(at: start + wrong), classCount: batch.classes, ignoreIndex: nil,
          sample: isPadded ? nil : sample)
      }
      labels.append(sampleLabels)
      start += isPadded ? width : length
    }
  }
}

extension Check {
  /// The lengths of the samples: [N], or also [] for a single one.
  static func lengths(
    _ lengths: any ClassLabels, named name: String, samples: Int, atMost limit: Int, of things: String
  ) throws(LossError) -> [Int] {
    if samples > 1 || lengths.shape != [] { try shape(lengths.shape, named: name, is: [samples]) }
    let result = lengths[0..<samples]
    if let wrong = result.firstIndex(where: { !(0...limit ~= $0) }) {
      throw .valueOutOfRange(
        argument: name, position: lengths.shape.index(ofElement: wrong),
        value: Double(lengths.text(at: wrong)) ?? .nan,
        requirement: "in 0...\(limit), the number of \(things)")
    }
    return result
  }
}
