import Charts
import Losses

/// A chart of related losses: their values on the left, their derivatives on the right.
struct Picture {
  /// The name of the picture's files, without suffix.
  let name: String
  let title: String
  let subtitle: String
  /// The label of the horizontal axis.
  let variable: String
  /// The range of the horizontal axis. By default it is that of the curves.
  var range: ClosedRange<Double>? = nil
  let values: ClosedRange<Double>
  let derivatives: ClosedRange<Double>
  let curves: [Curve]

  var chart: Chart {
    func panel(_ label: String, _ range: ClosedRange<Double>, _ numbers: (Curve) -> [Double]) -> ChartPanel {
      let lines = curves.map { curve in
        ChartPanel.Curve(name: curve.name, points: zip(curve.x, numbers(curve)).map { .init(x: $0, y: $1) })
      }
      return ChartPanel(xLabel: variable, xRange: self.range, yLabel: label, yRange: range, curves: lines)
    }
    return Chart(
      title: title, subtitle: subtitle,
      panels: [panel("loss", values, \.values), panel("derivative", derivatives, \.derivatives)],
      height: 360)
  }
}

/// The values and derivatives of a loss at some points.
struct Curve {
  let name: String
  let x: [Double]
  let values: [Double]
  let derivatives: [Double]

  /// Creates a curve from a function that returns the value and the derivative at each point.
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

  /// Creates a curve from a function that returns the value and the derivative at one point.
  init(
    _ name: String, over x: Tensor<Double>,
    each loss: (Double) throws -> (value: Double, derivative: Double)
  ) rethrows {
    let results = try x.scalars.map(loss)
    self.name = name
    self.x = x.scalars
    values = results.map(\.value)
    derivatives = results.map(\.derivative)
  }

  /// Creates the curve of a loss that has a value for each point.
  ///
  /// - Parameter derivative: The derivative at each point, given the gradient of the loss.
  init<Loss: Evaluation>(
    _ name: String, over x: Tensor<Double>, _ loss: Loss, derivative: (Loss.Gradient) -> Tensor<Double>
  ) where Loss.Scalar == Double {
    self.init(name, over: x) { _ in
      let (values, gradient) = loss.valueWithGradient()
      return (values, derivative(gradient))
    }
  }

  /// Creates the curve of a loss with reduction `.none`.
  ///
  /// - Parameter loss: Calls the loss with the points as its input.
  init<Loss: Evaluation>(
    _ name: String, over x: Tensor<Double>, _ loss: (Tensor<Double>) throws -> Loss
  ) rethrows where Loss.Scalar == Double, Loss.Gradient == Tensor<Double> {
    try self.init(name, over: x) { x in try loss(x).valueWithGradient() }
  }

  /// Creates the curve of an elementwise loss with reduction `.none` and the same target everywhere.
  init(_ name: String, _ loss: some ElementwiseLoss, target: Double, over x: Tensor<Double>) throws {
    try self.init(name, over: x) { x in try loss(x, target: Tensor(target).broadcast(to: x.shape)) }
  }
}

/// Evenly spaced points, close enough together for a smooth curve. They include the ends of the range and, where these
/// are multiples of 1/4096 of it, the kinks of a loss.
func points(_ range: ClosedRange<Double>) -> Tensor<Double> {
  let count = 4096
  let step = (range.upperBound - range.lowerBound) / Double(count)
  return Tensor((0...count).map { range.lowerBound + Double($0) * step })
}
