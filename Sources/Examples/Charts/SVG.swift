/// An SVG document, built by appending elements. Later elements are drawn on top.
package struct SVG {
  private var lines: [String]
  private var openGroups = 0

  /// - Parameter title: The text for screen readers and tooltips.
  private init(width: Double, height: Double, title: String) {
    let (width, height) = (Self.text(width), Self.text(height))
    lines = [
      """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width) \(height)" width="\(width)" \
      height="\(height)" role="img">
      """,
      "  <title>\(Self.escaped(title))</title>",
    ]
  }

  /// A document with a background, a heading, and the elements that `content` adds.
  package static func page(
    width: Double, height: Double, title: String, theme: Theme, _ content: (inout SVG) -> Void
  ) -> String {
    var svg = SVG(width: width, height: height, title: title)
    svg.add("rect", ["width": width, "height": height, "fill": theme.background])
    svg.group(["font-family": "system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif"]) { svg in
      svg.add(
        "text", ["x": pageMargin, "y": 34, "font-size": 18, "font-weight": "600", "fill": theme.text],
        text: title)
      content(&svg)
    }
    return svg.document
  }

  /// The space beside the heading of a page.
  package static let pageMargin = 24.0

  /// Adds an element, optionally with text content.
  package mutating func add(
    _ name: String,
    _ attributes: KeyValuePairs<String, any SVGValue>,
    text: String? = nil
  ) {
    let tag = name + Self.text(attributes)
    append(text.map { "<\(tag)>\(Self.escaped($0))</\(name)>" } ?? "<\(tag)/>")
  }

  /// Adds a group, or another container element, with the elements that `content` adds.
  package mutating func group(
    _ attributes: KeyValuePairs<String, any SVGValue>,
    as name: String = "g",
    _ content: (inout SVG) -> Void
  ) {
    append("<\(name)\(Self.text(attributes))>")
    openGroups += 1
    content(&self)
    openGroups -= 1
    append("</\(name)>")
  }

  /// The complete document.
  private var document: String { lines.joined(separator: "\n") + "\n</svg>\n" }

  private mutating func append(_ line: String) {
    lines.append(String(repeating: "  ", count: openGroups + 1) + line)
  }

  private static func text(_ attributes: KeyValuePairs<String, any SVGValue>) -> String {
    attributes.map { name, value in value.svgText.map { " \(name)=\"\(escaped($0))\"" } ?? "" }.joined()
  }

  /// A number rounded to hundredths, without trailing zeros.
  static func text(_ number: Double) -> String {
    let rounded = (number * 100).rounded() / 100
    return rounded == rounded.rounded() && abs(rounded) < 1e9 ? "\(Int(rounded))" : "\(rounded)"
  }

  private static func escaped(_ text: String) -> String {
    text.map { character in
      switch character {
      case "&": "&amp;"
      case "<": "&lt;"
      case ">": "&gt;"
      case "\"": "&quot;"
      default: String(character)
      }
    }.joined()
  }
}

/// A type whose values can be attributes.
package protocol SVGValue {
  /// The text of the attribute, or `nil` to leave it out.
  var svgText: String? { get }
}

extension String: SVGValue {
  package var svgText: String? { self }
}

extension Double: SVGValue {
  package var svgText: String? { SVG.text(self) }
}

extension Int: SVGValue {
  package var svgText: String? { "\(self)" }
}

extension Optional: SVGValue where Wrapped: SVGValue {
  package var svgText: String? { flatMap(\.svgText) }
}
