import LossRegistry
import Losses
import Testing

/// What is particular to `NTXentLoss`.
struct NTXentLossTests {
  /// Each view has similarity 1 with the other of its sample and 0 with the two of the other: log(1 + 2·e^(−1/τ)), by
  /// mpmath with 40 digits.
  @Test(
    arguments: [
      (0.5, 0.23954476622188450487), (0.1, 0.000090795737467244446275), (2, 0.79437676941764318049),
    ] as [(Double, Double)])
  func orthogonalSamples(_ temperature: Double, _ expected: Double) throws {
    let loss = NTXentLoss(temperature: temperature, reduction: .none)
    let value = try loss([[1, 0], [0, 1]] as Tensor<Double>, input2: [[2, 0], [0, 3]]).value()
    expectClose(value, Tensor(repeating: expected, shape: [4]), ulps: 8)
  }

  /// Cross entropy of the similarities with all views but the own one.
  @Test func isCrossEntropyOfTheOtherViews() throws {
    let first: Tensor<Double> = [[1, 0.5], [-0.25, 2], [1, 1]]
    let second: Tensor<Double> = [[0.5, 1], [1, -1], [0.25, 0]]
    let views = (first.rows + second.rows).map { view -> [Double] in
      let length = (view[0] * view[0] + view[1] * view[1]).squareRoot()
      return view.map { $0 / length }
    }
    let logits = views.indices.map { row in
      views.indices.map { column -> Double in
        row == column
          ? -.infinity : (views[row][0] * views[column][0] + views[row][1] * views[column][1]) / 0.5
      }
    }
    let expected = try CrossEntropyLoss(reduction: .none)(
      Tensor(logits), target: [3, 4, 5, 0, 1, 2] as Tensor<Int>
    ).value()
    let value = try NTXentLoss(reduction: .none)(first, input2: second).value()
    expectClose(value, expected, ulps: 16)
  }

  /// The first values are those of the first views.
  @Test func viewsTradePlaces() throws {
    let first = Tensor<Double>.random(in: -1..<1, [4, 3], seed: 1)
    let second = Tensor<Double>.random(in: -1..<1, [4, 3], seed: 2)
    let value = try NTXentLoss(reduction: .none)(first, input2: second).value()
    let other = try NTXentLoss(reduction: .none)(second, input2: first).value()
    expectClose(value[..<4], other[4...], ulps: 16)
    expectClose(value[4...], other[..<4], ulps: 16)
  }

  @Test func aSingleSampleCostsNothing() throws {
    let loss = try NTXentLoss()([[1, 2]] as Tensor<Double>, input2: [[-3, 1]])
    let (value, gradient) = loss.valueWithGradient()
    #expect(value == 0)
    #expect(gradient.input1 == [[0, 0]] && gradient.input2 == [[0, 0]])
  }
}
