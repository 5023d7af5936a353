// Draws the losses and their derivatives for the documentation, as this library computes them, and how fast they are.

import Charts
import ExampleTools
import Foundation
import Losses

let usage = """
  Draws each loss and its derivative, as SVG.

  USAGE: swift run PlotLosses --output FOLDER
         swift run PlotLosses --sweep FILE --output NAME.svg

  The second form draws how fast losses of random shapes are, from a FILE that compare.py has written: one of the
  benchmark's sweeps.

  Writes each picture twice: NAME.svg for light pages and NAME~dark.svg for dark ones.
  """

func plot(to path: String) throws {
  let folder = URL(fileURLWithPath: path, isDirectory: true)
  do {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  } catch {
    throw Failure("the folder '\(path)' cannot be created", exitCode: .cannotCreate)
  }
  let pictures =
    try Picture.regression() + Picture.classification() + Picture.distribution() + Picture.embedding()
    + Picture.contrastive() + Picture.regions() + Picture.boxes()
  for picture in pictures {
    let files = PictureFiles(folder.appendingPathComponent("\(picture.name).svg").path)
    try files.write(light: picture.chart.svg(theme: .light), dark: picture.chart.svg(theme: .dark))
  }
  print("\(pictures.count) pictures, each light and dark, in \(folder.path)")
}

func plotSweep(_ file: String, to path: String) throws {
  let chart = try Sweep(contentsOf: file).chart
  let files = PictureFiles(path)
  try files.write(light: chart.svg(theme: .light), dark: chart.svg(theme: .dark))
  print(files)
}

let arguments = Array(CommandLine.arguments.dropFirst())
do {
  if arguments == ["--help"] || arguments == ["-h"] {
    print(usage)
  } else if arguments.count == 2, arguments[0] == "--output" {
    try plot(to: arguments[1])
  } else if arguments.count == 4, arguments[0] == "--sweep", arguments[2] == "--output",
    arguments[3].hasSuffix(".svg")
  {
    try plotSweep(arguments[1], to: arguments[3])
  } else {
    throw Failure.usage("the arguments are --output FOLDER, or --sweep FILE --output NAME.svg")
  }
} catch {
  Console.fail(with: error)
}
