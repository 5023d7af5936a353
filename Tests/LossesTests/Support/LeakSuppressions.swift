/// What the leak detector of the address sanitizer is to pass over: XCTest, which is started though it has no tests here,
/// and frees not all of its own. The sanitizer asks for this function by its name.
@_cdecl("__lsan_default_suppressions")
public func leakSuppressions() -> UnsafePointer<CChar> {
  let patterns: StaticString = "leak:XCTest"
  return unsafe UnsafeRawPointer(patterns.utf8Start).assumingMemoryBound(to: CChar.self)
}
