import Charts
import ExampleTools
import Foundation

/// Losses of random shapes, as the benchmark measured them side by side with those of other libraries.
struct Sweep {
  private struct Row: Decodable {
    /// How many times as fast as its fastest competitor a loss is: none if it has no competitor.
    struct Ratios: Decodable {
      let into: Double?
      let value: Double?
    }

    let kind: String
    let elements: Double
    let ratios: Ratios
  }

  private let rows: [Row]

  /// Reads the results of `compare.py`: a JSON object per line.
  init(contentsOf path: String) throws(Failure) {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw Failure("'\(path)' cannot be read", exitCode: .noInput)
    }
    do {
      let lines = data.split(separator: UInt8(ascii: "\n"))
      rows = try lines.map { try JSONDecoder().decode(Row.self, from: $0) }
    } catch {
      throw Failure("'\(path)' is not made of the results of compare.py: \(error)", exitCode: .badData)
    }
  }

  /// Dots over the number of elements, of a colour for each kind of loss.
  var chart: Chart {
    let count = rows.count { $0.ratios.into != nil }
    let subtitle = """
      \(count) random shapes: how many times as fast as the fastest of PyTorch, JAX and other packages. Above 1, this \
      library is faster.
      """
    return Chart(
      title: "Losses of every size", subtitle: subtitle,
      panels: [panel("value and gradient", \.into), panel("value alone", \.value)],
      width: 960)
  }

  private func panel(_ name: String, _ ratio: KeyPath<Row.Ratios, Double?>) -> ChartPanel {
    let kinds = Set(rows.map(\.kind)).sorted()
    let heights = rows.flatMap { [$0.ratios.into, $0.ratios.value].compactMap(\.self) }
    let curves = kinds.map { kind in
      let points = rows.filter { $0.kind == kind }.compactMap { row in
        row.ratios[keyPath: ratio].map { ChartPanel.Point(x: row.elements, y: $0) }
      }
      return ChartPanel.Curve(name: kind, points: points)
    }
    return ChartPanel(
      mark: .dots, xLabel: "elements", xScale: .logarithmic, yLabel: "times as fast, \(name)",
      yScale: .logarithmic, yRange: (heights.min() ?? 1)...(heights.max() ?? 1), curves: curves)
  }
}
