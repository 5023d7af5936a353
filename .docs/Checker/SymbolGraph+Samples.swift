import Foundation

extension SymbolGraph {
  /// The samples in the comments, which are independent of each other.
  var program: Program {
    var program = Program(name: "\(module.name)Symbols", given: Self.given)
    program.add(["import Losses", "import RealMath"])
    var seen: Set<[String]> = []
    for symbol in symbols where symbol.docComment?.module == module.name {
      let comment = symbol.docComment?.lines.map(\.text) ?? []
      // Symbols that inherit a comment repeat its samples.
      for sample in Self.samples(in: comment) where seen.insert(sample).inserted {
        program.forget()
        program.add(sample.flatMap { Self.statements($0, at: symbol.name) })
      }
    }
    return program
  }

  /// Declarations that samples in comments may use.
  private static var given: [String] {
    [
      "var generator = SystemRandomNumberGenerator()",
      "let loss = MSELoss()",
      "let (input, target) = (Tensor<Float>.zeros([3]), Tensor<Float>.ones([3]))",
      "let logits = Tensor<Float>.zeros([4, 10])",
      "let labels: Tensor<Int> = [7, 2, 1, 12]",
      "let tensor = Tensor<Float>.zeros([3, 4, 5])",
    ]
  }

  /// Indented code blocks of Markdown: lines indented by four columns, after a blank line.
  private static func samples(in comment: [String]) -> [[String]] {
    let indentation = "    "
    var samples: [[String]] = []
    var (isOpen, isBehindBlank) = (false, true)
    for line in comment {
      let isBlank = line.allSatisfy(\.isWhitespace)
      if isBlank {
        if isOpen { samples[samples.count - 1].append("") }
      } else if line.hasPrefix(indentation), isOpen || isBehindBlank {
        if !isOpen { samples.append([]) }
        isOpen = true
        samples[samples.count - 1].append(String(line.dropFirst(indentation.count)))
      } else {
        isOpen = false
      }
      isBehindBlank = isBlank
    }
    return samples
  }

  /// A line of a sample, with a comparison of its value with the one in the trailing comment, if there is one.
  private static func statements(_ line: String, at place: String) -> [String] {
    guard let slashes = line.range(of: "  // ") else { return [line] }
    let code = line[..<slashes.lowerBound].trimmingCharacters(in: .whitespaces)
    let comment = String(line[slashes.upperBound...])
    let expectation = Program.expectation(comment, .value, at: place)
    if code.hasPrefix("print(") { return [code, expectation] }
    let isValue = comment.first.map { $0.isNumber || "-[".contains($0) } == true
    guard isValue else { return [line] }
    let words = code.split(separator: " ")
    return words[0] == "let" ? [code, "print(\(words[1]))", expectation] : ["print(\(code))", expectation]
  }
}
