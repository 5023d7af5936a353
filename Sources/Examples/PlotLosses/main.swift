// Draws the losses and their derivatives for the documentation, as this library computes them.

import Charts
import ExampleTools
import Foundation
import Losses

let usage = """
  Draws each loss and its derivative, as SVG.

  USAGE: swift run PlotLosses --output FOLDER

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

let arguments = Array(CommandLine.arguments.dropFirst())
do {
  if arguments == ["--help"] || arguments == ["-h"] {
    print(usage)
  } else if arguments.count == 2, arguments[0] == "--output" {
    try plot(to: arguments[1])
  } else {
    throw Failure.usage("the only argument is --output FOLDER")
  }
} catch {
  Console.fail(with: error)
}
