package import Losses

extension TripletMarginWithDistanceLoss: Adapter, ReducingAdapter {
  package var valueUnit: ValueUnit? { .row }

  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(
      try self(
        a["anchor"], positive: a["positive"], negative: a["negative"], sampleWeight: a.sampleWeight,
        mask: a.mask))
  }

  package func plain(_ a: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults) -> PlainCall? {
    guard let distance = distance as? any PlainMeasure else {
      preconditionFailure("\(distance) has no plain implementation")
    }
    return PlainCall(triplets: a, distance, margin: margin, swap: swap, numbers, &faults)
  }
}

extension RegisteredLoss {
  static let tripletMarginWithDistance = RegisteredLoss(
    "triplet_margin_with_distance_loss",
    default: TripletMarginWithDistanceLoss(distance: CosineDistance()),
    spelledOut: TripletMarginWithDistanceLoss(
      distance: CosineDistance(), margin: 1, swap: false, reduction: .mean),
    others: [
      TripletMarginWithDistanceLoss(distance: CosineDistance(eps: 0.1)),
      TripletMarginWithDistanceLoss(distance: CosineDistance(), margin: 2),
      TripletMarginWithDistanceLoss(distance: CosineDistance(), swap: true),
      TripletMarginWithDistanceLoss(distance: CosineDistance(), reduction: .sum),
    ],
    reference: ReferenceCall(["distance_function", "margin", "swap", "reduction"], .triplet) { arguments in
      func loss(_ distance: some VectorMeasure) throws -> any Adapter {
        TripletMarginWithDistanceLoss(
          distance: distance, margin: try arguments.number("margin"), swap: try arguments.boolean("swap"),
          reduction: try arguments.reduction())
      }
      switch try arguments.text("distance_function", default: "pairwise") {
      case "pairwise": return try loss(PairwiseDistance())
      case "cosine": return try loss(CosineDistance())
      case "squared_euclidean": return try loss(SquaredEuclideanDistance())
      case let name: throw ReferenceProblem.inexpressible("distance_function is \(name)")
      }
    },
    samples: {
      [
        sample(CosineDistance(), swap: true), sample(SquaredEuclideanDistance(), swap: true),
        sample(CityBlockDistance(), swap: true), sample(PairwiseDistance(), swap: false),
      ]
    },
    generators: [
      .triplets("Triplets by squares") { _ in
        SquaredEuclideanDistance()
      } loss: {
        loss($0, $1, $2)
      },
      .triplets("Triplets by cosines") {
        CosineDistance(eps: $0.real(1e-8..<1))
      } loss: {
        loss($0, $1, $2)
      },
      .triplets("Triplets by a distance of one's own") {
        _ in
        CityBlockDistance()
      } loss: {
        loss($0, $1, $2)
      },
    ])

  @Sendable
  private static func loss(
    _ distance: some VectorMeasure, _ margin: Double, _ swap: Bool
  ) -> any Adapter {
    TripletMarginWithDistanceLoss(distance: distance, margin: margin, swap: swap)
  }

  private static func sample(_ distance: some VectorMeasure, swap: Bool) -> LossUnderTest {
    LossUnderTest(
      TripletMarginWithDistanceLoss(distance: distance, margin: 0.8, swap: swap), triplets: [6, 5])
  }
}
