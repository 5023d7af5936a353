import Foundation

/// The files of a picture: one for light pages, and one for dark pages beside it.
package struct PictureFiles: Sendable {
  package let light: String
  /// `row~dark.svg` for `row.svg`.
  package let dark: String

  package init(_ path: String) {
    light = path
    dark = "\(path.dropLast(".svg".count))~dark.svg"
  }

  /// Throws if one of the files cannot be written, so that nobody trains in vain.
  func check() throws(Failure) {
    let folder = URL(fileURLWithPath: light).deletingLastPathComponent().path
    guard Self.isFolder(folder) else {
      throw Failure("'\(light)' cannot be written: there is no folder '\(folder)'", exitCode: .cannotCreate)
    }
    for path in [light, dark] {
      let place = FileManager.default.fileExists(atPath: path) ? path : folder
      guard place == folder || !Self.isFolder(path), FileManager.default.isWritableFile(atPath: place) else {
        throw Self.failure(path)
      }
    }
  }

  private static func isFolder(_ path: String) -> Bool {
    (try? URL(fileURLWithPath: path).resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory == true
  }

  /// Writes the picture in both themes.
  package func write(light: String, dark: String) throws(Failure) {
    for (path, picture) in [(self.light, light), (self.dark, dark)] {
      do {
        try Data(picture.utf8).write(to: URL(fileURLWithPath: path))
      } catch {
        throw Self.failure(path)
      }
    }
  }

  private static func failure(_ path: String) -> Failure {
    Failure("'\(path)' cannot be written", exitCode: .cannotCreate)
  }
}

extension PictureFiles: CustomStringConvertible {
  package var description: String { "\(light), and \(dark) for dark pages" }
}
