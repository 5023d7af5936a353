/// A chart of curves or points in one or more panels, side by side, that share a legend. It is drawn as SVG.
package struct Chart: Sendable {
  package var title: String
  package var subtitle: String
  /// The panels from left to right. All have the same curves in the same order, which the legend names.
  package var panels: [ChartPanel]
  package var width: Double
  package var height: Double

  package init(
    title: String,
    subtitle: String = "",
    panels: [ChartPanel],
    width: Double = 720,
    height: Double = 440
  ) {
    self.title = title
    self.subtitle = subtitle
    self.panels = panels
    self.width = width
    self.height = height
  }

  /// The chart as an SVG document.
  ///
  /// A curve has a gap where a number is NaN or infinite, or is not positive on a logarithmic axis.
  package func svg(theme: Theme = .light) -> String {
    SVG.page(width: width, height: height, title: title, theme: theme) { svg in
      svg.add(
        "text", ["x": SVG.pageMargin, "y": 54, "font-size": 12, "fill": theme.faintText], text: subtitle)
      let legendBottom = addLegend(to: &svg, top: subtitle.isEmpty ? 58 : 78, theme: theme)
      let panelWidth = width / Double(panels.count)
      for (index, panel) in panels.enumerated() {
        let left = Double(index) * panelWidth
        let plot = Plot(panel, left: left, right: left + panelWidth, top: legendBottom + 20, bottom: height)
        plot.add(to: &svg, theme: theme)
      }
    }
  }

  /// Draws the names of the curves, in as many rows as they need, and returns the y coordinate of the last row.
  private func addLegend(to svg: inout SVG, top: Double, theme: Theme) -> Double {
    let margin = SVG.pageMargin
    var (x, y) = (margin, top)
    svg.group(["font-size": 12, "fill": theme.text]) { svg in
      for (index, name) in (panels.first?.curves ?? []).map(\.name).enumerated() {
        // An estimate, since the font is unknown; few fonts are wider.
        let entryWidth = 30 + 7 * Double(name.count) + 20
        if x > margin, x + entryWidth > width - margin { (x, y) = (margin, y + 20) }
        let color = theme.color(ofCurve: index)
        switch panels[0].mark {
        case .line:
          svg.add(
            "line",
            ["x1": x, "y1": y - 4, "x2": x + 22, "y2": y - 4, "stroke": color, "stroke-width": 2.5]
          )
        case .dots:
          svg.add("circle", ["cx": x + 11, "cy": y - 4, "r": Plot.dotRadius, "fill": color])
        }
        svg.add("text", ["x": x + 30, "y": y], text: name)
        x += entryWidth
      }
    }
    return y
  }
}
