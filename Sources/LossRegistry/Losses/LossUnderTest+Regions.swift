package import Losses

/// A loss that compares regions.
package protocol RegionAdapter: ReducingAdapter {
  var mode: RegionMode { get set }
  var smoothing: Double { get set }
  var fromLogits: Bool { get set }
  var perSample: Bool { get set }
  var ignoreIndex: Int? { get set }

  func evaluation<S: LossScalar>(
    of a: Arguments<S>, labels: Tensor<some FixedWidthInteger & TensorScalar>
  ) throws(LossError) -> ErasedEvaluation<S>

  func evaluation<S: LossScalar>(
    of a: Arguments<S>, masks: Tensor<S>
  ) throws(LossError) -> ErasedEvaluation<S>
}

extension RegionAdapter {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    func call(_ labels: some IntegerTensor) throws(LossError) -> ErasedEvaluation<S> {
      try evaluation(of: a, labels: labels.tensor)
    }
    if let labels = a.integers["target"] { return try call(labels) }
    return try evaluation(of: a, masks: a.target)
  }
}

extension RegionMode {
  /// The shape of what each position has one of.
  package func positionShape(of input: Shape, target: Shape) -> Shape {
    self == .binary || input.count < 2 ? target : input.dropping(axis: 1)
  }
}

extension LossUnderTest {
  /// Calls of every mode, with labels and masks.
  static func regions<Loss: RegionAdapter>(_ loss: Loss) -> [LossUnderTest] {
    func call(
      _ mode: RegionMode, _ shape: Shape, isMasked: Bool = false, _ change: (inout Loss) -> Void = { _ in }
    ) -> LossUnderTest {
      var loss = loss
      loss.mode = mode
      change(&loss)
      return LossUnderTest(regions: loss, shape, isMasked: isMasked)
    }
    return [
      call(.multiclass, [2, 3, 4]),
      call(.multiclass, [3, 4, 2, 2]) {
        $0.perSample = true
        $0.ignoreIndex = 1
      },
      call(.multiclass, [2, 3, 5], isMasked: true) { $0.fromLogits = false },
      call(.multilabel, [2, 3, 5], isMasked: true) { $0.perSample = true },
      call(.multilabel, [2, 2, 6]) { $0.ignoreIndex = -1 },
      call(.binary, [3, 1, 4]) { $0.ignoreIndex = 255 },
      call(.binary, [2, 7], isMasked: true),
    ]
  }

  /// Several chunks of a sample, and several samples in a chunk.
  static func largeRegions<Loss: RegionAdapter>(_ loss: Loss) -> [LossUnderTest] {
    ([[2, 3, 20_000], [9_000, 5, 1]] as [Shape]).map {
      LossUnderTest(regions: loss, $0, isMasked: false)
    }
  }

  private init(regions loss: some RegionAdapter, _ shape: Shape, isMasked: Bool) {
    let scores = Tensor<Double>.random(in: loss.fromLogits ? -2..<2 : 0.05..<0.45, shape, seed: 91)
    var arguments = Arguments(input: scores)
    if isMasked {
      arguments.target = .random(in: 0.5..<1, shape, seed: 92)
    } else {
      let labelShape = loss.mode == .multilabel ? shape : shape.dropping(axis: 1)
      let drawn = Tensor<Int>.random(in: 0..<(loss.mode == .multiclass ? shape[1] : 2), labelShape, seed: 93)
      let labels = drawn.scalars.enumerated().map { $0 % 3 == 1 ? loss.ignoreIndex ?? $1 : $1 }
      arguments.integers["target"] = Tensor(labels, shape: labelShape)
    }
    self.init(
      "\(loss) \(shape)\(isMasked ? " of masks" : "")", loss, arguments, shared: ["input", "target"])
  }
}
