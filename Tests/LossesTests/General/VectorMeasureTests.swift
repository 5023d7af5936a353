import Losses
import Testing

// Only these systems have exit tests.
#if os(macOS) || os(Linux) || os(Windows)
  /// Measures of vectors, called with spans.
  struct VectorMeasureTests {
    @Test func vectorsOfDifferentLengthsStopTheProgram() async {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        let (a, b) = ([1, 2] as [Float], [1, 2, 3] as [Float])
        _ = PairwiseDistance().value(of: a.span, b.span)
      }
      expectMessage("vectors of 2 and 3 elements", result)
    }

    @Test func gradientsOfAnotherLengthStopTheProgram() async {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        let (a, b) = ([1, 2] as [Double], [3, 4] as [Double])
        var da = [0, 0] as [Double]
        var db = [0, 0, 0] as [Double]
        var spanA = da.mutableSpan
        var spanB = db.mutableSpan
        CosineSimilarity().addGradients(of: a.span, b.span, scale: 1, to: &spanA, &spanB)
      }
      expectMessage("vectors of 2 elements with gradients of 2 and 3", result)
    }

    /// Optimised builds print it, too.
    private func expectMessage(_ message: String, _ result: ExitTest.Result?) {
      let output = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
      #expect(output.contains("Fatal error: \(message)\n"))
    }
  }
#endif
