import Charts
import ExampleTools
import Foundation

/// The perplexities during training, a few in each epoch.
struct History {
  private static let pointsPerEpoch = 8

  private let stepsPerEpoch: Int
  private var step = 0
  /// The losses of the batches since the last point.
  private var losses: [Double] = []
  private var training: [ChartPanel.Point] = []
  private var test: [ChartPanel.Point] = []

  init(stepsPerEpoch: Int) { self.stepsPerEpoch = stepsPerEpoch }

  private var epochs: Double { Double(step) / Double(stepsPerEpoch) }

  /// Appends the loss of a batch, and returns whether the next point is due: then the test score is, too.
  mutating func append(training loss: Float) -> Bool {
    step += 1
    losses.append(Double(loss))
    let points = step * Self.pointsPerEpoch
    guard points / stepsPerEpoch > (points - Self.pointsPerEpoch) / stepsPerEpoch else { return false }
    training.append(ChartPanel.Point(x: epochs, y: exp(losses.reduce(0, +) / Double(losses.count))))
    losses = []
    return true
  }

  mutating func append(test score: Score) { test.append(ChartPanel.Point(x: epochs, y: exp(score.loss))) }

  func chart(subtitle: String) -> Chart {
    let panel = ChartPanel(
      xLabel: "epoch",
      xTicksAreWhole: true,
      yLabel: "perplexity (logarithmic)",
      yScale: .logarithmic,
      curves: [
        ChartPanel.Curve(name: "training batches, with dropout", points: training),
        ChartPanel.Curve(name: "test chapters", points: test),
      ])
    return Chart(title: "Learning to write like Genesis and Exodus", subtitle: subtitle, panels: [panel])
  }
}

/// The text with lines of at most 76 characters, indented by two spaces.
func wrapped(_ text: String) -> String {
  text.split(separator: "\n", omittingEmptySubsequences: false).map { paragraph in
    var (lines, line) = ([String](), "")
    for word in paragraph.split(separator: " ") {
      if !line.isEmpty, line.count + 1 + word.count > 76 {
        lines.append(line)
        line = ""
      }
      line += line.isEmpty ? "\(word)" : " \(word)"
    }
    return (lines + [line]).map { "  \($0)" }.joined(separator: "\n")
  }.joined(separator: "\n")
}
