import LossRegistry
import Losses
import Testing

/// Columns too long to be copied go in parts, with the bits that they have where they lie in memory.
struct LongColumnTests {
  private func expectSameResults<S: LossScalar, Gradient>(
    _ call: (Tensor<S>) throws -> some Evaluation<S, Tensor<S>, Gradient>, of view: Tensor<S>
  ) throws {
    let (direct, parted) = (try call(view.contiguous()), try call(view))
    expectSameBits(parted.value(), direct.value())
    expectSameBits(parted.backward(), direct.backward())
  }

  /// Columns along the last axis, across short lines, and across long ones: views whose lines are reversed.
  private static let views: [Tensor<Float>] =
    ([[1, 1_100_001], [1, 70_001, 16], [1, 70_001, 48]] as [Shape]).map {
      let drawn = Tensor<Float>(Tensor<Double>.random(in: -3..<3, $0, seed: 5))
      return $0.count == 2 ? drawn[.all, .stride(by: -1)] : drawn[.all, .all, .stride(by: -1)]
    }

  /// Columns with one infinity, with several, with a NaN besides, and with nothing but −∞.
  @Test func logSumExpOfInfinities() throws {
    try expectInfinities(in: Float.self)
    try expectInfinities(in: Half.self)
    try expectInfinities(in: BFloat16.self)
  }

  private func expectInfinities<S: LossScalar>(in _: S.Type) throws {
    var scores = Tensor<S>(Tensor<Double>.random(in: -3..<3, [1, 25_001, 48], seed: 11))
    for (index, column) in [(24_999, 3), (10, 5), (20_000, 5), (20, 7), (0, 11), (25_000, 12)] {
      scores[0, index, column] = .infinity
    }
    scores[0, 15_000, 7] = .nan
    for index in 0..<25_001 { scores[0, index, 9] = -.infinity }
    let view = scores[.all, .all, .stride(by: -1)].contiguous()[.all, .all, .stride(by: -1)]
    let exact = try LogSumExp(axis: 1)(Tensor<Float>(scores)).valueWithGradient()
    let (value, gradient) = try LogSumExp(axis: 1)(view).valueWithGradient()
    expectClose(value, Tensor<Double>(Tensor<S>(exact.value)), relative: 0)
    expectClose(gradient, Tensor<Double>(Tensor<S>(exact.gradient)), relative: 0)
    for (index, column) in [(24_999, 3), (0, 11), (25_000, 12)] {
      #expect(value[0, column] == .infinity)
      #expect(gradient[0, index, column] == 1 && gradient[0, 1, column] == 0)
    }
    #expect(value[0, 5] == .infinity && gradient[0, 10, 5].isNaN)
    #expect(value[0, 7].isNaN && gradient[0, 20, 7].isNaN)
    #expect(value[0, 9] == -.infinity && gradient[0, 0, 9].isNaN)
  }

  private static func labels(of view: Tensor<Float>) -> Tensor<Int> {
    let shape = Shape(view.shape.dropLast(view.rank - 1) + view.shape.dropFirst(2))
    return Tensor(Array(0..<shape.elementCount).map { $0 == 1 ? -100 : 34_000 + $0 }, shape: shape)
  }

  @Test(arguments: views.indices)
  func functions(_ index: Int) throws {
    let view = Self.views[index]
    try expectSameResults({ try Softmax(axis: 1)($0) }, of: view)
    try expectSameResults({ try LogSoftmax(axis: 1)($0) }, of: view)
    try expectSameResults({ try LogSumExp(axis: 1)($0) }, of: view)
  }

  @Test(arguments: views.indices)
  func losses(_ index: Int) throws {
    let view = Self.views[index]
    let labels = Self.labels(of: view)
    let weight = Tensor<Float>(Tensor<Double>.random(in: 0..<2, [view.shape[1]], seed: 6))
    let target = Tensor<Float>(Tensor<Double>.random(in: 0..<1, view.shape, seed: 7))
    try expectSameResults({ try CrossEntropyLoss()($0, target: labels) }, of: view)
    try expectSameResults(
      { try CrossEntropyLoss(labelSmoothing: 0.1)($0, target: labels, weight: weight) }, of: view)
    try expectSameResults(
      { try FocalLoss(labelSmoothing: 0.1)($0, target: labels, weight: weight) }, of: view)
    try expectSameResults({ try NLLLoss()($0, target: labels, weight: weight) }, of: view)
    try expectSameResults(
      { try CrossEntropyLoss(labelSmoothing: 0.1)($0, target: target, weight: weight) }, of: view)
  }

  /// Scores one of which is infinite, as the label's is, are no numbers of order.
  @Test(arguments: [(1, false), (2, true)])
  func multiMargin(_ p: Int, isUnordered: Bool) throws {
    var view = Self.views[0]
    if isUnordered {
      view[0, 34_000] = .infinity
      view[0, 900_000] = .infinity
      view = view[.all, .stride(by: -1)].contiguous()[.all, .stride(by: -1)]
    }
    let weight = Tensor<Float>(Tensor<Double>.random(in: 0..<2, [view.shape[1]], seed: 8))
    try expectSameResults(
      { try MultiMarginLoss(p: p, margin: 0.7)($0, target: [34_000] as Tensor<Int>, weight: weight) },
      of: view)
  }

  /// So many classes that views are taken in parts, and contiguous columns are not.
  @Test(arguments: [0, 1, 9])
  func multiLabelMargin(labelCount: Int) throws {
    let classes = 85_000
    let view = Tensor<Float>(Tensor<Double>.random(in: -3..<3, [1, classes], seed: 9))[.all, .stride(by: -1)]
    let labels = Tensor<Int>.random(in: 0..<classes, [classes], seed: 10)
    let list = Tensor(shape: [1, classes]) { place in
      place[1] == labelCount ? -1 : place[1] % 7 == 3 ? 84_321 : labels[place[1]]
    }
    try expectSameResults({ try MultiLabelMarginLoss()($0, target: list) }, of: view)
    var withNaN = view
    withNaN[0, 70_000] = .nan
    let (value, gradient) = try MultiLabelMarginLoss()(withNaN, target: list).valueWithGradient()
    #expect(value.item.isNaN == (labelCount > 0))
    #expect(gradient.scalars.allSatisfy { $0.isNaN == (labelCount > 0) })
  }

  /// Half precision has the rounded results of the same numbers in `Float`.
  @Test func halfPrecision() throws {
    try expectRoundedResults(in: Half.self)
    try expectRoundedResults(in: BFloat16.self)
  }

  private func expectRoundedResults<S: LossScalar>(in _: S.Type) throws {
    let half = Tensor<S>(Self.views[0])
    let label: Tensor<Int> = [77_777]
    let loss = CrossEntropyLoss(labelSmoothing: 0.1)
    let exact = try loss(Tensor<Float>(half), target: label).valueWithGradient(upstream: Tensor(4096))
    let rounded = try loss(half, target: label).valueWithGradient(upstream: Tensor(4096))
    expectSameBits(rounded.value, Tensor<S>(exact.value))
    expectSameBits(rounded.gradient, Tensor<S>(exact.gradient))
  }

  /// A loss that reads one score of a column is given many columns at once, none of which goes in parts.
  @Test func manyShortColumns() throws {
    let view = Tensor<Double>.random(in: -3..<3, [10, 40_000], seed: 9).transposed()
    let labels = Tensor<Int>.random(in: 0..<10, [40_000], seed: 10)
    var gradient = Tensor<Double>(repeating: 1, shape: [40_000, 10])
    var expected = gradient
    let value = try NLLLoss()(view, target: labels).valueWithGradient(addingTo: &gradient)
    let direct = try NLLLoss()(view.contiguous(), target: labels).valueWithGradient(addingTo: &expected)
    expectSameBits(value, direct)
    expectSameBits(gradient, expected)
  }
}
