import Foundation
import LossRegistry
import Losses
import Testing

/// Partial results: how they merge, what they refuse, and how they are coded.
struct PartialCrossEntropyTests {
  private let logits = Tensor<Double>.random(in: -5..<5, [6, 9], seed: 1)
  private let labels: Tensor<Int> = [8, 0, 3, -100, 4, 2]
  private let loss = CrossEntropyLoss(labelSmoothing: 0.1)

  private func shard(
    _ classes: Range<Int>, _ loss: CrossEntropyLoss? = nil, labels: Tensor<Int>? = nil,
    mask: Tensor<Bool>? = nil
  ) throws -> CrossEntropyShard<Double> {
    var scores = logits
    scores[1, 5] = -.infinity
    return try (loss ?? self.loss).shard(
      scores[.all, classes], target: labels ?? self.labels, classes: classes, of: 9, mask: mask)
  }

  private func partial(_ classes: Range<Int>) throws -> PartialCrossEntropy { try shard(classes).partial() }

  /// Every order of four workers, one after the other and in pairs.
  @Test func everyOrderHasTheSameBits() throws {
    let parts = try [0..<2, 2..<3, 3..<7, 7..<9].map { try partial($0) }
    var wholes: [PartialCrossEntropy] = []
    for order in permutations(of: Array(parts.indices)) {
      wholes.append(try order.dropFirst().reduce(into: parts[order[0]]) { try $0.merge(parts[$1]) })
      var (first, second) = (parts[order[0]], parts[order[2]])
      try first.merge(parts[order[1]])
      try second.merge(parts[order[3]].sent())
      try first.merge(second)
      wholes.append(first)
    }
    #expect(wholes.count == 48)
    #expect(wholes.allSatisfy { $0 == wholes[0] && $0.isComplete })
    let values = try wholes.map { try $0.value(as: Double.self) }
    for value in values { expectSameBits(value, values[0]) }
  }

  private func permutations(of numbers: [Int]) -> [[Int]] {
    numbers.isEmpty
      ? [[]]
      : numbers.flatMap { first in permutations(of: numbers.filter { $0 != first }).map { [first] + $0 } }
  }

  @Test func classesThatAreMerged() throws {
    var some = try partial(7..<9)
    #expect(some.classes == [7..<9])
    try some.merge(partial(0..<2))
    #expect(some.classes == [0..<2, 7..<9])
    try some.merge(partial(2..<3))
    #expect(some.classes == [0..<3, 7..<9])
    #expect(!some.isComplete)
    try some.merge(partial(3..<7))
    #expect(some.classes == [0..<9])
    #expect(some.isComplete)
  }

  // MARK: Errors

  @Test func classesBeyondAll() throws {
    for classes in [3..<10, -1..<3, 4..<4, 9..<9] {
      let error = #expect(throws: LossError.invalidClasses(classes, classCount: 9)) {
        try loss.shard(Tensor<Double>.zeros([6, 4]), target: labels, classes: classes, of: 9)
      }
      #expect(
        error?.description == "classes is \(classes), but it must be a part of 0..<9 that is not empty")
    }
    #expect(throws: LossError.invalidClasses(0..<1, classCount: -5)) {
      try loss.shard(Tensor<Double>.zeros([6, 1]), target: labels, classes: 0..<1, of: -5)
    }
    #expect(throws: LossError.invalidClasses(0..<10, classCount: 9)) {
      try LinearCrossEntropyLoss().shard(
        Tensor<Double>.zeros([6, 2]), linearWeight: .zeros([10, 2]), target: labels, classes: 0..<10, of: 9)
    }
  }

  @Test func scoresOfAnotherNumberOfClasses() throws {
    let error = #expect(throws: LossError.self) {
      try loss.shard(logits, target: labels, classes: 2..<5, of: 9)
    }
    #expect(
      error?.description
        == "input has shape [6, 9], but [6, 3] is needed; pass the scores and weights of the classes 2..<5 only"
    )
    let other = #expect(throws: LossError.self) {
      try loss.shard(logits[.all, ..<4], target: labels, classes: 2..<5, of: 9)
    }
    #expect(
      other?.description == "input has shape [6, 4], but [6, 3] is needed; 2..<5 are 3 classes")
    let linear = #expect(throws: LossError.self) {
      try LinearCrossEntropyLoss().shard(
        Tensor<Double>.zeros([6, 2]), linearWeight: .zeros([4, 2]), target: labels, classes: 2..<5, of: 9)
    }
    #expect(linear?.description == "linearWeight has shape [4, 2], but [3, 2] is needed; 2..<5 are 3 classes")
    #expect(throws: LossError.shapeMismatch(argument: "weight", shape: [9], expected: [3])) {
      try loss.shard(logits[.all, 2..<5], target: labels, classes: 2..<5, of: 9, weight: .ones([9]))
    }
    #expect(throws: LossError.self) {
      try loss.shard(Tensor<Double>(1), target: Tensor<Int>(0), classes: 0..<1, of: 1)
    }
  }

  @Test func labelsOutOfRange() throws {
    for label in [9, -1, .max, .min] {
      #expect(
        throws: LossError.labelOutOfRange(
          argument: "target", position: [2], label: "\(label)", classCount: 9, ignoreIndex: -100)
      ) { try shard(0..<4, labels: Tensor([0, 8, label, -100, 3, 2])) }
    }
  }

  @Test func overlappingClasses() throws {
    var some = try partial(0..<4)
    let old = some
    let error = #expect(throws: LossError.overlappingClasses(0..<4, 3..<9)) { try some.merge(partial(3..<9)) }
    #expect(error?.description == "the slices of classes 0..<4 and 3..<9 overlap")
    #expect(throws: LossError.overlappingClasses(0..<4, 0..<4)) { try some.merge(old) }
    #expect(some == old)
    try some.merge(partial(4..<9))
    #expect(throws: LossError.overlappingClasses(0..<9, 4..<9)) { try some.merge(partial(4..<9)) }
  }

  @Test func missingClasses() throws {
    let worker = try shard(2..<5)
    let some = try partial(2..<5)
    let error = #expect(throws: LossError.missingClasses(0..<2, classCount: 9)) {
      try some.value(as: Double.self)
    }
    #expect(error?.description == "the part of the classes 0..<2 of 0..<9 is missing")
    #expect(throws: LossError.missingClasses(0..<2, classCount: 9)) { try worker.evaluation(with: some) }
    var more = try partial(0..<2)
    try more.merge(some)
    #expect(throws: LossError.missingClasses(5..<9, classCount: 9)) { try worker.evaluation(with: more) }
    try more.merge(partial(8..<9))
    #expect(throws: LossError.missingClasses(5..<8, classCount: 9)) { try more.value(as: Float.self) }
  }

  @Test func otherCalls() throws {
    var some = try partial(0..<4)
    let old = some
    func expect(_ difference: String, _ other: PartialCrossEntropy) {
      let error = #expect(throws: LossError.self) { try some.merge(other) }
      #expect(error?.description == "the parts are not of one call: \(difference)")
      #expect(some == old)
    }
    let rows = try loss.shard(logits[..<5, 4...], target: labels[..<5], classes: 4..<9, of: 9).partial()
    expect("the shape of the labels is [6] and [5]", rows)
    let classes = try loss.shard(logits[.all, 4...], target: labels, classes: 4..<9, of: 10).partial()
    expect("the number of classes is 9 and 10", classes)
    for other in [
      CrossEntropyLoss(labelSmoothing: 0.2), CrossEntropyLoss(labelSmoothing: 0.1, zLoss: 1),
      CrossEntropyLoss(labelSmoothing: 0.1, softCap: 1),
      CrossEntropyLoss(labelSmoothing: 0.1, reduction: .sum),
      CrossEntropyLoss(ignoreIndex: nil, labelSmoothing: 0.1),
    ] {
      let labels: Tensor<Int> = [8, 0, 3, 1, 4, 2]
      let other = try shard(4..<9, other, labels: labels).partial()
      #expect(throws: LossError.self) { try some.merge(other) }
      #expect(some == old)
    }
    expect(
      "sample[5] counts 1.0 and 0.0",
      try shard(4..<9, mask: [true, true, true, true, true, false]).partial())
    // Labels that are not the same on both workers.
    expect(
      "the label of sample[1] is among the classes 0..<4 and 4..<9",
      try shard(4..<9, labels: [8, 7, 3, -100, 4, 2]).partial())
    expect(
      "the label of sample[0] is among no worker's classes",
      try shard(4..<9, labels: [0, 0, 3, -100, 4, 2]).partial())
  }

  @Test func evaluationOfAnotherCall() throws {
    var whole = try partial(0..<4)
    try whole.merge(partial(4..<9))
    #expect(throws: LossError.self) { try shard(0..<4, CrossEntropyLoss()).evaluation(with: whole) }
    let fewer = try loss.shard(logits[..<5, ..<4], target: labels[..<5], classes: 0..<4, of: 9)
    #expect(throws: LossError.self) { try fewer.evaluation(with: whole) }
    // Another slicing of the same classes is fine.
    let value = try shard(1..<2).evaluation(with: whole).value()
    expectSameBits(value, try whole.value(as: Double.self))
    // So is another axis of the classes.
    let transposed = try CrossEntropyLoss(labelSmoothing: 0.1, classAxis: 0).shard(
      logits.transposed()[4..<9], target: labels, classes: 4..<9, of: 9)
    #expect(try transposed.evaluation(with: whole).backward().shape == [5, 6])
  }

  @Test func wrongBuffersAndUpstream() throws {
    var whole = try partial(0..<4)
    try whole.merge(partial(4..<9))
    let evaluation = try shard(4..<9).evaluation(with: whole)
    var gradient = Tensor<Double>.zeros([6, 9])
    #expect(throws: LossError.shapeMismatch(argument: "gradient", shape: [6, 9], expected: [6, 5])) {
      try evaluation.valueWithGradient(into: &gradient)
    }
    #expect(throws: LossError.self) { try evaluation.backward(upstream: [1, 2, 3, 4, 5, 6]) }
  }

  // MARK: Coding

  @Test func codingKeepsAllNumbers() throws {
    let scores = Tensor<Double>([
      [-.infinity, -.infinity, 0.1], [.nan, 0, 1], [.infinity, 0, 1], [1 / 3, 2e-300, -1e300],
    ])
    let labels: Tensor<Int> = [2, 0, 1, 0]
    for smoothing in [0, 0.1] {
      let loss = CrossEntropyLoss(labelSmoothing: smoothing, reduction: .none)
      for classes in [0..<2, 2..<3, 0..<3] {
        let partial = try loss.shard(
          scores[.all, classes], target: labels, classes: classes, of: 3, weight: .ones([classes.count])
        ).partial()
        let text = try encoded(partial)
        #expect(try encoded(partial.sent()) == text)
        let binary = PropertyListEncoder()
        binary.outputFormat = .binary
        let read = try PropertyListDecoder().decode(PartialCrossEntropy.self, from: binary.encode(partial))
        #expect(try encoded(read) == text)
      }
    }
    let uncapped = try shard(0..<4, CrossEntropyLoss(softCap: .infinity)).partial()
    #expect(try uncapped.sent() == uncapped)
    let partial = try partial(0..<4)
    #expect(try partial.sent() == partial)
    #expect(try partial.sent().hashValue == partial.hashValue)
  }

  private func encoded(_ partial: PartialCrossEntropy) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(partial), as: UTF8.self)
  }

  /// Replacements in the JSON of two workers' results that are merged, and of a complete one, that no worker writes.
  private static let tamperings: [(path: [String], value: String)] = [
    (["classCount"], "6"), (["classCount"], "-1"), (["classCount"], "0"), (["classCount"], "1e400"),
    (["shape"], "[7]"), (["shape"], "[-6]"), (["shape"], "[6, 6]"), (["shape"], "[]"),
    (["shape"], "[4611686018427387904, 4611686018427387904]"), (["shape"], "[1,1,1,1,1,1,1,1,6]"),
    (["sampleWeights"], "[]"), (["sampleWeights"], "[1, 1, 1]"), (["sampleWeights"], "[1,1,1,1,1,\"one\"]"),
    (["sampleWeights"], "[0, 0, 0, 0, 0, 0]"), (["parts"], "[]"), (["parts"], "[{}]"),
    (["loss", "labelSmoothing"], "2"), (["loss", "labelSmoothing"], "0"), (["loss", "zLoss"], "-1"),
    (["loss", "classAxis"], "0"), (["loss", "reduction"], #"{"sumDivided": {"by": -2}}"#),
    (["parts", "0", "classes"], "[5, 2]"), (["parts", "0", "classes"], "[-1, 2]"),
    (["parts", "0", "classes"], "[0, 100]"), (["parts", "0", "classes"], "[3, 3]"),
    (["parts", "0", "classes"], "[-9223372036854775808, 9223372036854775807]"),
    (["parts", "0", "maxima"], "[]"), (["parts", "0", "maxima"], "[1, 2]"),
    (["parts", "0", "maxima", "0"], #""nan""#), (["parts", "0", "maxima", "0"], #""-inf""#),
    (["parts", "0", "maxima", "0"], #""inf""#), (["parts", "0", "maxima", "0"], "null"),
    (["parts", "0", "sumsMinusOne", "0"], "-1"), (["parts", "0", "sumsMinusOne", "0"], #""nan""#),
    (["parts", "0", "sumsMinusOne", "0"], #""inf""#), (["parts", "0", "sumsMinusOne", "0"], "1000"),
    (["parts", "0", "sumsMinusOne"], "[0]"), (["parts", "0", "distances"], "[0]"),
    (["parts", "0", "distances"], "[]"), (["parts", "0", "labelledRows"], "[0, 0]"),
    (["parts", "0", "labelledRows"], "[]"), (["parts", "0", "labelledRows", "0"], "-1"),
    (["parts", "0", "labelledRows", "0"], "6"), (["parts", "0", "labelledRows", "0"], "3"),
    (["parts", "0", "labelScores"], "[1]"), (["parts", "0", "labelScores", "0"], "1000"),
    (["parts", "0", "labelWeights"], "[1]"),
    (["parts", "0", "unmasked"], "[1]"), (["parts", "0", "unmasked"], "[1, 1, 1, 1, 1, -1]"),
    (["parts", "0", "unmasked"], "[10, 1, 1, 1, 1, 1]"), (["parts", "0", "unmaskedWeights"], "[1, 1]"),
  ]

  @Test(arguments: tamperings.indices)
  func tamperedTextIsRefused(_ index: Int) throws {
    let (path, value) = Self.tamperings[index]
    var some = try partial(0..<7)
    #expect(throws: (any Error).self, "\(path) \(value)") {
      try decode(Self.replacing(path[...], in: encoded(some), with: value))
    }
    try some.merge(partial(7..<9))
    #expect(throws: (any Error).self, "\(path) \(value), complete") {
      try decode(Self.replacing(path[...], in: encoded(some), with: value))
    }
  }

  /// What is decoded although a number was replaced is used like any other, and stops nothing.
  @Test func noTextStopsTheProgram() throws {
    var whole = try partial(0..<7)
    try whole.merge(partial(7..<9))
    let other = try partial(7..<9)
    let values = [
      "0", "-1", "3", "1e308", "-1e-320", "9223372036854775807", #""nan""#, #""inf""#, "[]", "{}", "null",
      "true",
    ]
    var readable = 0
    for source in try [encoded(whole), encoded(other), encoded(partial(0..<7))] {
      let paths = Self.paths(in: try JSONSerialization.jsonObject(with: Data(source.utf8)))
      for (index, path) in paths.enumerated() {
        for value in [values[index % values.count], values[(index / 3 + 5) % values.count]] {
          guard var read = try? decode(Self.replacing(path[...], in: source, with: value)) else { continue }
          readable += 1
          try? read.merge(other)
          _ = try? read.value(as: Float.self)
          for worker in try [shard(0..<7), shard(7..<9)] {
            _ = try? worker.evaluation(with: read).backward()
          }
        }
      }
    }
    #expect(readable > 10)
  }

  private func decode(_ text: String) throws -> PartialCrossEntropy {
    try JSONDecoder().decode(PartialCrossEntropy.self, from: Data(text.utf8))
  }

  private static func paths(in object: Any) -> [[String]] {
    if let object = object as? [String: Any] {
      return object.keys.sorted().flatMap { key in [[key]] + paths(in: object[key]!).map { [key] + $0 } }
    }
    if let list = object as? [Any] {
      return list.enumerated().flatMap { index, element in
        [["\(index)"]] + paths(in: element).map { ["\(index)"] + $0 }
      }
    }
    return []
  }

  /// Returns JSON in which the value at a path is another.
  private static func replacing(_ path: ArraySlice<String>, in text: String, with value: String) throws
    -> String
  {
    // A mark that the value then takes the place of, since not every value is valid JSON.
    let mark = "@@@"
    let object = try JSONSerialization.jsonObject(with: Data(text.utf8))
    let marked = try JSONSerialization.data(withJSONObject: Self.replacing(path, in: object, with: mark))
    return String(decoding: marked, as: UTF8.self).replacingOccurrences(of: "\"\(mark)\"", with: value)
  }

  private static func replacing(_ path: ArraySlice<String>, in object: Any, with value: Any) -> Any {
    guard let key = path.first else { return value }
    if var object = object as? [String: Any] {
      object[key] = replacing(path.dropFirst(), in: object[key] ?? 0, with: value)
      return object
    }
    guard var list = object as? [Any], let index = Int(key), index < list.count else { return value }
    list[index] = replacing(path.dropFirst(), in: list[index], with: value)
    return list
  }
}
