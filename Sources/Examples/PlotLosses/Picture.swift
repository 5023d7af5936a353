import Charts
import Losses

/// Some losses of one kind, drawn: their values on the left, their derivatives on the right.
struct Picture {
  /// The name of its files.
  let name: String
  let title: String
  let subtitle: String
  /// What the losses are drawn over.
  let variable: String
  /// What the axis of the variable shows, if not just the curves.
  var range: ClosedRange<Double>? = nil
  let values: ClosedRange<Double>
  let derivatives: ClosedRange<Double>
  let curves: [Curve]

  var chart: LineChart {
    func panel(_ label: String, _ range: ClosedRange<Double>, _ numbers: (Curve) -> [Double]) -> Panel {
      let lines = curves.map { curve in
        Panel.Curve(name: curve.name, points: zip(curve.x, numbers(curve)).map { .init(x: $0, y: $1) })
      }
      return Panel(xLabel: variable, xRange: self.range, yLabel: label, yRange: range, curves: lines)
    }
    return LineChart(
      title: title, subtitle: subtitle,
      panels: [panel("loss", values, \.values), panel("derivative", derivatives, \.derivatives)],
      height: 360)
  }
}

/// A loss at each of some points, with its derivative there.
struct Curve {
  let name: String
  let x: [Double]
  let values: [Double]
  let derivatives: [Double]

  /// - Parameter loss: Gives the value at each point, and the derivative.
  init(
    _ name: String, over x: Tensor<Double>,
    _ loss: (Tensor<Double>) throws -> (value: Tensor<Double>, gradient: Tensor<Double>)
  ) rethrows {
    self.name = name
    self.x = x.scalars
    let (values, derivatives) = try loss(x)
    self.values = values.scalars
    self.derivatives = derivatives.scalars
  }

  /// A loss that reduces nothing, with the same target everywhere.
  init(_ name: String, _ loss: some ElementwiseLoss, target: Double, over x: Tensor<Double>) throws {
    try self.init(name, over: x) { x in
      try loss.valueWithGradient(x, target: Tensor(target).broadcast(to: x.shape))
    }
  }
}

/// Enough points of a range for the eye. Ends and kinks are among them where they are halves of halves of the range.
func points(_ range: ClosedRange<Double>) -> Tensor<Double> {
  let count = 4096
  let step = (range.upperBound - range.lowerBound) / Double(count)
  return Tensor((0...count).map { range.lowerBound + Double($0) * step })
}
