/// What the leak detector of the address sanitizer ignores: XCTest, which starts although it has no tests here, and
/// does not free all of its memory. The sanitizer looks this function up by name.
@_cdecl("__lsan_default_suppressions")
public func leakSuppressions() -> UnsafePointer<CChar> {
  let patterns: StaticString = "leak:XCTest"
  return unsafe UnsafeRawPointer(patterns.utf8Start).assumingMemoryBound(to: CChar.self)
}
