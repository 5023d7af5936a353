/// The colours of a chart.
package struct Theme: Sendable {
  package var background: String
  package var text: String
  package var faintText: String
  package var axis: String
  package var grid: String
  /// The colours of the curves, which repeat if there are more curves.
  package var curves: [String]

  func color(ofCurve index: Int) -> String { curves[index % curves.count] }

  package static let light = Theme(
    background: "#ffffff",
    text: "#1f2328",
    faintText: "#59636e",
    axis: "#818b98",
    grid: "#e6e9ed",
    curves: [
      "#0969da", "#d1570a", "#1a7f37", "#8250df", "#b5127a", "#0f7b83", "#9a6700", "#57606a", "#74a800",
    ]
  )

  package static let dark = Theme(
    background: "#0d1117",
    text: "#f0f6fc",
    faintText: "#9198a1",
    axis: "#6e7681",
    grid: "#21262d",
    curves: [
      "#58a6ff", "#ff9b57", "#56d364", "#bc8cff", "#ff7bc0", "#4cc9d1", "#e3b341", "#a5afba", "#d2f25a",
    ]
  )
}
