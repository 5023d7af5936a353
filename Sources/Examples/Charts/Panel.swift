/// A pair of axes with curves.
package struct Panel: Sendable {
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

  package var xLabel: String
  /// What the x axis shows, if not just what the curves need.
  package var xRange: ClosedRange<Double>?
  /// Whether nothing but whole numbers may stand at the x axis.
  package var xTicksAreWhole: Bool
  package var yLabel: String
  package var yScale: Scale
  /// What the y axis has to show, if not all of the curves; it ends at the ticks around this range.
  package var yRange: ClosedRange<Double>?
  package var curves: [Curve]

  package init(
    xLabel: String,
    xRange: ClosedRange<Double>? = nil,
    xTicksAreWhole: Bool = false,
    yLabel: String,
    yScale: Scale = .linear,
    yRange: ClosedRange<Double>? = nil,
    curves: [Curve]
  ) {
    self.xLabel = xLabel
    self.xRange = xRange
    self.xTicksAreWhole = xTicksAreWhole
    self.yLabel = yLabel
    self.yScale = yScale
    self.yRange = yRange
    self.curves = curves
  }
}
