/// Curves over a pair of axes, to be drawn as SVG.
package struct LineChart: Sendable {
  package struct Point: Sendable {
    package var x: Double
    package var y: Double

    package init(x: Double, y: Double) {
      self.x = x
      self.y = y
    }
  }

  package struct Curve: Sendable {
    package var name: String
    package var points: [Point]

    package init(name: String, points: [Point]) {
      self.name = name
      self.points = points
    }
  }

  package var title: String
  package var subtitle: String
  package var xLabel: String
  /// Whether nothing but whole numbers may stand at the x axis.
  package var xTicksAreWhole: Bool
  package var yLabel: String
  package var yScale: Scale
  package var curves: [Curve]
  package var width = 720.0
  package var height = 440.0

  package init(
    title: String,
    subtitle: String = "",
    xLabel: String,
    xTicksAreWhole: Bool = false,
    yLabel: String,
    yScale: Scale = .linear,
    curves: [Curve]
  ) {
    self.title = title
    self.subtitle = subtitle
    self.xLabel = xLabel
    self.xTicksAreWhole = xTicksAreWhole
    self.yLabel = yLabel
    self.yScale = yScale
    self.curves = curves
  }

  /// The chart as an SVG document.
  ///
  /// A curve has a gap where a number is not finite, or not positive on a logarithmic axis.
  package func svg(theme: Theme = .light) -> String {
    var svg = SVG(width: width, height: height, title: title)
    svg.add("rect", ["width": width, "height": height, "fill": theme.background])
    svg.group(["font-family": "system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif"]) { svg in
      svg.add(
        "text",
        ["x": 24, "y": 34, "font-size": 18, "font-weight": "600", "fill": theme.text],
        text: title
      )
      svg.add("text", ["x": 24, "y": 54, "font-size": 12, "fill": theme.faintText], text: subtitle)
      let legendBottom = addLegend(to: &svg, top: subtitle.isEmpty ? 58 : 78, theme: theme)
      let points = curves.flatMap(\.points)
      let y = Axis(points.map(\.y), scale: yScale, tickCount: 6)
      let labelLength = y.ticks.map { Axis.label($0).count }.max() ?? 0
      let plot = Plot(
        left: 48 + 8 * Double(labelLength),
        top: legendBottom + 20,
        right: width - 28,
        bottom: height - 56,
        x: Axis(tightly: points.map(\.x), tickCount: 10, ticksAreWhole: xTicksAreWhole),
        y: y
      )
      addAxes(plot, to: &svg, theme: theme)
      for (index, curve) in curves.enumerated() {
        addCurve(curve, in: plot, to: &svg, color: theme.curves[index % theme.curves.count])
      }
    }
    return svg.document
  }

  /// Draws the names of the curves, in as many rows as they need, and returns where the last row is.
  private func addLegend(to svg: inout SVG, top: Double, theme: Theme) -> Double {
    var (x, y) = (24.0, top)
    svg.group(["font-size": 12, "fill": theme.text]) { svg in
      for (index, curve) in curves.enumerated() {
        // The font is not known here; few are wider than this.
        let entryWidth = 30 + 7 * Double(curve.name.count) + 20
        if x > 24, x + entryWidth > width - 24 { (x, y) = (24, y + 20) }
        let color = theme.curves[index % theme.curves.count]
        svg.add(
          "line",
          ["x1": x, "y1": y - 4, "x2": x + 22, "y2": y - 4, "stroke": color, "stroke-width": 2.5]
        )
        svg.add("text", ["x": x + 30, "y": y], text: curve.name)
        x += entryWidth
      }
    }
    return y
  }

  private func addAxes(_ plot: Plot, to svg: inout SVG, theme: Theme) {
    let (left, right, top, bottom) = (plot.left, plot.right, plot.top, plot.bottom)
    svg.group(["stroke": theme.grid]) { svg in
      for y in plot.y.ticks.compactMap(plot.verticalPlace) {
        svg.add("line", ["x1": left, "y1": y, "x2": right, "y2": y])
      }
    }
    svg.group(["stroke": theme.axis]) { svg in
      svg.add("line", ["x1": left, "y1": bottom, "x2": right, "y2": bottom])
      for x in plot.x.ticks.compactMap(plot.horizontalPlace) {
        svg.add("line", ["x1": x, "y1": bottom, "x2": x, "y2": bottom + 5])
      }
    }
    svg.group(["font-size": 12, "fill": theme.faintText]) { svg in
      for tick in plot.y.ticks {
        guard let y = plot.verticalPlace(tick) else { continue }
        svg.add("text", ["x": left - 8, "y": y + 4, "text-anchor": "end"], text: Axis.label(tick))
      }
      for tick in plot.x.ticks {
        guard let x = plot.horizontalPlace(tick) else { continue }
        svg.add("text", ["x": x, "y": bottom + 20, "text-anchor": "middle"], text: Axis.label(tick))
      }
    }
    svg.group(["font-size": 13, "fill": theme.text, "text-anchor": "middle"]) { svg in
      svg.add("text", ["x": (left + right) / 2, "y": bottom + 42], text: xLabel)
      let (x, y) = (24.0, (top + bottom) / 2)
      let rotation = "rotate(-90 \(SVG.text(x)) \(SVG.text(y)))"
      svg.add("text", ["x": x, "y": y, "transform": rotation], text: yLabel)
    }
  }

  private func addCurve(_ curve: Curve, in plot: Plot, to svg: inout SVG, color: String) {
    let places = curve.points.map { point -> String? in
      guard let x = plot.horizontalPlace(point.x), let y = plot.verticalPlace(point.y) else { return nil }
      return "\(SVG.text(x)),\(SVG.text(y))"
    }
    svg.group(["fill": "none", "stroke": color, "stroke-width": 2, "stroke-linejoin": "round"]) { svg in
      for part in places.split(separator: nil) {
        svg.add("polyline", ["points": part.compactMap(\.self).joined(separator: " ")])
      }
    }
  }
}

/// The rectangle that holds the curves, and what its sides stand for.
private struct Plot {
  let left: Double
  let top: Double
  let right: Double
  let bottom: Double
  let x: Axis
  let y: Axis

  func horizontalPlace(_ number: Double) -> Double? { x.position(number).map { left + $0 * (right - left) } }

  func verticalPlace(_ number: Double) -> Double? { y.position(number).map { bottom - $0 * (bottom - top) } }
}
