// Uses the library as another package does, and fails unless the numbers are right.

import Foundation
import Losses

// Logarithms of 1, 2, 5 and of 2, 1, 1: the softmax is (1, 2, 5) / 8 and (2, 1, 1) / 4. The third row is ignored.
let logits = Tensor<Double>([0, log(2), log(5), log(2), 0, 0, 7, 8, 9], shape: [3, 3])
let labels: Tensor<Int32> = [1, 2, -100]

// The right classes have probability 1/4 both times. The gradient is (softmax − one-hot) / 2, here in sixteenths.
let expectedLoss = log(4.0)
let sixteenths: [Double] = [1, -6, 5, 4, 2, -6, 0, 0, 0]

let (loss, gradient) = try CrossEntropyLoss().valueWithGradient(logits, target: labels)
let differences = zip(gradient.scalars, sixteenths).map { ($0 - $1 / 16).magnitude }
guard gradient.shape == [3, 3], abs(loss.item - expectedLoss) < 1e-14, differences.allSatisfy({ $0 < 1e-15 })
else {
  print("loss \(loss), expected \(expectedLoss)")
  print("gradient\n\(gradient)\nexpected \(sixteenths) / 16")
  exit(1)
}
print("cross entropy \(loss), as expected")
