// Finds undocumented symbols, and turns the code samples of the documentation into a program that fails if one of them
// does not print what the documentation says.

import Foundation

let usage = """
  USAGE: checker PACKAGE FILE...

  The files are pages (.md) and symbol graphs (.symbols.json). Their samples become source files of the package's target
  Samples; samples of package manifests go to its folder Manifests. Public symbols without documentation are errors, and
  so are types of Losses that its landing page does not list, and losses that the README or *Coming from PyTorch* does not.
  """

let arguments = CommandLine.arguments.dropFirst().map { URL(fileURLWithPath: $0) }
guard let package = arguments.first, arguments.count > 1 else {
  print(usage)
  exit(64)
}

func write(_ text: String, to path: String) throws {
  let file = package.appendingPathComponent(path)
  try FileManager.default.createDirectory(
    at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
  try Data(text.utf8).write(to: file)
}

var undocumented: [String] = []
var unlisted: [String] = []
var programs: [Program] = []
var pages: [String: String] = [:]
for file in arguments.dropFirst() {
  if file.pathExtension == "md" {
    let text = try String(contentsOf: file, encoding: .utf8)
    pages[file.lastPathComponent] = text
    let page = Page(text, name: file.lastPathComponent)
    programs.append(page.program)
    for (index, manifest) in page.manifests.enumerated() {
      try write(manifest, to: "Manifests/\(page.program.name)-\(index + 1)/Package.swift")
    }
  } else {
    let graph = try JSONDecoder().decode(SymbolGraph.self, from: Data(contentsOf: file))
    undocumented += graph.undocumented
    if graph.module.name == "Losses" {
      unlisted += graph.topLevelTypes.filter { pages["Losses.md"]?.contains("- ``\($0)``") == false }
        .map { "Losses.md does not list \($0)" }
      for page in ["README.md", "ComingFromPyTorch.md"] {
        unlisted += graph.losses.filter { pages[page]?.contains("`\($0)`") == false }
          .map { "\(page) does not list \($0)" }
      }
    }
    programs.append(graph.program)
  }
}

for program in programs { try write(program.text, to: "Sources/Samples/\(program.name).swift") }
let runs = programs.map { "try \($0.name).run()\n" }.joined()
try write(runs + "finish()\n", to: "Sources/Samples/main.swift")

for symbol in undocumented { print("error: \(symbol) is not documented") }
for omission in unlisted { print("error: \(omission)") }
exit(undocumented.isEmpty && unlisted.isEmpty ? 0 : 1)
