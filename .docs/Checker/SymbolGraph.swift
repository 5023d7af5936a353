import Foundation

/// The symbols of a module, with what matters here.
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
      /// The module that the comment is from: a symbol may inherit one.
      let module: String?
    }

    struct Kind: Decodable {
      /// For example `swift.struct`.
      let identifier: String
    }

    struct Location: Decodable {
      struct Position: Decodable {
        /// Counted from 0.
        let line: Int
      }

      let uri: String
      let position: Position
    }

    let kind: Kind
    let pathComponents: [String]
    let docComment: Comment?
    /// The position in the source, or `nil` for symbols that the compiler synthesised.
    let location: Location?

    var name: String { pathComponents.joined(separator: ".") }
  }

  let module: Module
  let symbols: [Symbol]
}

extension SymbolGraph {
  /// The symbols in the source that have no documentation, each with its position.
  var undocumented: [String] {
    symbols.compactMap { symbol in
      guard let location = symbol.location, symbol.docComment == nil else { return nil }
      return "\(location.uri.split(separator: "/").last ?? ""):\(location.position.line + 1): \(symbol.name)"
    }
  }

  /// The names of the types and protocols that are not members of others.
  var topLevelTypes: [String] {
    let kinds = ["swift.class", "swift.enum", "swift.protocol", "swift.struct"]
    return symbols.filter { $0.pathComponents.count == 1 && kinds.contains($0.kind.identifier) }.map(\.name)
  }

  /// The names of the losses that are types.
  var losses: [String] {
    symbols.filter { $0.kind.identifier == "swift.struct" && $0.pathComponents.count == 1 }.map(\.name)
      .filter { $0.hasSuffix("Loss") }
  }
}
