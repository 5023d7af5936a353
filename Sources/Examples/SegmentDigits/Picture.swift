import Charts

/// A field, and the class that the network finds for each pixel.
struct Segmentation {
  let field: Field
  let classes: [Int]
}

/// A drawing of fields, one below the other: the pixels, their classes, and the predicted classes.
struct Picture {
  private let segmentations: [Segmentation]
  private let theme: Theme
  /// The colours of the digits.
  private let colors: [String]

  private let margin = SVG.pageMargin
  private let top = 124.0
  private let gap = 18.0
  private let cell = 9.0

  init(_ segmentations: [Segmentation], theme: Theme) {
    self.segmentations = segmentations
    self.theme = theme
    colors = theme.curves + [theme.text]
  }

  private var side: Double { Double(Field.side) * cell }
  private var width: Double { 2 * margin + 3 * side + 2 * gap }
  private var height: Double { top + Double(segmentations.count) * (side + gap) - gap + margin }

  func svg() -> String {
    let title = "Finding digits on fields that have not been seen before"
    return SVG.page(width: width, height: height, title: title, theme: theme) { svg in
      addLegend(to: &svg)
      svg.group(["shape-rendering": "crispEdges"]) { svg in
        for (index, segmentation) in segmentations.enumerated() {
          let y = top + Double(index) * (side + gap)
          addPixels(segmentation.field.pixels, x: left(0), y: y, to: &svg)
          addClasses(segmentation.field.labels, x: left(1), y: y, to: &svg)
          addClasses(segmentation.classes, x: left(2), y: y, to: &svg)
        }
      }
    }
  }

  private func left(_ column: Int) -> Double { margin + Double(column) * (side + gap) }

  private func addLegend(to svg: inout SVG) {
    svg.group(["font-size": 12, "fill": theme.text]) { svg in
      svg.add("text", ["x": margin, "y": 66], text: "class of a pixel:")
      for (digit, color) in colors.enumerated() {
        let x = margin + 104 + 40 * Double(digit)
        svg.add("rect", ["x": x, "y": 56, "width": 12, "height": 12, "fill": color])
        svg.add("text", ["x": x + 17, "y": 66], text: "\(digit)")
      }
    }
    svg.group(["font-size": 13, "fill": theme.text, "text-anchor": "middle"]) { svg in
      for (column, name) in ["field", "truth", "prediction"].enumerated() {
        svg.add("text", ["x": left(column) + side / 2, "y": top - 12], text: name)
      }
    }
  }

  private func addPixels(_ pixels: [Float], x: Double, y: Double, to svg: inout SVG) {
    svg.group(["fill": theme.text]) { svg in
      for (index, ink) in pixels.enumerated() {
        let (row, column) = index.quotientAndRemainder(dividingBy: Field.side)
        svg.add(
          "rect",
          [
            "x": x + Double(column) * cell, "y": y + Double(row) * cell, "width": cell, "height": cell,
            "fill-opacity": Double(ink),
          ])
      }
    }
    addFrame(x: x, y: y, to: &svg)
  }

  /// Draws the digits; neighbours of the same class in a row are one rectangle.
  private func addClasses(_ classes: [Int], x: Double, y: Double, to svg: inout SVG) {
    for row in 0..<Field.side {
      let line = classes[row * Field.side..<(row + 1) * Field.side]
      var start = line.startIndex
      while start < line.endIndex {
        let end = line[start...].firstIndex { $0 != line[start] } ?? line.endIndex
        if line[start] > 0 {
          svg.add(
            "rect",
            [
              "x": x + Double(start - line.startIndex) * cell, "y": y + Double(row) * cell,
              "width": Double(end - start) * cell, "height": cell, "fill": colors[line[start] - 1],
            ])
        }
        start = end
      }
    }
    addFrame(x: x, y: y, to: &svg)
  }

  private func addFrame(x: Double, y: Double, to svg: inout SVG) {
    svg.add("rect", ["x": x, "y": y, "width": side, "height": side, "fill": "none", "stroke": theme.axis])
  }
}
