import Charts
import Losses

/// A drawing of a row, the probability of each class at each column, and where the aligner finds the digits.
struct Picture {
  private let reading: Reading
  private let theme: Theme

  /// The side of a pixel, which is the width of a column.
  private let cell: Double
  private let left = 76.0
  private let rowTop = 116.0
  private let classHeight = 17.0
  private let width = 800.0

  init(_ reading: Reading, theme: Theme) {
    self.reading = reading
    self.theme = theme
    cell = min(14, (width - left - 24) / Double(reading.row.width))
  }

  private var right: Double { left + Double(reading.row.width) * cell }
  private var rowBottom: Double { rowTop + Double(Row.height) * cell }
  private var classesTop: Double { rowBottom + 20 }
  private var classesBottom: Double { classesTop + Double(Reader.classes) * classHeight }
  private var height: Double { classesBottom + 84 }

  private var ink: String { theme.text }
  private var probability: String { theme.curves[0] }
  private var alignment: String { theme.curves[1] }
  private var bandOpacity: Double { 0.16 }

  func svg() -> String {
    let title = "Reading a row of digits that has not been seen before"
    return SVG.page(width: width, height: height, title: title, theme: theme) { svg in
      addLegend(to: &svg)
      addAlignmentBands(to: &svg)
      addRow(to: &svg)
      addProbabilities(to: &svg)
      addAlignment(to: &svg)
      addColumns(to: &svg)
    }
  }
}

extension Picture {
  private func addLegend(to svg: inout SVG) {
    func text(_ digits: [Int]) -> String { digits.map(String.init).joined(separator: " ") }
    svg.add(
      "text", ["x": 24, "y": 54, "font-size": 12, "fill": theme.faintText],
      text: "written: \(text(reading.row.digits)), read: \(text(reading.digits))")
    svg.group(["font-size": 12, "fill": theme.text]) { svg in
      for (index, opacity) in [0.1, 0.4, 0.7, 1].enumerated() {
        svg.add(
          "rect",
          [
            "x": 24 + 14 * Double(index), "y": 70, "width": 14, "height": 12, "fill": probability,
            "fill-opacity": opacity,
          ])
      }
      svg.add("text", ["x": 88, "y": 80], text: "probability, from 0 to 1")
      svg.add(
        "rect",
        [
          "x": 250, "y": 69, "width": 14, "height": 14, "fill": alignment, "fill-opacity": bandOpacity,
        ])
      svg.add("text", ["x": 272, "y": 80], text: "columns that the aligner gives to a digit")
      svg.add(
        "rect",
        [
          "x": 541, "y": 70, "width": 12, "height": 12, "fill": "none", "stroke": alignment,
          "stroke-width": 2,
        ])
      svg.add("text", ["x": 562, "y": 80], text: "the class of that digit")
    }
  }

  private func addRow(to svg: inout SVG) {
    svg.group(["fill": ink]) { svg in
      for (index, value) in reading.row.pixels.enumerated() where value > 0 {
        let (column, row) = index.quotientAndRemainder(dividingBy: Row.height)
        svg.add(
          "rect",
          [
            "x": x(column), "y": rowTop + Double(row) * cell, "width": cell, "height": cell,
            "fill-opacity": Double(value),
          ])
      }
    }
    addFrame(top: rowTop, bottom: rowBottom, to: &svg)
  }

  private func addProbabilities(to svg: inout SVG) {
    svg.group(["fill": probability]) { svg in
      for column in 0..<reading.row.width {
        for label in 0..<Reader.classes {
          let opacity = Double(reading.probabilities[column, label])
          // A smaller probability would not be visible.
          guard opacity >= 0.01 else { continue }
          svg.add(
            "rect",
            ["x": x(column), "y": y(label), "width": cell, "height": classHeight, "fill-opacity": opacity])
        }
      }
    }
    addFrame(top: classesTop, bottom: classesBottom, to: &svg)
    svg.group(["font-size": 12, "fill": theme.faintText, "text-anchor": "end"]) { svg in
      for label in 0..<Reader.classes {
        svg.add(
          "text", ["x": left - 10, "y": y(label) + 13], text: label == Reader.blank ? "blank" : "\(label)")
      }
    }
  }

  /// A band over the columns of each digit, from top to bottom.
  private func addAlignmentBands(to svg: inout SVG) {
    svg.group(["fill": alignment, "fill-opacity": bandOpacity]) { svg in
      for frames in reading.alignment?.frames ?? [] {
        svg.add(
          "rect",
          [
            "x": x(frames.lowerBound), "y": rowTop, "width": Double(frames.count) * cell,
            "height": classesBottom + 8 - rowTop,
          ])
      }
    }
  }

  /// A frame around each digit's class at its columns, and the digit itself below.
  private func addAlignment(to svg: inout SVG) {
    let digits = zip(reading.row.digits, reading.alignment?.frames ?? [])
    svg.group(["fill": "none", "stroke": alignment, "stroke-width": 2]) { svg in
      for (digit, frames) in digits {
        let width = Double(frames.count) * cell
        svg.add("rect", ["x": x(frames.lowerBound), "y": y(digit), "width": width, "height": classHeight])
      }
    }
    svg.group(["font-size": 15, "font-weight": "600", "fill": alignment, "text-anchor": "middle"]) { svg in
      for (digit, frames) in digits {
        let middle = (x(frames.lowerBound) + x(frames.upperBound)) / 2
        svg.add("text", ["x": middle, "y": classesBottom + 22], text: "\(digit)")
      }
    }
  }

  private func addColumns(to svg: inout SVG) {
    let top = classesBottom + 32
    svg.group(["stroke": theme.axis]) { svg in
      svg.add("line", ["x1": left, "y1": top, "x2": right, "y2": top])
      for column in columnTicks {
        svg.add("line", ["x1": x(column) + cell / 2, "y1": top, "x2": x(column) + cell / 2, "y2": top + 5])
      }
    }
    svg.group(["font-size": 12, "fill": theme.faintText, "text-anchor": "middle"]) { svg in
      for column in columnTicks {
        svg.add("text", ["x": x(column) + cell / 2, "y": top + 20], text: "\(column)")
      }
    }
    svg.add(
      "text",
      ["x": (left + right) / 2, "y": top + 40, "font-size": 13, "fill": theme.text, "text-anchor": "middle"],
      text: "column")
  }

  private var columnTicks: StrideTo<Int> { stride(from: 0, to: reading.row.width, by: 5) }

  private func addFrame(top: Double, bottom: Double, to svg: inout SVG) {
    svg.add(
      "rect",
      [
        "x": left, "y": top, "width": right - left, "height": bottom - top, "fill": "none",
        "stroke": theme.axis,
      ])
  }

  private func x(_ column: Int) -> Double { left + Double(column) * cell }

  private func y(_ label: Int) -> Double { classesTop + Double(label) * classHeight }
}
