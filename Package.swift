// swift-tools-version: 6.3

import PackageDescription

let settings: [SwiftSetting] = [
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
  name: "swift-losses",
  platforms: [.macOS(.v15), .iOS(.v18), .tvOS(.v18), .watchOS(.v11), .visionOS(.v2)],
  products: [
    .library(name: "Losses", targets: ["Losses"]),
    .library(name: "RealMath", targets: ["RealMath"]),
  ],
  targets: [
    .target(name: "RealMath", swiftSettings: settings),
    .target(name: "Tensors", swiftSettings: settings),
    .target(name: "Losses", dependencies: ["RealMath", "Tensors"], swiftSettings: settings),
    .testTarget(name: "TensorsTests", dependencies: ["Tensors"], swiftSettings: settings),
    .testTarget(name: "LossesTests", dependencies: ["Losses"], swiftSettings: settings),
  ]
)
