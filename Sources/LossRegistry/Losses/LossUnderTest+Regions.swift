import Foundation
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

/// The overlap of a predicted and a true region, by its plain formula.
struct PlainOverlap {
  var (intersection, excess, lack, target) = (0.0, 0.0, 0.0, 0.0)

  mutating func add(_ p: Double, _ t: Double) {
    intersection += min(p, t)
    excess += max(p - t, 0)
    lack += max(t - p, 0)
    target += t
  }

  /// One less the Tversky index.
  func tversky(_ alpha: Double, _ beta: Double, smoothing: Double) -> Double {
    if target == 0 { return 0 }
    let overlap = intersection + smoothing
    return 1 - overlap / (overlap + alpha * excess + beta * lack)
  }
}

extension LossUnderTest {
  /// Calls of every mode, with labels and masks.
  ///
  /// - Parameter values: The values, given the overlap of each class.
  static func regions<Loss: RegionAdapter>(
    _ loss: Loss, values: @escaping ([PlainOverlap]) -> [Double]
  ) -> [LossUnderTest] {
    func call(
      _ mode: RegionMode, _ shape: Shape, isMasked: Bool = false, _ change: (inout Loss) -> Void = { _ in }
    ) -> LossUnderTest {
      var loss = loss
      loss.mode = mode
      change(&loss)
      return LossUnderTest(regions: loss, shape, isMasked: isMasked, values: values)
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
  static func largeRegions<Loss: RegionAdapter>(
    _ loss: Loss, values: @escaping ([PlainOverlap]) -> [Double]
  ) -> [LossUnderTest] {
    ([[2, 3, 20_000], [9_000, 5, 1]] as [Shape]).map {
      LossUnderTest(regions: loss, $0, isMasked: false, values: values)
    }
  }

  private init(
    regions loss: some RegionAdapter, _ shape: Shape, isMasked: Bool, values: ([PlainOverlap]) -> [Double]
  ) {
    let isBinary = loss.mode == .binary
    let (samples, classes) = (shape[0], isBinary ? 1 : shape[1])
    let positions = shape.elementCount / samples / classes
    let scores = Tensor<Double>.random(in: loss.fromLogits ? -2..<2 : 0.05..<0.45, shape, seed: 91)
    let masks = Tensor<Double>.random(in: 0.5..<1, shape, seed: 92)
    let labelShape = loss.mode == .multilabel ? shape : shape.dropping(axis: 1)
    let drawn = Tensor<Int>.random(in: 0..<(loss.mode == .multiclass ? classes : 2), labelShape, seed: 93)
    let labels = drawn.scalars.enumerated().map { $0 % 3 == 1 ? loss.ignoreIndex ?? $1 : $1 }

    let (x, t) = (scores.scalars, masks.scalars)
    var groups = Array(
      repeating: Array(repeating: PlainOverlap(), count: classes), count: loss.perSample ? samples : 1)
    for sample in 0..<samples {
      for position in 0..<positions {
        func place(_ index: Int) -> Int { (sample * classes + index) * positions + position }
        let total = (0..<classes).reduce(0) { $0 + exp(x[place($1)]) }
        for index in 0..<classes {
          let score = x[place(index)]
          let p =
            !loss.fromLogits ? score : loss.mode == .multiclass ? exp(score) / total : 1 / (1 + exp(-score))
          let label =
            isMasked ? 0 : labels[loss.mode == .multilabel ? place(index) : sample * positions + position]
          if !isMasked, label == loss.ignoreIndex { continue }
          let ofLabel = loss.mode == .multiclass ? (label == index ? 1 : 0) : Double(label)
          groups[loss.perSample ? sample : 0][index].add(p, isMasked ? t[place(index)] : ofLabel)
        }
      }
    }
    let results = groups.map(values)
    let groupShape: Shape = loss.perSample ? [samples] : []
    let isJoint = loss is GeneralizedDiceLoss
    self.init(
      name: "\(loss) \(shape)\(isMasked ? " of masks" : "")", loss: loss,
      arguments: Arguments(
        input: scores, target: isMasked ? masks : nil,
        labels: isMasked ? nil : Tensor(labels, shape: labelShape)),
      expected: Tensor(
        results.flatMap(\.self),
        shape: isJoint ? groupShape : groupShape.inserting(classes, axis: groupShape.count)),
      meanDenominator: Double(results.flatMap(\.self).count), batch: loss.perSample ? Double(samples) : 1)
    shared = ["input", "target"]
  }
}
