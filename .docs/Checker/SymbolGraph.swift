import Foundation

/// What the compiler knows of the symbols of a module, as far as it matters here.
struct SymbolGraph: Decodable {
  struct Module: Decodable {
    let name: String
  }

  struct Symbol: Decodable {
    struct Comment: Decodable {
      struct Line: Decodable {
        let text: String
      }

      let lines: [Line]
      /// The module of the comment, which a symbol may inherit.
      let module: String?
    }

    struct Location: Decodable {
      struct Position: Decodable {
        /// Counted from 0.
        let line: Int
      }

      let uri: String
      let position: Position
    }

    let pathComponents: [String]
    let docComment: Comment?
    /// Where the symbol is in the source, unless the compiler made it.
    let location: Location?

    var name: String { pathComponents.joined(separator: ".") }
  }

  let module: Module
  let symbols: [Symbol]
}

extension SymbolGraph {
  /// The symbols in the source that have no documentation, each with its place.
  var undocumented: [String] {
    symbols.compactMap { symbol in
      guard let location = symbol.location, symbol.docComment == nil else { return nil }
      return "\(location.uri.split(separator: "/").last ?? ""):\(location.position.line + 1): \(symbol.name)"
    }
  }
}
