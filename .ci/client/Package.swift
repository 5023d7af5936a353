// swift-tools-version: 6.3

import PackageDescription

let package = Package(
  name: "client",
  platforms: [.macOS(.v15)],
  dependencies: [.package(path: "../swift-losses")],
  targets: [
    .executableTarget(
      name: "Client",
      dependencies: [
        .product(name: "Losses", package: "swift-losses"),
        .product(name: "RealMath", package: "swift-losses"),
      ],
      swiftSettings: [.treatAllWarnings(as: .error)]
    )
  ],
  swiftLanguageModes: [.v6]
)
