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
  }
}
