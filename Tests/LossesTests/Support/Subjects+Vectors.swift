import Foundation
import Losses

extension Subject {
  /// Losses of vectors along the last axis.
  static let vectors: [Subject] = {
    let embeddings = ([[5], [6, 5]] as [Shape]).flatMap { shape in
      [[0, 1], [1, 0]].map { Subject(cosineEmbedding: shape, slots: $0) }
    }
    let shapes: [Shape] = [[5], [6, 5], [2, 3, 4]]
    let triplets = shapes.flatMap { shape in
      [[0, 1, 2], [1, 2, 0], [2, 0, 1]].flatMap { slots in
        [
          Subject(triplets: shape, PairwiseDistance(), slots, swap: false) { norm($0, $1, p: 2, eps: 1e-6) },
          Subject(triplets: shape, PairwiseDistance(p: 3, eps: 0.01), slots, swap: true) {
            norm($0, $1, p: 3, eps: 0.01)
          },
        ]
      }
    }
    let distant = [
      Subject(triplets: [6, 5], CosineDistance(), [0, 1, 2], swap: true) { 1 - cosine($0, $1, least: 1e-8) },
      Subject(triplets: [6, 5], SquaredEuclideanDistance(), [2, 0, 1], swap: true) {
        pow(norm($0, $1, p: 2, eps: 0), 2)
      },
      Subject(triplets: [6, 5], CityBlockDistance(), [1, 2, 0], swap: true) { norm($0, $1, p: 1, eps: 0) },
    ]
    return embeddings + triplets + distant
  }()

  /// Measures of vectors, and the sum of exponentials along an axis.
  static let measures: [Subject] = {
    let norms = [0.5, 1, 1.5, 2, 3, .infinity].flatMap { p in
      [[0, 1], [1, 0]].map { slots in
        Subject(measure: [3, 4], PairwiseDistance(p: p, eps: 0.01), slots) { norm($0, $1, p: p, eps: 0.01) }
      }
    }
    let others = ([[4], [3, 4], [2, 3, 5]] as [Shape]).flatMap { shape in
      [
        Subject(measure: shape, PairwiseDistance()) { norm($0, $1, p: 2, eps: 1e-6) },
        Subject(measure: shape, SquaredEuclideanDistance()) { pow(norm($0, $1, p: 2, eps: 0), 2) },
        Subject(measure: shape, CosineSimilarity()) { cosine($0, $1, least: 1e-8) },
        Subject(measure: shape, CosineSimilarity(), [1, 0]) { cosine($0, $1, least: 1e-8) },
        // Longer than some of the vectors.
        Subject(measure: shape, CosineSimilarity(eps: 2.2)) { cosine($0, $1, least: 2.2) },
        Subject(measure: shape, CosineDistance()) { 1 - cosine($0, $1, least: 1e-8) },
        Subject(measure: shape, CityBlockDistance()) { norm($0, $1, p: 1, eps: 0) },
      ]
    }
    let places: [(Shape, Int)] = [([4], 0), ([3, 4], 1), ([3, 4], -2), ([2, 3, 4], 1), ([2, 3, 2, 2], 0)]
    let sums = places.map { shape, axis in Subject(logSumExp: shape, axis: axis) }
    return norms + others + sums
  }()

  static let largeVectors: [Subject] = [
    Subject(triplets: [420, 333], PairwiseDistance(), [0, 1, 2], swap: true) {
      norm($0, $1, p: 2, eps: 1e-6)
    },
    Subject(measure: [45_000, 3], CosineSimilarity()) { cosine($0, $1, least: 1e-8) },
    Subject(multiLabelSoftMargin: [420, 333], weight: [333]),
    Subject(multiMargin: [45_000, 3], p: 2, isWeighted: true),
    Subject(
      labelLists: .random(in: -1..<1, [9000, 12], seed: 80),
      Tensor(shape: [9000, 12]) { $0[1] < 3 ? ($0[0] + 5 * $0[1]) % 12 : -1 }),
    Subject(logSumExp: [2, 3, 151, 150], axis: 1),
  ]

  init(cosineEmbedding shape: Shape, slots: [Int]) {
    let inputs = [
      Tensor<Double>.random(in: -1..<1.5, shape, seed: 71),
      Tensor<Double>.random(in: -1..<1.5, shape, seed: 72),
    ]
    let sampleShape = Shape(shape.dropLast())
    // Some are neither similar nor not.
    let kinds = [1.0, -1, -1, 1, 0.5, -1]
    let answers = Tensor(Array(kinds.prefix(sampleShape.elementCount)), shape: sampleShape)
    let values = zip(zip(inputs[0].rows, inputs[1].rows), answers.scalars).map { pair, answer in
      let squares = [pair.0, pair.1].map { $0.reduce(1e-12) { $0 + $1 * $1 } }
      let dot = zip(pair.0, pair.1).reduce(0) { $0 + $1.0 * $1.1 }
      let cosine = dot / (squares[0] * squares[1]).squareRoot()
      return answer == 1 ? 1 - cosine : answer == -1 ? max(0, cosine - 0.1) : 0
    }
    self.init(
      name: "CosineEmbedding \(shape) by \(slots)",
      form: EmbeddingForm(slots: slots) { CosineEmbeddingLoss(margin: 0.1, reduction: $0) },
      arguments: Arguments(input: inputs[slots[0]], target: inputs[slots[1]], weight: answers),
      expected: Tensor(values, shape: sampleShape), meanDenominator: Double(values.count),
      batch: Double(values.count))
  }

  /// Triplets the farthest of which cost nothing.
  init<Distance: VectorMeasure>(
    triplets shape: Shape, _ distance: Distance, _ slots: [Int], swap: Bool,
    formula: ([Double], [Double]) -> Double
  ) {
    let tensors = [
      Tensor<Double>.random(in: -1..<1, shape, seed: 73), .random(in: -1..<1, shape, seed: 74),
      .random(in: -1.6..<1.6, shape, seed: 75),
    ]
    let (anchors, positives, negatives) = (tensors[0].rows, tensors[1].rows, tensors[2].rows)
    let values = anchors.indices.map { row in
      let far = formula(anchors[row], negatives[row])
      let between = swap ? formula(positives[row], negatives[row]) : .infinity
      return max(0, 0.8 + formula(anchors[row], positives[row]) - min(far, between))
    }
    self.init(
      name: "Triplets \(shape) by \(slots), \(distance)\(swap ? " swapped" : "")",
      form: TripletForm(slots: slots) {
        TripletMarginWithDistanceLoss(distance: distance, margin: 0.8, swap: swap, reduction: $0)
      },
      arguments: Arguments(
        input: tensors[slots[0]], target: tensors[slots[1]], weight: tensors[slots[2]]),
      expected: Tensor(values, shape: Shape(shape.dropLast())), meanDenominator: Double(values.count),
      batch: shape.count == 1 ? 1 : Double(shape[0]))
  }

  init(
    measure shape: Shape, _ measure: some VectorMeasure, _ slots: [Int] = [0, 1],
    formula: ([Double], [Double]) -> Double
  ) {
    let first = Tensor<Double>.random(in: -1.5..<1.5, shape, seed: 76)
    // No difference is near 0, where norms have kinks.
    let second = zip(first.scalars, Tensor<Double>.random(in: -1..<1, shape, seed: 77).scalars).map {
      $0 + $1 + ($1 < 0 ? -0.3 : 0.3)
    }
    let tensors = [first, Tensor(second, shape: shape)]
    self.init(
      name: "\(measure) \(shape) by \(slots)", form: MeasureForm(slots: slots, measure: measure),
      arguments: Arguments(input: tensors[slots[0]], target: tensors[slots[1]]),
      expected: Tensor(zip(first.rows, tensors[1].rows).map(formula), shape: Shape(shape.dropLast())),
      meanDenominator: nil)
  }

  init(logSumExp shape: Shape, axis: Int) {
    let input = Tensor<Double>.random(in: -3..<3, shape, seed: 78)
    let position = axis < 0 ? axis + shape.count : axis
    let (length, inner) = (shape[position], shape[(position + 1)...].reduce(1, *))
    let scalars = input.scalars
    let values = (0..<scalars.count / length).map { column in
      let first = column / inner * length * inner + column % inner
      return log((0..<length).reduce(0) { $0 + exp(scalars[first + $1 * inner]) })
    }
    self.init(
      name: "LogSumExp \(shape) axis \(axis)", form: LogSumExpForm(axis: axis),
      arguments: Arguments(input: input), expected: Tensor(values, shape: shape.dropping(axis: position)),
      meanDenominator: nil)
  }

  private static func norm(_ a: [Double], _ b: [Double], p: Double, eps: Double) -> Double {
    let magnitudes = zip(a, b).map { abs($0 - $1 + eps) }
    return p == .infinity ? magnitudes.max()! : pow(magnitudes.reduce(0) { $0 + pow($1, p) }, 1 / p)
  }

  private static func cosine(_ a: [Double], _ b: [Double], least: Double) -> Double {
    func length(_ vector: [Double]) -> Double {
      max(vector.reduce(0) { $0 + $1 * $1 }.squareRoot(), least)
    }
    return zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } / (length(a) * length(b))
  }
}
