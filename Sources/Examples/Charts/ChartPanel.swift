/// Curves, or sets of points, over one pair of axes.
package struct ChartPanel: Sendable {
  /// How the points of a curve are drawn.
  package enum Mark: Sendable {
    case line
    case dots
  }

  package struct Point: Hashable, Sendable {
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

  package var mark: Mark
  package var xLabel: String
  package var xScale: Scale
  /// The range of the x axis. By default it is that of the curves.
  package var xRange: ClosedRange<Double>?
  /// Whether the ticks of the x axis must be whole numbers.
  package var xTicksAreWhole: Bool
  package var yLabel: String
  package var yScale: Scale
  /// The range that the y axis must cover; it is extended to the nearest ticks. By default it is that of the curves.
  package var yRange: ClosedRange<Double>?
  package var curves: [Curve]

  package init(
    mark: Mark = .line,
    xLabel: String,
    xScale: Scale = .linear,
    xRange: ClosedRange<Double>? = nil,
    xTicksAreWhole: Bool = false,
    yLabel: String,
    yScale: Scale = .linear,
    yRange: ClosedRange<Double>? = nil,
    curves: [Curve]
  ) {
    self.mark = mark
    self.xLabel = xLabel
    self.xScale = xScale
    self.xRange = xRange
    self.xTicksAreWhole = xTicksAreWhole
    self.yLabel = yLabel
    self.yScale = yScale
    self.yRange = yRange
    self.curves = curves
  }
}
