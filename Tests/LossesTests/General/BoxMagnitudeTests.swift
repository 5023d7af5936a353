import LossRegistry
import Losses
import Testing

/// Boxes so small or large that `Double` does not hold their areas, or the squares of their sides. The expected values
/// are the formulas', and their difference quotients', computed by mpmath with 1000 digits.
struct BoxMagnitudeTests {
  private static let box: Tensor<Double> = [0.25, 0.125, 2, 3]
  private static let other: Tensor<Double> = [1, 0.5, 4, 1]

  /// - Parameter factor: What the derivatives are multiplied by before they are compared.
  private func expect(
    _ evaluation: some Evaluation<Double, Tensor<Double>, InputTargetGradient<Double>>, value: Double,
    gradients: [Double], times factor: Double, _ comment: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    expectClose(evaluation.value(), Tensor(value), ulps: 8, comment, sourceLocation: sourceLocation)
    let found = evaluation.gradients()
    for (tensor, expected) in [(found.input, gradients[..<4]), (found.target, gradients[4...])] {
      expectClose(
        tensor.map { $0 * factor }, Tensor(Array(expected)), ulps: 32, comment, sourceLocation: sourceLocation
      )
    }
  }

  /// Without eps the loss does not depend on the scale, by whose reciprocal the gradient is multiplied.
  @Test(arguments: [-1020, -560, -401, -399, -120, 0, 49, 51, 499, 501, 531, 1020])
  func withoutEps(exponent: Int) throws {
    let factor = Double(sign: .plus, exponent: exponent, significand: 1)
    let (box, other) = (Self.box * factor, Self.other * factor)
    try expect(
      GeneralizedIoULoss(eps: 0)(box, target: other), value: 1.3576781557407825,
      gradients: [
        0.077970083300229309, -0.056316466833844877, -0.27054623779414757, 0.056316466833844877,
        0.082901554404145078, 0.32381968429460805, 0.10967460008977318, -0.32381968429460805,
      ], times: factor, "generalized, 2^\(exponent)")
    try expect(
      DistanceIoULoss(eps: 0)(box, target: other), value: 1.0313391733775204,
      gradients: [
        -0.062725992424539256, 0.041754331846712273, -0.1118379082640211, 0.031023834703322716,
        0.14448307994648238, 0.10192335464277896, 0.030080820742077982, -0.17470152119281395,
      ], times: factor, "distance, 2^\(exponent)")
    try expect(
      CompleteIoULoss(eps: 0)(box, target: other), value: 1.1048337723047668,
      gradients: [
        -0.019290628744207029, 0.015315414823901353, -0.15527327194435333, 0.057462751726133637,
        0.1352320110075162, 0.15742976827657601, 0.039331889681044158, -0.230207934826611,
      ], times: factor, "complete, 2^\(exponent)")
  }

  /// Beside eps the areas of such boxes are nothing. Their derivatives and their shapes are something.
  @Test func tinyBoxesWithEps() throws {
    let (box, other) = (Self.box * 0x1p-560, Self.other * 0x1p-560)
    try expect(
      GeneralizedIoULoss()(box, target: other), value: 1,
      gradients: [0, -2e7, -2.875e7, 2e7, 5e6, 3e7, 2.375e7, -3e7], times: 0x1p560, "generalized")
    try expect(
      DistanceIoULoss()(box, target: other), value: 1,
      gradients: [-1.375e7, 8.125e6, -1.875e7, 8.125e6, 1.875e7, 1.875e6, 1.375e7, -1.8125e7], times: 0x1p560,
      "distance")
    try expect(
      CompleteIoULoss()(box, target: other), value: 1.0688040361925954,
      gradients: [
        0.040663237548360773, -0.024751535899002209, -0.040663237548360773, 0.024751535899002209,
        -0.0086606484202589777, 0.051963890521553867, 0.0086606484202589777, -0.051963890521553867,
      ], times: 0x1p-560, "complete")
    let (wide, high): (Tensor<Double>, Tensor<Double>) = ([0, 0, 4, 2], [0, 0, 2, 4])
    let smallest = try CompleteIoULoss()(
      wide * .leastNonzeroMagnitude, target: high * .leastNonzeroMagnitude)
    // v is (2/π · arctan ¾)².
    expectClose(smallest.value(), Tensor(1.0241179044488373), ulps: 8)
  }

  /// The shape of a tiny box beside one that is not.
  @Test func boxesOfDifferentSize() throws {
    let loss = try CompleteIoULoss()(Self.box * 0x1p-560, target: Self.other)
    expectClose(loss.value(), Tensor(1.469539327952976), ulps: 8)
    let gradients = loss.gradients()
    expectClose(
      gradients.input,
      [1.5346153057910597e+167, -9.3411366439455806e+166, -1.5346153057910597e+167, 9.3411366439455806e+166],
      ulps: 32)
    expectClose(
      gradients.target,
      [0.13839817424410089, 0.096081537320861826, -0.032861841575670204, -0.054991571887318168], ulps: 32)
    // A line that is tiny, though its place is not.
    try expect(
      CompleteIoULoss()([0, 1, 1e-200, 1] as Tensor<Double>, target: [5, 5, 7, 6]), value: 1.7671173550524319,
      gradients: [
        0.0627282685302450009, 3.01186539473527856e198, -0.0810810809715120527, -3.01186539473527856e198,
        0.0871048117609826097, 0.0487633491496929256, -0.0687519993197155579, -0.0298626916222513134,
      ], times: 1, "line")
    let huge = try CompleteIoULoss(eps: 0)(Self.box * 0x1p-560, target: Self.other * 0x1p600)
    expectClose(huge.value(), Tensor(1.4695393356071241), ulps: 8)
  }
}
