/// Reports the progress of training: one line that is redrawn on a terminal, otherwise a line for each epoch.
package struct Progress {
  private let epochs: Int
  private var shown = ""
  /// The test score after the last epoch, or `nil` before there is one.
  private var score: Score?

  package init(epochs: Int) { self.epochs = epochs }

  /// Draws the bar. `done` is the finished fraction of the epoch.
  package mutating func show(epoch: Int, done: Double, loss: Float) {
    guard Console.isTerminal else { return }
    draw(
      line(
        epoch: epoch, fraction: (Double(epoch - 1) + done) / Double(epochs), loss: loss, width: Console.width)
    )
  }

  /// The epoch, and as much of the rest as there is room for: first the loss, then the accuracy, then the bar.
  private func line(epoch: Int, fraction: Double, loss: Float, width: Int) -> String {
    var line = "epoch \(padded(epoch))/\(epochs)"
    var texts = ["  batch loss \(decimal(Double(loss), digits: 3))"]
    if let score { texts.append("  test \(score.accuracyName) \(percent(score.accuracy))") }
    // The cursor takes a place of its own.
    var room = width - 1 - line.count
    var numbers = ""
    for text in texts where text.count <= room {
      numbers += text
      room -= text.count
    }
    // A space, and two characters for the ends of the bar.
    let barWidth = min(room - 3, 24)
    if barWidth >= 4 { line += " " + bar(fraction, width: barWidth) }
    return line + numbers
  }

  /// Reports the scores of an epoch, and throws if the loss is NaN or infinite.
  package mutating func finish(epoch number: Int, _ epoch: Epoch) throws(Failure) {
    score = epoch.test
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

  private func bar(_ fraction: Double, width: Int) -> String {
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
