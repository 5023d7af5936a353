// swift-tools-version: 6.3

import PackageDescription

// The samples of the documentation as a program. The checker generates the rest of its sources.
let package = Package(
  name: "samples",
  platforms: [.macOS(.v15)],
  dependencies: [.package(path: "../swift-losses")],
  targets: [
    .executableTarget(
      name: "Samples",
      dependencies: [
        .product(name: "Losses", package: "swift-losses"),
        .product(name: "RealMath", package: "swift-losses"),
      ]
    )
  ]
)
