import Charts
import ExampleTools

/// A table of how often each digit was recognised as each other digit.
func confusionTable(predicted: [Int], actual: [Int]) -> String {
  var counts = Array(repeating: Array(repeating: 0, count: 10), count: 10)
  for (predicted, actual) in zip(predicted, actual) { counts[actual][predicted] += 1 }
  let header = (0..<10).map { leftPadded("\($0)", to: 4) }.joined()
  let rows = counts.enumerated().map { digit, counts in
    "     \(digit) │" + counts.map { leftPadded($0 == 0 ? "·" : "\($0)", to: 4) }.joined()
  }
  return """
      true │ recognised as
           │\(header)
    ───────┼\(String(repeating: "─", count: header.count + 1))
    \(rows.joined(separator: "\n"))
    """
}

/// The training and test loss of each epoch.
func lossChart(_ history: [Epoch], subtitle: String) -> Chart {
  func curve(_ name: String, _ score: (Epoch) -> Score) -> ChartPanel.Curve {
    let points = history.enumerated().map { ChartPanel.Point(x: Double($0), y: score($1).loss) }
    return ChartPanel.Curve(name: name, points: points)
  }
  let panel = ChartPanel(
    xLabel: "epoch",
    xTicksAreWhole: true,
    yLabel: "cross entropy (logarithmic)",
    yScale: .logarithmic,
    curves: [curve("training images", \.training), curve("test images", \.test)]
  )
  return Chart(title: "Learning to read handwritten digits", subtitle: subtitle, panels: [panel])
}
