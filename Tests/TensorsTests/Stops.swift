import Testing

/// Expects that a program stopped with a message. Optimised builds print it, too.
func expectStop(
  _ message: String, _ result: ExitTest.Result?, sourceLocation: SourceLocation = #_sourceLocation
) {
  let output = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
  #expect(output.contains("Fatal error: \(message)\n"), sourceLocation: sourceLocation)
}
