import LossRegistry
import Losses
import Testing

/// Labels of any integer type, where PyTorch takes only some.
struct LabelTypeTests {
  private static let input = Tensor<Double>.random(in: -2..<2, [6, 4], seed: 61)
  private static let labels: Tensor<Int> = [3, 0, 1, 2, 1, 3]

  private func expectSameResults<Label: FixedWidthInteger & TensorScalar>(_: Label.Type) throws {
    let labels = Tensor<Label>(Self.labels)
    let scattered = Arrangement.stepped.view(of: labels)
    #expect(!scattered.isContiguous)
    for target in [labels, scattered, Arrangement.reversed.view(of: labels)] {
      // An unsigned type has no −100, but may have its ignored label among the classes.
      for ignored in [-100, 1] {
        let crossEntropy = CrossEntropyLoss(ignoreIndex: ignored, labelSmoothing: 0.1)
        let (value, gradient) = try crossEntropy(Self.input, target: target).valueWithGradient()
        let expected = try crossEntropy(Self.input, target: Self.labels).valueWithGradient()
        expectSameBits(value, expected.value, "\(Label.self)")
        expectSameBits(gradient, expected.gradient, "\(Label.self)")
        let nll = NLLLoss(ignoreIndex: ignored)
        try expectSameBits(
          nll(Self.input, target: target).value(), nll(Self.input, target: Self.labels).value(),
          "\(Label.self)")
      }
    }
  }

  @Test func anyIntegerTypeGivesTheSame() throws {
    try expectSameResults(Int.self)
    try expectSameResults(Int8.self)
    try expectSameResults(Int16.self)
    try expectSameResults(Int32.self)
    try expectSameResults(Int64.self)
    try expectSameResults(Int128.self)
    try expectSameResults(UInt.self)
    try expectSameResults(UInt8.self)
    try expectSameResults(UInt16.self)
    try expectSameResults(UInt32.self)
    try expectSameResults(UInt64.self)
    try expectSameResults(UInt128.self)
  }

  private func expectError<Label: FixedWidthInteger & TensorScalar>(
    of label: Label, ignoring ignoreIndex: Int? = -100, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let target = Tensor<Label>([0, 1, 2, label, 0, 1])
    let error = LossError.labelOutOfRange(
      argument: "target", position: [3], label: "\(label)", classCount: 4, ignoreIndex: ignoreIndex)
    #expect(throws: error, sourceLocation: sourceLocation) {
      _ = try CrossEntropyLoss(ignoreIndex: ignoreIndex)(Self.input, target: target)
    }
    #expect(throws: error, sourceLocation: sourceLocation) {
      _ = try NLLLoss(ignoreIndex: ignoreIndex)(Self.input, target: target)
    }
  }

  @Test func labelsBeyondIntAreErrors() {
    expectError(of: Int8.max)
    expectError(of: Int8.min)
    expectError(of: UInt8.max)
    expectError(of: Int32.min)
    expectError(of: UInt32.max)
    expectError(of: Int.min)
    expectError(of: Int.max)
    expectError(of: UInt64.max)
    expectError(of: UInt.max)
    expectError(of: Int128.min)
    expectError(of: Int128.max)
    expectError(of: UInt128.max)
  }

  /// Only the ignored label itself is ignored, not what `Int` would round to it.
  @Test func labelsBeyondIntAreNotIgnored() {
    expectError(of: UInt64.max, ignoring: .max)
    expectError(of: UInt128.max, ignoring: .max)
    expectError(of: Int128.min, ignoring: .min)
  }

  @Test func extremeLabelsCanBeIgnored() throws {
    let expected = try NLLLoss()(Self.input[1...], target: Self.labels[1...]).value()
    for ignored in [Int.min, .max, 4] {
      var labels = Self.labels
      labels[0] = ignored
      try expectClose(NLLLoss(ignoreIndex: ignored)(Self.input, target: labels).value(), expected, ulps: 4)
    }
  }
}
