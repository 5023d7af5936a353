import Foundation

/// A panel laid out at its position in a chart.
struct Plot {
  static let dotRadius = 3.5

  private let panel: ChartPanel
  /// The left side of the panel. The next four are the sides of the rectangle that holds the curves.
  private let panelLeft: Double
  private let left: Double
  private let right: Double
  private let top: Double
  private let bottom: Double
  private let x: Axis
  private let y: Axis

  /// Lays out a panel in the given rectangle, which includes the axes and their labels.
  init(_ panel: ChartPanel, left: Double, right: Double, top: Double, bottom: Double) {
    self.panel = panel
    let points = panel.curves.flatMap(\.points)
    let heights = panel.yRange.map { [$0.lowerBound, $0.upperBound] } ?? points.map(\.y)
    y = Axis(heights, scale: panel.yScale, tickCount: 6)
    let labelLength = y.ticks.map { label($0).count }.max() ?? 0
    panelLeft = left
    self.left = left + 48 + 8 * Double(labelLength)
    self.right = right - 28
    self.top = top
    self.bottom = bottom - 56
    let xs = panel.xRange.map { [$0.lowerBound, $0.upperBound] } ?? points.map(\.x)
    let width = self.right - self.left
    x =
      switch panel.xScale {
      case .linear:
        Axis(tightly: xs, tickCount: max(1, Int(width / 40)), ticksAreWhole: panel.xTicksAreWhole)
      case .logarithmic:
        Axis(xs, scale: .logarithmic, tickCount: max(1, Int(width / 60)))
      }
  }

  func add(to svg: inout SVG, theme: Theme) {
    addLines(to: &svg, theme: theme)
    addLabels(to: &svg, theme: theme)
    // A nested drawing clips the curves. It is wider by half a stroke or dot, for curves along a side.
    let margin = panel.mark == .line ? 1 : Self.dotRadius
    let (x, y) = (left - margin, top - margin)
    let (width, height) = (right - left + 2 * margin, bottom - top + 2 * margin)
    svg.group(
      [
        "x": x, "y": y, "width": width, "height": height,
        "viewBox": [x, y, width, height].map(SVG.text).joined(separator: " "),
        "fill": "none", "stroke-width": 2, "stroke-linejoin": "round",
      ],
      as: "svg"
    ) { svg in
      for index in panel.curves.indices {
        let color = theme.color(ofCurve: index)
        switch panel.mark {
        case .line: addLine(ofCurve: index, color: color, to: &svg)
        case .dots: addDots(ofCurve: index, color: color, to: &svg)
        }
      }
    }
  }

  private func addLine(ofCurve index: Int, color: String, to svg: inout SVG) {
    for stretch in stretches(ofCurve: index) {
      let points = simplified(stretch.points[...]).map { "\(SVG.text($0.x)),\(SVG.text($0.y))" }
      svg.add(
        "polyline",
        ["stroke": color, "stroke-dasharray": stretch.dashes, "points": points.joined(separator: " ")])
    }
  }

  private func addDots(ofCurve index: Int, color: String, to svg: inout SVG) {
    svg.group(["fill": color, "stroke": "none"]) { svg in
      for place in panel.curves[index].points.compactMap(place) {
        svg.add("circle", ["cx": place.x, "cy": place.y, "r": Self.dotRadius])
      }
    }
  }

  private struct Stretch {
    /// The number of the curves before it that this part of a curve lies on.
    var covered: Int
    var points: [ChartPanel.Point]

    /// The lengths of dashes and gaps, in which the curves below are seen; `nil` for a solid line.
    var dashes: String? { covered == 0 ? nil : covered == 1 ? "9 9" : covered == 2 ? "4.5 13.5" : "2 16" }
  }

  /// The parts of a curve that lie on as many others, and have no gap.
  private func stretches(ofCurve index: Int) -> [Stretch] {
    let places = panel.curves[index].points.map(place)
    let covered = segmentsCovered(by: places, of: panel.curves[..<index].map { $0.points.map(place) })
    var stretches: [Stretch] = []
    var isContinued = false
    for (segment, (start, end)) in zip(places, places.dropFirst()).enumerated() {
      guard let start, let end else {
        isContinued = false
        continue
      }
      if isContinued, stretches[stretches.count - 1].covered == covered[segment] {
        stretches[stretches.count - 1].points.append(end)
      } else {
        stretches.append(Stretch(covered: covered[segment], points: [start, end]))
      }
      isContinued = true
    }
    return stretches
  }

  /// Returns how many other curves each segment of a curve lies on. Curves that only cross do not count.
  private func segmentsCovered(by places: [ChartPanel.Point?], of others: [[ChartPanel.Point?]]) -> [Int] {
    func lies(_ position: Int, on other: [ChartPanel.Point?]) -> Bool {
      guard position < other.count, let place = places[position], let otherPlace = other[position] else {
        return false
      }
      return abs(place.x - otherPlace.x) < 0.01 && abs(place.y - otherPlace.y) < 1
    }
    var covered = places.indices.dropLast().map { segment in
      others.count { lies(segment, on: $0) && lies(segment + 1, on: $0) }
    }
    // Too short for dashes.
    var start = 0
    for end in covered.indices.dropFirst() where covered[end] != covered[start] {
      if length(places[start...end]) < 27 { for segment in start..<end { covered[segment] = 0 } }
      start = end
    }
    return covered
  }

  private func length(_ places: ArraySlice<ChartPanel.Point?>) -> Double {
    zip(places, places.dropFirst()).reduce(0) { sum, segment in
      guard let start = segment.0, let end = segment.1 else { return sum }
      return sum + hypot(end.x - start.x, end.y - start.y)
    }
  }

  private func addLines(to svg: inout SVG, theme: Theme) {
    svg.group(["stroke": theme.grid]) { svg in
      for y in y.ticks.compactMap(verticalPlace) {
        svg.add("line", ["x1": left, "y1": y, "x2": right, "y2": y])
      }
    }
    svg.group(["stroke": theme.axis]) { svg in
      svg.add("line", ["x1": left, "y1": bottom, "x2": right, "y2": bottom])
      for x in x.ticks.compactMap(horizontalPlace) {
        svg.add("line", ["x1": x, "y1": bottom, "x2": x, "y2": bottom + 5])
      }
    }
  }

  private func addLabels(to svg: inout SVG, theme: Theme) {
    svg.group(["font-size": 12, "fill": theme.faintText, "text-anchor": "end"]) { svg in
      for tick in y.ticks {
        guard let y = verticalPlace(tick) else { continue }
        svg.add("text", ["x": left - 8, "y": y + 4], text: label(tick))
      }
    }
    svg.group(["font-size": 12, "fill": theme.faintText, "text-anchor": "middle"]) { svg in
      for tick in x.ticks {
        guard let x = horizontalPlace(tick) else { continue }
        svg.add("text", ["x": x, "y": bottom + 20], text: label(tick))
      }
    }
    svg.group(["font-size": 13, "fill": theme.text, "text-anchor": "middle"]) { svg in
      svg.add("text", ["x": (left + right) / 2, "y": bottom + 42], text: panel.xLabel)
      let (x, y) = (panelLeft + 24, (top + bottom) / 2)
      let rotation = "rotate(-90 \(SVG.text(x)) \(SVG.text(y)))"
      svg.add("text", ["x": x, "y": y, "transform": rotation], text: panel.yLabel)
    }
  }

  /// The position of a point. Points far above or below are moved closer, since some viewers fail on large coordinates.
  private func place(_ point: ChartPanel.Point) -> ChartPanel.Point? {
    guard let x = horizontalPlace(point.x), let y = verticalPlace(point.y) else { return nil }
    let height = bottom - top
    return ChartPanel.Point(x: x, y: min(max(y, top - height), bottom + height))
  }

  private func horizontalPlace(_ number: Double) -> Double? {
    x.position(number).map { left + $0 * (right - left) }
  }

  private func verticalPlace(_ number: Double) -> Double? {
    y.position(number).map { bottom - $0 * (bottom - top) }
  }
}
