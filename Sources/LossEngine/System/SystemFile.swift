#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Android)
  internal import Android
#endif

#if (os(Linux) || os(Android)) && !hasFeature(Embedded)
  /// The files in which Linux describes the machine and the process.
  enum SystemFile {
    /// The most bytes of a file that are read. Those that are asked for are far smaller.
    private static var limit: Int { 1 << 20 }

    /// Returns the text of a file; `nil` if it can't be read.
    static func text(at path: String) -> String? {
      guard let file = unsafe fopen(path, "r") else { return nil }
      defer { unsafe fclose(file) }
      var bytes: [UInt8] = []
      var part = [UInt8](repeating: 0, count: 8192)
      while bytes.count < limit {
        let count = unsafe fread(&part, 1, part.count, file)
        if count == 0 { break }
        bytes += part[..<count]
      }
      return String(decoding: bytes, as: UTF8.self)
    }
  }
#endif
