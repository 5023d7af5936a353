// Draws the losses and their derivatives for the documentation, as this library computes them.

import Charts
import Foundation
import Losses

let usage = """
  Draws each loss and its derivative, as SVG.

  USAGE: swift run PlotLosses --output FOLDER

  Writes each picture twice: NAME.svg for light pages and NAME~dark.svg for dark ones.
  """

let arguments = Array(CommandLine.arguments.dropFirst())
guard arguments.count == 2, arguments[0] == "--output" else {
  print(usage)
  exit(arguments == ["--help"] ? 0 : 64)
}
let folder = URL(fileURLWithPath: arguments[1], isDirectory: true)
try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)

let pictures =
  try Picture.regression() + Picture.classification() + Picture.distribution() + Picture.embedding()
  + Picture.contrastive() + Picture.regions() + Picture.boxes()
for picture in pictures {
  for (suffix, theme) in [("", Theme.light), ("~dark", .dark)] {
    let file = folder.appendingPathComponent("\(picture.name)\(suffix).svg")
    try Data(picture.chart.svg(theme: theme).utf8).write(to: file)
  }
}
print("\(pictures.count) pictures, each light and dark, in \(folder.path)")
