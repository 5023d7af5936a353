import LossRegistry
import Losses
import Testing

struct InfoNCELossTests {
  /// With so many pairs, similarities exist for a block of rows at a time.
  @Test func isCrossEntropyOfSimilarities() throws {
    let count = 1100
    let query = Tensor<Double>.random(in: -1..<1, [count, 3], seed: 1)
    let positive = Tensor<Double>.random(in: -1..<1, [count, 3], seed: 2)
    func units(_ tensor: Tensor<Double>) -> [Double] {
      let elements = tensor.scalars
      return elements.indices.map { index in
        let row = elements[index / 3 * 3..<index / 3 * 3 + 3]
        return elements[index] / row.reduce(0) { $0 + $1 * $1 }.squareRoot()
      }
    }
    let (q, k) = (units(query), units(positive))
    var logits: [Double] = []
    for row in 0..<count {
      for column in 0..<count {
        let (i, j) = (3 * row, 3 * column)
        logits.append((q[i] * k[j] + q[i + 1] * k[j + 1] + q[i + 2] * k[j + 2]) / 0.2)
      }
    }
    let expected = try CrossEntropyLoss(reduction: .none)(
      Tensor(logits, shape: [count, count]), target: Tensor(Array(0..<count))
    ).value()
    let loss = InfoNCELoss(temperature: 0.2, reduction: .none)
    let value = try loss(query, positive: positive).value()
    let rounded = try loss(Tensor<Float>(query), positive: Tensor<Float>(positive)).value()
    // Each similarity has the errors of two lengths and a product, two ulp of 1, which the temperature multiplies by 5.
    let ulps = 10.0
    for ((value, rounded), expected) in zip(zip(value.scalars, rounded.scalars), expected.scalars) {
      expectClose(Tensor(value), Tensor(expected), ulps: ulps)
      expectClose(Tensor(rounded), Tensor(expected), ulps: ulps)
    }
  }

  /// A power of two rounds nothing, so the bits are the same.
  @Test(arguments: [0x1p-600, 0x1p-1000, 0x1p600, 0x1p1020])
  func lengthsDoNotMatter(factor: Double) throws {
    let query: Tensor<Double> = [[0.5, 1, 0.25], [1, -0.5, 0.75]]
    let positive: Tensor<Double> = [[1, 1, 0], [0.25, 2, -1]]
    let (value, gradient) = try InfoNCELoss()(query, positive: positive).valueWithGradient()
    let scaled = try InfoNCELoss()(query.map { $0 * factor }, positive: positive)
    let scaledGradient = scaled.backward()
    #expect(scaled.value() == value)
    #expect(scaledGradient.query == gradient.query.map { $0 / factor })
    #expect(scaledGradient.positive == gradient.positive)
  }

  @Test func vectorsOfZerosHaveNoGradient() throws {
    let loss = try InfoNCELoss()([[0, 0], [1, 2]] as Tensor<Float>, positive: [[1, 0], [0, 1]])
    let gradient = loss.backward().query
    #expect(gradient[0, 0] == 0 && gradient[0, 1] == 0)
    #expect(loss.value().item.isFinite)
  }

  @Test func symmetryIsTheMeanOfBothDirections() throws {
    let query = Tensor<Double>.random(in: -1..<1, [5, 3], seed: 3)
    let positive = Tensor<Double>.random(in: -1..<1, [5, 3], seed: 4)
    let both = try InfoNCELoss(isSymmetric: true)(query, positive: positive).value().item
    let first = try InfoNCELoss()(query, positive: positive).value().item
    let second = try InfoNCELoss()(positive, positive: query).value().item
    let sum = first + second
    #expect((both - sum / 2).magnitude <= 4 * both.ulp)
  }

  @Test func meanOfNothingIsZero() throws {
    let nothing = Tensor<Float>.zeros([0, 4])
    let loss = try InfoNCELoss()(nothing, positive: nothing, negatives: Tensor<Float>.zeros([3, 4]))
    #expect(loss.value().item == 0)
    let gradient = loss.backward().negatives
    #expect(gradient == Tensor<Float>.zeros([3, 4]))
  }

  /// Rows have numbers of their own, even if they have no elements.
  @Test func rowsWithoutNumber() {
    let query = Tensor<Float>.zeros([1 << 50, 0])
    #expect(throws: LossError.self) {
      try InfoNCELoss()(query, positive: query, negatives: Tensor<Float>.zeros([0, 0]))
    }
  }
}
