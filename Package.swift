// swift-tools-version: 6.3

import PackageDescription

let settings: [SwiftSetting] = [
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

// What the compiler may use beyond what every x86-64 processor has. For other architectures it leaves these flags out.
// Code made with them must not get into a debug build, where nothing is inlined.
func extensions(_ names: String...) -> SwiftSetting {
  .unsafeFlags(
    (names.flatMap { ["-Xarch_x86_64", "-m\($0)"] } + ["-Wno-unused-command-line-argument"])
      .flatMap { ["-Xcc", $0] },
    .when(configuration: .release))
}

// The losses, and their kernels for wide vectors.
let losses: [Target.Dependency] = ["Losses", "LossesAVX2", "LossesAVX512"]

let package = Package(
  name: "swift-losses",
  platforms: [.macOS(.v15), .iOS(.v18), .tvOS(.v18), .watchOS(.v11), .visionOS(.v2)],
  products: [
    .library(name: "Losses", targets: ["Losses", "LossesAVX2", "LossesAVX512"]),
    .library(name: "RealMath", targets: ["RealMath"]),
  ],
  targets: [
    .target(name: "RealMath", swiftSettings: settings),
    .target(name: "Tensors", swiftSettings: settings),
    .target(name: "Losses", dependencies: ["RealMath", "Tensors"], swiftSettings: settings),
    .target(
      name: "LossesAVX2",
      dependencies: ["Losses"],
      swiftSettings: settings + [extensions("avx2", "f16c")]
    ),
    .target(
      name: "LossesAVX512",
      dependencies: ["Losses"],
      swiftSettings: settings + [extensions("avx2", "f16c", "avx512f", "avx512bw", "avx512dq", "avx512vl")]
    ),
    .executableTarget(
      name: "TrainDigits",
      dependencies: ["Charts", "ExampleTools"] + losses,
      path: "Sources/Examples/TrainDigits",
      swiftSettings: settings
    ),
    .executableTarget(
      name: "ReadDigits",
      dependencies: ["Charts", "ExampleTools"] + losses,
      path: "Sources/Examples/ReadDigits",
      swiftSettings: settings
    ),
    .executableTarget(
      name: "PlotLosses",
      dependencies: ["Charts"] + losses,
      path: "Sources/Examples/PlotLosses",
      swiftSettings: settings
    ),
    .target(name: "Charts", path: "Sources/Examples/Charts", swiftSettings: settings),
    .target(
      name: "ExampleTools",
      dependencies: ["Losses"],
      path: "Sources/Examples/ExampleTools",
      resources: [.copy("Data")],
      swiftSettings: settings
    ),
    .executableTarget(
      name: "Benchmarks",
      dependencies: losses,
      exclude: ["compare.py", "comparison"],
      swiftSettings: settings
    ),
    .testTarget(
      name: "RealMathTests",
      dependencies: ["RealMath"],
      exclude: ["make_fixture.py"],
      resources: [.copy("fixture.json")],
      swiftSettings: settings
    ),
    .testTarget(name: "TensorsTests", dependencies: ["Tensors"], swiftSettings: settings),
    .testTarget(
      name: "LossesTests",
      dependencies: losses + ["RealMath", "Tensors"],
      exclude: ["Accuracy", "Reference/make_cases.py", "Reference/case_maker"],
      resources: [.copy("Reference/Cases")],
      swiftSettings: settings
    ),
  ]
)
