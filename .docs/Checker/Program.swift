/// Samples as Swift source: an enumeration with a function `run()`.
///
/// A sample may use and shadow declarations of those before it, so each begins a scope within that of the one before.
/// Types become members of the enumeration, since not all can be declared in a function.
struct Program {
  let name: String
  private var imports: [String] = []
  private var types: [String] = []
  private var statements: [String] = []
  private var openScopes = 0

  /// - Parameters:
  ///   - name: The name of the enumeration; characters that an identifier cannot have are replaced.
  ///   - given: Statements whose declarations all samples may use.
  init(name: String, given: [String] = []) {
    self.name = String(name.map { $0.isLetter || $0.isNumber ? $0 : "_" })
    statements = given
  }

  /// Adds a sample.
  mutating func add(_ lines: [String]) {
    statements.append("do {")
    openScopes += 1
    var isInType = false
    for line in lines {
      if line.hasPrefix("import ") {
        if !imports.contains(line) { imports.append(line) }
      } else if isInType || Self.beginsType(line) {
        isInType = !line.hasPrefix("}")
        types.append(line)
      } else {
        statements.append(line)
      }
    }
  }

  /// Closes all scopes, so that the next sample does not see those before it.
  mutating func forget() {
    statements += Array(repeating: "}", count: openScopes)
    openScopes = 0
  }

  var text: String {
    var program = self
    program.forget()
    return """
      \(imports.joined(separator: "\n"))

      enum \(name) {
      \(types.joined(separator: "\n"))

      static func run() throws {
      \(program.statements.joined(separator: "\n"))
      }
      }

      """
  }

  private static func beginsType(_ line: String) -> Bool {
    guard line.hasSuffix("{") else { return false }
    let words = line.split(separator: " ").drop { $0 == "public" || $0 == "final" }
    return ["struct", "enum", "class", "protocol", "extension"].contains(words.first)
  }
}

extension Program {
  enum Comparison {
    /// The output equals the expected text.
    case exact
    /// Spaces are ignored, and the expected text may continue with a comma or colon after the value.
    case value
  }

  /// A statement that compares the output since the last such statement.
  static func expectation(_ text: String, _ comparison: Comparison, at place: String) -> String {
    "expect(\(literal(text)), .\(comparison), at: \(literal(place)))"
  }

  /// The text as a raw string literal, in which backslashes and quotes have no meaning.
  private static func literal(_ text: String) -> String { "##\"\"\"\n\(text)\n\"\"\"##" }
}
