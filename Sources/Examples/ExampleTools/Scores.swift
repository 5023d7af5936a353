import Foundation
package import Losses

/// A network's performance on some samples: the mean loss, and the fraction that is right.
package struct Score: CustomStringConvertible {
  package let loss: Double
  package let accuracy: Double
  /// What that fraction is called where it is not the accuracy itself, such as "mean IoU".
  let accuracyName: String

  package init(loss: Double, accuracy: Double, accuracyName: String = "accuracy") {
    self.loss = loss
    self.accuracy = accuracy
    self.accuracyName = accuracyName
  }

  package var description: String {
    "loss \(decimal(loss, digits: 4)), \(accuracyName) \(percent(accuracy))"
  }
}

/// The scores at the end of an epoch.
package struct Epoch {
  package let training: Score
  package let test: Score

  package init(training: Score, test: Score) {
    self.training = training
    self.test = test
  }
}

/// The class with the highest logit in each row.
package func predictions(_ logits: Tensor<Float>) -> [Int] {
  (0..<logits.shape[0]).map { row in
    let scores = logits[row, .all].scalars
    return scores.indices.max { scores[$0] < scores[$1] } ?? 0
  }
}

package func decimal(_ number: Double, digits: Int) -> String { String(format: "%.\(digits)f", number) }

package func percent(_ fraction: Double) -> String { decimal(100 * fraction, digits: 1) + "%" }

package func leftPadded(_ text: String, to width: Int) -> String {
  String(repeating: " ", count: max(0, width - text.count)) + text
}
