import Foundation

/// A network's performance on some samples: the mean loss, and the fraction recognised.
package struct Score: CustomStringConvertible {
  package let loss: Double
  package let accuracy: Double

  package init(loss: Double, accuracy: Double) {
    self.loss = loss
    self.accuracy = accuracy
  }

  package var description: String { "loss \(decimal(loss, digits: 4)), accuracy \(percent(accuracy))" }
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

package func decimal(_ number: Double, digits: Int) -> String { String(format: "%.\(digits)f", number) }

package func percent(_ fraction: Double) -> String { decimal(100 * fraction, digits: 1) + "%" }

package func leftPadded(_ text: String, to width: Int) -> String {
  String(repeating: " ", count: max(0, width - text.count)) + text
}
