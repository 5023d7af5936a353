import LossRegistry
import Losses

extension InvalidCall {
  static let regions: [InvalidCall] = {
    let losses: [any RegionAdapter] = [DiceLoss(), JaccardLoss(), TverskyLoss(), GeneralizedDiceLoss()]
    return losses.flatMap { calls(of: $0) } + lovasz
  }()

  private static let lovasz: [InvalidCall] = {
    func zeros(_ input: Shape, _ labels: Shape) -> Arguments<Double> {
      Arguments(input: .zeros(input), labels: Tensor<Int>.zeros(labels))
    }
    let (hinge, softmax) = (LovaszHingeLoss(), LovaszSoftmaxLoss())
    return [
      unsupported("LovaszHinge", hinge, zeros([], []), "only [N, d…] is possible"),
      unsupported(
        "LovaszSoftmax", softmax, zeros([3], [3]),
        "only [N, classes, d…] is possible, with at least one class"),
      mismatch("LovaszHinge", hinge, zeros([2, 3, 4], [2, 4]), "target", [2, 4], expected: [2, 3, 4]),
      mismatch(
        "LovaszSoftmax", softmax, zeros([2, 3, 4], [2, 3, 4]), "target", [2, 3, 4], expected: [2, 4]),
      mismatch(
        "LovaszSoftmax", softmax, zeros([2, 3, 4], [2, 4]), upstream: .zeros([2]), reduction: .mean,
        "upstream",
        [2], expected: []),
      InvalidCall(
        "LovaszHinge: label 2", hinge, Arguments(input: .zeros([3]), labels: [0, 1, 2] as Tensor<Int>),
        .labelOutOfRange(argument: "target", position: [2], label: "2", classCount: 2, ignoreIndex: nil),
        "target[2] is 2, but there are 2 classes"),
      InvalidCall(
        "LovaszSoftmax: label -1", softmax,
        Arguments(input: .zeros([1, 3, 2]), labels: [[0, -1]] as Tensor<Int>),
        .labelOutOfRange(argument: "target", position: [0, 1], label: "-1", classCount: 3, ignoreIndex: nil),
        "target[0, 1] is -1, but there are 3 classes"),
    ]
  }()

  private static func calls(of loss: any RegionAdapter) -> [InvalidCall] {
    let name = loss.typeName
    func inMode(_ mode: RegionMode) -> any RegionAdapter {
      var copy = loss
      copy.mode = mode
      return copy
    }
    func zeros(_ input: Shape, _ labels: Shape) -> Arguments<Double> {
      Arguments(input: .zeros(input), labels: Tensor<Int>.zeros(labels))
    }
    let classes = "only [N, classes, d…] is possible, with at least one class"
    let masks: Tensor<Double> = [[0, 1, 1.5]]
    var weighted = zeros([1, 3, 2], [1, 2])
    weighted.sampleWeight = [[1, -0.5]]
    return [
      unsupported(name, loss, zeros([3], [3]), classes),
      unsupported(name, loss, zeros([2, 0, 3], [2, 3]), classes),
      unsupported("\(name) in binary mode", inMode(.binary), zeros([], []), "only [N, d…] is possible"),
      mismatch(name, loss, zeros([2, 3, 4], [2, 3]), "target", [2, 3], expected: [2, 4]),
      mismatch(name, loss, zeros([2, 3, 4], [2, 3, 5]), "target", [2, 3, 5], expected: [2, 3, 4]),
      mismatch(
        "\(name) in multilabel mode", inMode(.multilabel), zeros([2, 3, 4], [2, 4]), "target", [2, 4],
        expected: [2, 3, 4]),
      mismatch(
        "\(name) in binary mode", inMode(.binary), zeros([2, 3, 4], [2, 4]), "target", [2, 4],
        expected: [2, 3, 4]),
      mismatch(
        name, loss, zeros([2, 3, 4], [2, 4]), upstream: .zeros([3]), reduction: .sum, "upstream", [3],
        expected: []),
      InvalidCall(
        "\(name): a label without a class", loss,
        Arguments(input: .zeros([1, 3, 2]), labels: [[0, 3]] as Tensor<Int>),
        .labelOutOfRange(argument: "target", position: [0, 1], label: "3", classCount: 3, ignoreIndex: nil),
        "target[0, 1] is 3, but there are 3 classes"),
      InvalidCall(
        "\(name): a mask beyond 1", inMode(.binary), Arguments(input: .zeros([1, 3]), target: masks),
        .valueOutOfRange(argument: "target", position: [0, 2], value: 1.5, requirement: "in 0...1"),
        "target[0, 2] is 1.5, but it must be in 0...1"),
      InvalidCall(
        "\(name): a negative weight", loss, weighted,
        .valueOutOfRange(argument: "sampleWeight", position: [0, 1], value: -0.5, requirement: "at least 0"),
        "sampleWeight[0, 1] is -0.5, but it must be at least 0"),
    ]
  }
}
