import Charts
import Foundation

/// How a network does on some images: its mean cross entropy, and the share that it recognises.
struct Score: CustomStringConvertible {
  let loss: Double
  let accuracy: Double

  var description: String { "loss \(decimal(loss, digits: 4)), accuracy \(percent(accuracy))" }
}

/// The scores at the end of an epoch.
struct Epoch {
  let training: Score
  let test: Score
}

func decimal(_ number: Double, digits: Int) -> String { String(format: "%.\(digits)f", number) }

func percent(_ share: Double) -> String { decimal(100 * share, digits: 1) + "%" }

func leftPadded(_ text: String, to width: Int) -> String {
  String(repeating: " ", count: max(0, width - text.count)) + text
}

/// How often each digit is taken for each.
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

func lossChart(_ history: [Epoch], subtitle: String) -> LineChart {
  func curve(_ name: String, _ score: (Epoch) -> Score) -> Panel.Curve {
    let points = history.enumerated().map { Panel.Point(x: Double($0), y: score($1).loss) }
    return Panel.Curve(name: name, points: points)
  }
  let panel = Panel(
    xLabel: "epoch",
    xTicksAreWhole: true,
    yLabel: "cross entropy (logarithmic)",
    yScale: .logarithmic,
    curves: [curve("training images", \.training), curve("test images", \.test)]
  )
  return LineChart(title: "Learning to read handwritten digits", subtitle: subtitle, panels: [panel])
}

func write(_ text: String, to path: String) throws(Failure) {
  do {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
  } catch {
    throw Failure("'\(path)' cannot be written", exitCode: .cannotCreate)
  }
}
