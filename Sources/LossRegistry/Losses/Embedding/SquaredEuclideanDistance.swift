import Foundation
package import Losses

extension SquaredEuclideanDistance: Adapter {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(try self(a["input1"], a["input2"]))
  }
}

extension RegisteredLoss {
  static let squaredEuclideanDistance = RegisteredLoss(
    nil, default: SquaredEuclideanDistance(), spelledOut: SquaredEuclideanDistance(),
    samples: {
      LossUnderTest.vectorShapes.map {
        LossUnderTest(measure: $0, SquaredEuclideanDistance()) { pow(pNorm($0, $1, p: 2, eps: 0), 2) }
      }
    },
    generators: [.measure("SquaredEuclideanDistance") { _ in SquaredEuclideanDistance() }])
}
