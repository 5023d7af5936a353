import Losses
import Testing

struct SupConLossTests {
  /// Labels are compared as what they are, also where `Int` cannot hold them.
  @Test func labelsOfAnySize() throws {
    let input: Tensor<Double> = [[1, 0], [2, 1], [1, 1], [0, 3]]
    let small = try SupConLoss()(input, target: [0, 1, 1, 0] as Tensor<Int8>).value()
    let large = Tensor<UInt64>([.max, .max - 1, .max - 1, .max])
    let value = try SupConLoss()(input, target: large).value()
    #expect(value == small)
  }

  @Test func samplesAloneCountForNothing() throws {
    let input: Tensor<Double> = [[1, 0], [2, 1], [1, 1]]
    let labels: Tensor<Int> = [4, 7, 4]
    let values = try SupConLoss(reduction: .none)(input, target: labels).value()
    #expect(values[1] == 0)
    let mean = try SupConLoss()(input, target: labels).value().item
    #expect(mean == (values[0] + values[2]) / 2)
    let alone = try SupConLoss()(input, target: [1, 2, 3] as Tensor<Int>)
    #expect(alone.value().item == 0)
    #expect(alone.backward() == Tensor<Double>.zeros([3, 2]))
    // Whatever they hold.
    let broken = try SupConLoss()([[.nan, 0], [2, 1]] as Tensor<Double>, target: [1, 2] as Tensor<Int>)
    #expect(broken.value().item == 0)
    #expect(broken.backward() == Tensor<Double>.zeros([2, 2]))
  }

  /// The weight of a sample without positives has no part in the mean, and none in the range of those that have. The
  /// expected values are the formula's, computed by mpmath with 30 digits.
  @Test(arguments: [0x1p-1030, 1, 1e300]) func weightOfASampleAlone(_ weight: Double) throws {
    let (value, gradient) = try SupConLoss(temperature: 1)(
      [[1, 0], [0, 1], [-1, 0]] as Tensor<Double>, target: [0, 0, 1] as Tensor<Int>,
      sampleWeight: Tensor([0x1p-1030, 0x1p-1030, weight])
    ).valueWithGradient()
    expectClose(value, Tensor(0.50320443403908407), ulps: 4)
    let expected: Tensor<Double> = [[0, -0.38447071068499756], [-0.63447071068499756, 0], [0, 0.25]]
    expectClose(gradient, expected, ulps: 4)
  }
}
