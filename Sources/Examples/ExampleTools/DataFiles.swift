import Foundation

/// The bytes of a file in `Data`; `Data/README.md` describes them.
package func bytes(ofDataFile name: String) throws(Failure) -> [UInt8] {
  // `Bundle.module` would end a program that has been moved without its resources, and not say so to its user.
  let bundles = ["resources", "bundle"].map {
    Bundle.main.bundleURL.appendingPathComponent("swift-losses_ExampleTools.\($0)")
  }
  let files = bundles.compactMap { Bundle(url: $0) }.compactMap {
    $0.url(forResource: name, withExtension: nil, subdirectory: "Data")
  }
  guard let file = files.first, let contents = try? Data(contentsOf: file) else {
    throw Failure(
      "Data/\(name) is missing; it belongs beside the program, in '\(bundles[0].lastPathComponent)'",
      exitCode: .noInput)
  }
  return Array(contents)
}
