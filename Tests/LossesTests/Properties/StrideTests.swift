import Losses
import Testing

/// Views of any strides give the same bits as their contiguous copies.
struct StrideTests {
  @Test(arguments: Subject.all, Arrangement.allCases)
  func viewsGiveTheBitsOfTheirCopies(_ subject: Subject, _ arrangement: Arrangement) throws {
    let positions: [Int?] = [nil, 0, 1, 2, 3, 4]
    for (reduction, _) in subject.reductions {
      for position in positions {
        let views = subject.arguments.arranged(arrangement, only: position)
        try expectSameResults(views, upstream: subject.upstream(reduction), subject, reduction)
      }
      let upstream = arrangement.view(of: subject.upstream(reduction))
      try expectSameResults(subject.arguments, upstream: upstream, subject, reduction)
    }
  }

  /// Every loss that there is, of all types of numbers.
  @Test(arguments: Recipe.all, Arrangement.allCases)
  func viewsGiveEveryLossTheBitsOfTheirCopies(_ recipe: Recipe, _ arrangement: Arrangement) throws {
    for seed in 0..<6 as Range<UInt64> {
      var decisions = Decisions(seed: seed, isHostile: false, isLarge: false)
      try CallTrial<Double>.run(recipe, &decisions, arrangement: arrangement)
      try CallTrial<Float>.run(recipe, &decisions, arrangement: arrangement)
      try CallTrial<Half>.run(recipe, &decisions, arrangement: arrangement)
    }
  }

  /// Or the tests above would compare copies with copies.
  @Test(arguments: Arrangement.allCases)
  func arrangementsAreWhatTheySay(_ arrangement: Arrangement) {
    let tensor = Tensor<Double>.random(in: 0..<1, [3, 4, 5], seed: 1)
    let view = arrangement.view(of: tensor)
    #expect(!view.isContiguous)
    #expect((view == tensor) == arrangement.keepsElements)
    if arrangement == .secondAxisInnermost { #expect(view.strides[1] == 1) }
    if arrangement == .broadcast { #expect(view.strides[0] == 0) }
    if arrangement == .broadcastAlongLast { #expect(view.strides[2] == 0) }
    if arrangement == .reversed { #expect(view.strides.allSatisfy { $0 < 0 }) }
  }

  private func expectSameResults(
    _ views: Arguments<Double>, upstream: Tensor<Double>, _ subject: Subject, _ reduction: Reduction
  ) throws {
    let (form, copies) = (subject.form, views.contiguous)
    try expectSameBits(form.value(views, reduction), form.value(copies, reduction), "value, \(reduction)")
    let gradients = try form.allGradients(views, reduction, upstream: upstream)
    let expected = try form.allGradients(copies, reduction, upstream: upstream.contiguous())
    for (gradient, copy) in zip(gradients, expected) {
      expectSameBits(gradient, copy, "gradient, \(reduction)")
    }
  }

  /// Squares, what is left of lines and positions beside them, and lines of which a chunk has a part.
  @Test(
    arguments: [
      [2, 2], [3, 5], [4, 4], [7, 130], [130, 7], [33, 1000], [1000, 33], [1000, 50], [6, 5, 9],
    ] as [Shape])
  func transposedTensorsOfAnySize(_ shape: Shape) throws {
    let view = Tensor<Float>(Tensor<Double>.random(in: -1..<1, shape, seed: 1)).transposed(0, -1)
    let target = Tensor<Float>(Tensor<Double>.random(in: -1..<1, view.shape, seed: 2))
    let ofView = try L1Loss().valueWithGradient(view, target: target)
    let ofCopy = try L1Loss().valueWithGradient(view.contiguous(), target: target)
    expectSameBits(ofView.value, ofCopy.value, "value")
    expectSameBits(ofView.gradient, ofCopy.gradient, "gradient")
  }
}
