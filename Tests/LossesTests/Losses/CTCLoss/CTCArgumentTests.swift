import LossRegistry
import Losses
import Testing

/// The same sequences, with arguments of all types, shapes and layouts.
struct CTCArgumentTests {
  private static let batch = SequenceBatch.random(
    frames: 12, classes: 5, labelCounts: [3, 0, 4, 1], inputLengths: [12, 5, 11, 7], blank: 2, seed: 41)

  private static let upstream: Tensor<Double> = [0.75, -2, 1.25, -0.5]

  private static let loss = CTCLoss(blank: 2, reduction: .none, input: .logits)

  private func expectBatch(
    _ input: Tensor<Double> = batch.input, targets: Tensor<some FixedWidthInteger & TensorScalar>,
    inputLengths: Tensor<some FixedWidthInteger & TensorScalar>,
    targetLengths: Tensor<some FixedWidthInteger & TensorScalar>, upstream: Tensor<Double> = upstream,
    _ comment: @autoclosure () -> String = "", sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    for loss in [Self.loss, CTCLoss(blank: 2, reduction: .none), CTCLoss(blank: 2)] {
      let upstream = loss.reduction == .none ? upstream : Tensor(-1.75)
      let (value, gradient) = try loss(
        input, targets: targets, inputLengths: inputLengths, targetLengths: targetLengths
      ).valueWithGradient(upstream: upstream)
      let expected = try loss(Self.batch).valueWithGradient(upstream: upstream)
      expectSameBits(value, expected.value, comment(), sourceLocation: sourceLocation)
      expectSameBits(gradient, expected.gradient, comment(), sourceLocation: sourceLocation)
    }
  }

  private func expectTypes<Label: FixedWidthInteger & TensorScalar>(_: Label.Type) throws {
    let targets = Tensor<Label>(Self.batch.joinedTargets)
    let lengths = (Tensor(Self.batch.inputLengths), Tensor(Self.batch.targetLengths))
    let typed = (Tensor<Label>(lengths.0), Tensor<Label>(lengths.1))
    try expectBatch(targets: targets, inputLengths: lengths.0, targetLengths: lengths.1, "\(Label.self)")
    try expectBatch(targets: targets, inputLengths: typed.0, targetLengths: typed.1, "\(Label.self)")
    try expectBatch(
      targets: Self.batch.joinedTargets, inputLengths: lengths.0, targetLengths: typed.1, "\(Label.self)")
    // The padding of a row is not read, so it may be anything.
    let padded = Self.batch.paddedTargets.map { $0 < 0 ? Label.max : Label($0) }
    try expectBatch(targets: padded, inputLengths: typed.0, targetLengths: lengths.1, "\(Label.self)")
  }

  @Test func integersOfAnyType() throws {
    try expectTypes(Int.self)
    try expectTypes(Int8.self)
    try expectTypes(Int16.self)
    try expectTypes(Int32.self)
    try expectTypes(Int64.self)
    try expectTypes(Int128.self)
    try expectTypes(UInt.self)
    try expectTypes(UInt8.self)
    try expectTypes(UInt16.self)
    try expectTypes(UInt32.self)
    try expectTypes(UInt64.self)
    try expectTypes(UInt128.self)
  }

  private func expectError<Label: FixedWidthInteger & TensorScalar>(
    of number: Label, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let (input, one, wrong) = (Self.batch.sample(0).input, Tensor<Label>([1]), Tensor([number]))
    func expectErrorOfCall(
      _ targets: Tensor<Label>, _ inputLengths: Tensor<Label>, _ targetLengths: Tensor<Label>,
      _ error: LossError
    ) {
      #expect(throws: error, sourceLocation: sourceLocation) {
        _ = try Self.loss(
          input, targets: targets, inputLengths: inputLengths, targetLengths: targetLengths)
      }
    }
    expectErrorOfCall(
      wrong, one, one,
      .labelOutOfRange(
        argument: "targets", position: [0], label: "\(number)", classCount: 5, ignoreIndex: nil, sample: 0))
    func length(_ argument: String, _ requirement: String) -> LossError {
      .valueOutOfRange(
        argument: argument, position: [0], value: Double("\(number)")!, requirement: requirement)
    }
    expectErrorOfCall(one, wrong, one, length("inputLengths", "in 0...12, the number of frames"))
    expectErrorOfCall(one, one, wrong, length("targetLengths", "in 0...1, the number of labels in targets"))
  }

  @Test func integersOfAnyTypeCanBeOutOfRange() {
    expectError(of: Int8.min)
    expectError(of: UInt8.max)
    expectError(of: Int32.min)
    expectError(of: UInt32.max)
    expectError(of: Int.max)
    expectError(of: UInt64.max)
    expectError(of: Int128.min)
    expectError(of: Int128.max)
    expectError(of: UInt128.max)
  }

  @Test func joinedTargetsAreThePaddedOnes() throws {
    let (inputLengths, targetLengths) = (Tensor(Self.batch.inputLengths), Tensor(Self.batch.targetLengths))
    try expectBatch(
      targets: Self.batch.joinedTargets, inputLengths: inputLengths, targetLengths: targetLengths)
    let exact = Self.batch.paddedTargets[.all, ..<4]
    try expectBatch(targets: exact, inputLengths: inputLengths, targetLengths: targetLengths)
  }

  @Test(arguments: Arrangement.allCases.filter(\.keepsElements))
  func viewsOfAnyArgument(_ arrangement: Arrangement) throws {
    let (inputLengths, targetLengths) = (Tensor(Self.batch.inputLengths), Tensor(Self.batch.targetLengths))
    let views = (arrangement.view(of: inputLengths), arrangement.view(of: targetLengths))
    for targets in [Self.batch.joinedTargets, Self.batch.paddedTargets] {
      try expectBatch(targets: targets, inputLengths: views.0, targetLengths: views.1)
      let view = arrangement.view(of: targets)
      try expectBatch(targets: view, inputLengths: inputLengths, targetLengths: targetLengths)
      try expectBatch(
        arrangement.view(of: Self.batch.input), targets: targets, inputLengths: inputLengths,
        targetLengths: targetLengths)
      try expectBatch(
        arrangement.view(of: Self.batch.input), targets: view, inputLengths: views.0, targetLengths: views.1,
        upstream: arrangement.view(of: Self.upstream))
    }
  }

  /// One length for all samples, as a broadcast view.
  @Test func broadcastLengths() throws {
    let input = Self.batch.input
    let targets = Tensor<Int>([1, 3]).broadcast(to: [4, 2])
    let lengths = (Tensor<Int>(12).broadcast(to: [4]), Tensor<Int>(2).broadcast(to: [4]))
    let views = try Self.loss(input, targets: targets, inputLengths: lengths.0, targetLengths: lengths.1)
    let copies = try Self.loss(
      input, targets: targets.contiguous(), inputLengths: [12, 12, 12, 12] as Tensor<Int>,
      targetLengths: [2, 2, 2, 2] as Tensor<Int>)
    expectSameBits(views.value(), copies.value())
    try expectSameBits(views.backward(upstream: Self.upstream), copies.backward(upstream: Self.upstream))
  }

  /// A batch of one and no batch at all, lengths with an axis and without, labels with an axis of the batch and
  /// without.
  @Test(arguments: [0, 1, 2, 3])
  func oneSequence(_ index: Int) throws {
    let sample = Self.batch.sample(index)
    let frames = sample.input[.all, 0]
    let (count, labels) = (sample.targetLengths[0], sample.joinedTargets)
    for loss in [Self.loss, CTCLoss(blank: 2)] {
      let upstream: Tensor<Double> = loss.reduction == .none ? [-1.5] : Tensor(-1.5)
      let expected = try loss(sample).valueWithGradient(upstream: upstream)
      let expectedValue = Tensor(expected.value.scalars[0])
      for targets in [labels, labels.insertingAxis(at: 0), sample.paddedTargets] {
        for axes in [[], [1]] as [Shape] {
          let lengths = (
            Tensor(repeating: sample.inputLengths[0], shape: axes), Tensor(repeating: count, shape: axes)
          )
          let batched = try loss(
            sample.input, targets: targets, inputLengths: lengths.0, targetLengths: lengths.1
          ).valueWithGradient(upstream: upstream)
          expectSameBits(batched.value, expected.value)
          expectSameBits(batched.gradient, expected.gradient)
          let alone = try loss(frames, targets: targets, inputLengths: lengths.0, targetLengths: lengths.1)
            .valueWithGradient(upstream: Tensor(-1.5))
          expectSameBits(alone.value, expectedValue)
          expectSameBits(alone.gradient, expected.gradient[.all, 0])
        }
      }
    }
  }
}
