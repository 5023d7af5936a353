/// The samples of a page in Markdown.
///
/// A fence of `swift` is a sample. A fence of `text` right after it is the sample's output; without one the sample prints
/// nothing.
struct Page {
  private(set) var program: Program
  /// Samples that are package manifests.
  private(set) var manifests: [String] = []

  init(_ markdown: String, name: String) {
    program = Program(name: name)
    let fences = Self.fences(in: markdown)
    for (index, fence) in fences.enumerated() where fence.language == "swift" {
      if fence.lines.contains("import PackageDescription") {
        manifests.append(fence.lines.joined(separator: "\n") + "\n")
        continue
      }
      let next = fences.indices.contains(index + 1) ? fences[index + 1] : nil
      let output = next.flatMap { $0.language == "text" && $0.follows ? $0.lines : nil } ?? []
      let place = "\(name):\(fence.firstLine)"
      program.add(fence.lines + [Program.expectation(output.joined(separator: "\n"), .exact, at: place)])
    }
  }

  private struct Fence {
    let language: Substring
    /// Counted from 1.
    let firstLine: Int
    /// Whether only blank lines separate this one from the one before.
    let follows: Bool
    var lines: [String] = []
  }

  private static func fences(in markdown: String) -> [Fence] {
    var fences: [Fence] = []
    var isOpen = false
    var isTextBetween = true
    for (index, line) in markdown.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      if line.hasPrefix("```") {
        isOpen.toggle()
        if isOpen {
          fences.append(Fence(language: line.dropFirst(3), firstLine: index + 2, follows: !isTextBetween))
        }
        isTextBetween = false
      } else if isOpen {
        fences[fences.count - 1].lines.append(String(line))
      } else if !line.isEmpty {
        isTextBetween = true
      }
    }
    return fences
  }
}
