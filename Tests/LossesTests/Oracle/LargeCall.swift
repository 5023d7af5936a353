import LossRegistry
import Losses

/// A call of so many elements that its work is cut into many chunks.
struct LargeCall: Sendable {
  var name: String
  var loss: any Adapter
  /// The shapes of the arguments, each with the pool that its numbers come from.
  var reals: [(label: String, shape: Shape, pool: Pool)]
  /// The shape of the labels, if there are any, and the number of classes.
  var labels: (shape: Shape, classes: Int)?
  /// Arguments that belong to all samples alike.
  var shared: Set<String> = []
  /// The axis of the samples.
  var axis = 0
  /// How samples count in `mean`.
  var denominator = Denominator.samples

  enum Denominator { case samples, weights, labelWeights }
}

extension LargeCall: CustomStringConvertible {
  var description: String { name }
}

/// Random numbers, drawn once: a build without optimization takes its time.
struct Pool: Sendable {
  private let doubles: [Double]
  private let floats: [Float]
  private let halves: [Half]
  private let bfloats: [BFloat16]

  /// The numbers in a range of positions, in the type of a tensor. A generic conversion of each would take long.
  func numbers<S: LossScalar>(_ range: Range<Int>) -> [S] {
    func cast<T>(_ numbers: [T]) -> [S]? { numbers as Any as? [S] }
    guard let numbers = cast(doubles) ?? cast(floats) ?? cast(halves) ?? cast(bfloats) else {
      preconditionFailure("no pool of \(S.self)")
    }
    return Array(numbers[range])
  }

  private init(_ range: Range<Double>, seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    doubles = (0..<300_000).map { _ in
      range.lowerBound + (range.upperBound - range.lowerBound) * Double(generator.next() >> 11) * 0x1p-53
    }
    floats = doubles.map { Float($0) }
    halves = doubles.map { Half($0) }
    bfloats = doubles.map { BFloat16($0) }
  }

  static let scores = Pool(-4..<4, seed: 1)
  static let fractions = Pool(0.1..<0.9, seed: 2)
}

extension Arrangement {
  /// Returns a tensor that lies in memory so, with numbers of the pool from an offset on.
  ///
  /// Unlike `view(of:)`, it visits no element by its index.
  func tensor<S: LossScalar>(_ shape: Shape, _ pool: Pool, from offset: Int) -> Tensor<S> {
    func filled(_ shape: Shape) -> Tensor<S> {
      Tensor(pool.numbers(offset..<offset + shape.elementCount), shape: shape)
    }
    func widened(by length: (Int) -> Int) -> Shape { Shape(shape.map(length)) }
    let axes = Shape(shape.indices.reversed())
    switch self {
    case .transposed: return filled(Shape(shape.reversed())).permuted(axes)
    case .secondAxisInnermost:
      guard shape.count > 1 else { return filled(shape) }
      var swapped = shape
      swapped.swapAt(1, shape.count - 1)
      return filled(swapped).transposed(1, -1)
    case .stepped:
      var wide = shape
      wide[shape.count - 1] *= 2
      return filled(wide).selecting(.stride(from: 1, to: wide.last!, by: 2), axis: -1)
    case .reversed: return axes.reduce(filled(shape)) { $0.reversed(axis: $1) }
    case .broadcast: return filled(Shape([1] + shape.dropFirst())).broadcast(to: shape)
    case .broadcastAlongLast: return filled(Shape(shape.dropLast() + [1])).broadcast(to: shape)
    case .sliced:
      return axes.reduce(filled(widened { $0 + 2 })) { $0.selecting(1..<shape[$1] + 1, axis: $1) }
    }
  }
}

/// The sum of all elements, with what each addition loses, so that it is right to an ulp.
func compensatedSum<S: LossScalar>(_ tensor: Tensor<S>) -> Double {
  var (sum, lost) = (0.0, 0.0)
  for number in doubles(tensor) {
    let next = sum + number
    lost += sum.magnitude >= number.magnitude ? (sum - next) + number : (number - next) + sum
    sum = next
  }
  return sum + lost
}

/// The elements of a tensor. A generic conversion of each would take long.
func doubles<S: LossScalar>(_ tensor: Tensor<S>) -> [Double] {
  let scalars = tensor.scalars as Any
  if let floats = scalars as? [Float] { return floats.map { Double($0) } }
  if let halves = scalars as? [Half] { return halves.map { Double($0) } }
  if let bfloats = scalars as? [BFloat16] { return bfloats.map { Double($0) } }
  return scalars as? [Double] ?? []
}

extension LargeCall {
  func arguments<S: LossScalar>(_ arrangement: Arrangement) -> Arguments<S> {
    var arguments = Arguments<S>([:])
    for (index, real) in reals.enumerated() {
      arguments.reals[real.label] =
        shared.contains(real.label)
        ? Arrangement.sliced.tensor(real.shape, real.pool, from: index * 1000)
        : arrangement.tensor(real.shape, real.pool, from: index * 1000)
    }
    guard let (shape, classes) = labels else { return arguments }
    var generator = SplitMix64(seed: 3)
    // A tenth of the samples is ignored.
    let numbers = (0..<shape.elementCount).map { position in
      position % 10 == 7 ? -100 : Int(generator.next() % UInt64(classes))
    }
    arguments.integers["target"] = Tensor(numbers, shape: shape)
    return arguments
  }

  /// The arguments of some of the samples.
  func part<S: LossScalar>(_ arguments: Arguments<S>, _ samples: Range<Int>) -> Arguments<S> {
    Arguments(
      arguments.reals.map { shared.contains($0) ? $1 : $1.selecting(samples, axis: axis) },
      integers: arguments.integers.map { $1.ints.selecting(samples, axis: axis) })
  }

  func denominator<S: LossScalar>(_ arguments: Arguments<S>, samples: Int) -> Double {
    switch denominator {
    case .samples: return Double(samples)
    case .weights: return compensatedSum(arguments.weight!)
    case .labelWeights:
      let weights = arguments.weight?.scalars.map { Double($0) }
      return arguments.labels.ints.scalars.reduce(0) { $0 + ($1 == -100 ? 0 : weights?[$1] ?? 1) }
    }
  }
}

extension LargeCall {
  /// More than 2¹⁷ elements in nine chunks, the last of which is not full. No length is a multiple of the width of a vector.
  static let all: [LargeCall] = {
    let (matrix, wide): (Shape, Shape) = ([1307, 101], [1301, 107])
    func elements(_ name: String, _ loss: any Adapter, _ target: Pool = .scores) -> LargeCall {
      LargeCall(name: name, loss: loss, reals: [("input", matrix, .scores), ("target", matrix, target)])
    }
    var weighted = elements("MSE weighted", MSELoss())
    weighted.reals.append(("weight", matrix, .fractions))
    weighted.denominator = .weights
    var positive = elements("BCEWithLogits positive", BCEWithLogitsLoss(), .fractions)
    positive.reals += [("weight", matrix, .fractions), ("positiveWeight", [101], .fractions)]
    positive.shared = ["positiveWeight"]
    var crossEntropy = LargeCall(
      name: "CrossEntropy weighted", loss: CrossEntropyLoss(labelSmoothing: 0.1),
      reals: [("input", wide, .scores), ("weight", [107], .fractions)], labels: ([1301], 107),
      shared: ["weight"], denominator: .labelWeights)
    crossEntropy.reals[1].pool = .fractions
    return [
      weighted, positive,
      elements("SmoothL1", SmoothL1Loss(beta: 0.7)),
      elements("KLDiv", KLDivLoss(), .fractions),
      LargeCall(
        name: "GaussianNLL", loss: GaussianNLLLoss(),
        reals: [("input", matrix, .scores), ("target", matrix, .scores), ("variance", matrix, .fractions)]),
      LargeCall(name: "Sigmoid", loss: Sigmoid(), reals: [("input", matrix, .scores)]),
      crossEntropy,
      LargeCall(
        name: "CrossEntropy of planes", loss: CrossEntropyLoss(),
        reals: [("input", [3, 23, 2003], .scores)], labels: ([3, 2003], 23), axis: -1,
        denominator: .labelWeights),
      LargeCall(
        name: "CrossEntropy of probabilities", loss: CrossEntropyLoss(),
        reals: [("input", wide, .scores), ("target", wide, .fractions)]),
      LargeCall(
        name: "NLL of planes", loss: NLLLoss(), reals: [("input", [3, 23, 2003], .scores)],
        labels: ([3, 2003], 23), axis: -1, denominator: .labelWeights),
      LargeCall(name: "Softmax", loss: Softmax(axis: 1), reals: [("input", wide, .scores)]),
      LargeCall(
        name: "LogSumExp of planes", loss: LogSumExp(axis: 1), reals: [("input", [3, 23, 2003], .scores)],
        axis: -1),
      LargeCall(
        name: "TripletMargin", loss: TripletMarginLoss(swap: true),
        reals: ["anchor", "positive", "negative"].map { ($0, wide, .scores) }),
      LargeCall(
        name: "CosineSimilarity", loss: CosineSimilarity(),
        reals: ["input1", "input2"].map { ($0, wide, .scores) }),
    ]
  }()
}
