import RealMath
import Testing

@Suite("Accuracy")
struct AccuracyTests {
  @Test("Float stays within the documented error", arguments: Function.allCases)
  func float(_ function: Function) throws {
    let worst = worstError(of: function, over: try Fixture.shared.get().float(function))
    #expect(worst.error <= function.bounds.float, "at \(worst.argument)")
  }

  @Test("Double stays within the documented error", arguments: Function.allCases)
  func double(_ function: Function) throws {
    let worst = worstError(of: function, over: try Fixture.shared.get().double(function))
    #expect(worst.error <= function.bounds.double, "at \(worst.argument)")
  }

  @Test("expNonPositive is decent relative to its result, too")
  func relativeErrorOfExpNonPositive() throws {
    for row in try Fixture.shared.get().float(.expNonPositive) where row.argument > -10 {
      #expect(ulps(expNonPositive(row.argument), row) < 9, "at \(row.argument)")
    }
    for row in try Fixture.shared.get().double(.expNonPositive) where row.argument > -10 {
      #expect(ulps(expNonPositive(row.argument), row) < 11, "at \(row.argument)")
    }
  }
}

private func worstError<S: RealScalar>(
  of function: Function,
  over rows: [Fixture.Row<S>]
) -> (error: Double, argument: S) {
  var worst = (error: -1.0, argument: S.nan)
  for row in rows {
    let ulp = function == .expNonPositive ? Double(row.rounded.ulp / S.ulpOfOne) : 1
    let error = ulps(function(row.argument), row) * ulp
    // Written so that an error that is NaN is the worst.
    if !(error <= worst.error) { worst = (error, row.argument) }
  }
  return worst
}

/// By how many ulps the result differs from the exact one.
private func ulps<S: RealScalar>(_ result: S, _ row: Fixture.Row<S>) -> Double {
  (Double((result - row.rounded) / row.rounded.ulp) - row.excess).magnitude
}
