/// Shows how far training has come: one line that is redrawn on a terminal, else a line for each epoch.
package struct Progress {
  private let epochs: Int
  private var shown = ""

  package init(epochs: Int) { self.epochs = epochs }

  /// Draws the bar, where `done` is the finished part of the epoch and `accuracy` that of the last epoch.
  package mutating func show(epoch: Int, done: Double, loss: Float, accuracy: Double) {
    guard Console.isTerminal else { return }
    draw(
      """
      epoch \(padded(epoch))/\(epochs) \(bar((Double(epoch - 1) + done) / Double(epochs))) \
      batch loss \(decimal(Double(loss), digits: 3))  test accuracy \(percent(accuracy))
      """
    )
  }

  /// Reports on an epoch. Training cannot go on when the loss is no number.
  package mutating func finish(epoch number: Int, _ epoch: Epoch) throws(Failure) {
    let isLost = !epoch.training.loss.isFinite
    if !Console.isTerminal {
      print("epoch \(padded(number))/\(epochs)   training: \(epoch.training)   test: \(epoch.test)")
    } else if number == epochs || isLost {
      print()
    }
    if isLost {
      throw Failure("the loss is no longer a number after epoch \(number); try a smaller --rate")
    }
  }

  private func padded(_ epoch: Int) -> String { leftPadded("\(epoch)", to: "\(epochs)".count) }

  private func bar(_ share: Double) -> String {
    let width = 24
    let eighths = Int(share * Double(width * 8))
    let tip = eighths % 8 == 0 ? "" : String(Array("▏▎▍▌▋▊▉")[eighths % 8 - 1])
    let bar = String(repeating: "█", count: eighths / 8) + tip
    return "▕" + bar + String(repeating: " ", count: width - bar.count) + "▏"
  }

  private mutating func draw(_ line: String) {
    guard line != shown else { return }
    // Spaces cover what a longer line has left.
    let cover = String(repeating: " ", count: max(0, shown.count - line.count))
    Console.draw("\r\(line)\(cover)")
    shown = line
  }
}
