/// Reports the progress of training: one line that is redrawn on a terminal, otherwise a line for each epoch.
package struct Progress {
  private let epochs: Int
  private var shown = ""

  package init(epochs: Int) { self.epochs = epochs }

  /// Draws the bar. `done` is the finished fraction of the epoch, and `accuracy` is that of the last epoch.
  package mutating func show(epoch: Int, done: Double, loss: Float, accuracy: Double) {
    guard Console.isTerminal else { return }
    draw(
      """
      epoch \(padded(epoch))/\(epochs) \(bar((Double(epoch - 1) + done) / Double(epochs))) \
      batch loss \(decimal(Double(loss), digits: 3))  test accuracy \(percent(accuracy))
      """
    )
  }

  /// Reports the scores of an epoch, and throws if the loss is NaN or infinite.
  package mutating func finish(epoch number: Int, _ epoch: Epoch) throws(Failure) {
    let hasDiverged = !epoch.training.loss.isFinite
    if !Console.isTerminal {
      print("epoch \(padded(number))/\(epochs)   training: \(epoch.training)   test: \(epoch.test)")
    } else if number == epochs || hasDiverged {
      print()
    }
    if hasDiverged {
      throw Failure("the loss is not finite after epoch \(number); try a smaller --rate")
    }
  }

  private func padded(_ epoch: Int) -> String { leftPadded("\(epoch)", to: "\(epochs)".count) }

  private func bar(_ fraction: Double) -> String {
    let width = 24
    let eighths = Int(fraction * Double(width * 8))
    let tip = eighths % 8 == 0 ? "" : String(Array("▏▎▍▌▋▊▉")[eighths % 8 - 1])
    let bar = String(repeating: "█", count: eighths / 8) + tip
    return "▕" + bar + String(repeating: " ", count: width - bar.count) + "▏"
  }

  private mutating func draw(_ line: String) {
    guard line != shown else { return }
    // Spaces overwrite what remains of a longer line.
    let cover = String(repeating: " ", count: max(0, shown.count - line.count))
    Console.draw("\r\(line)\(cover)")
    shown = line
  }
}
