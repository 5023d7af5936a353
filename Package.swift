// swift-tools-version: 6.3

import PackageDescription

let settings: [SwiftSetting] = [
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

// The library is optimised in debug builds too: a training loop that is being debugged would hardly move otherwise. So is the
// registry, whose plain formulas take most of the time of the tests. In release, each function has a section of its own,
// for the linker to leave out what a program does not use. A square root that may set `errno` would be a call now and then,
// which no loop with it could be made of vectors for.
let librarySettings =
  settings + [
    .unsafeFlags(["-O"], .when(configuration: .debug)),
    .unsafeFlags(["-Xfrontend", "-function-sections"], .when(configuration: .release)),
    .unsafeFlags(["-Xcc", "-fno-math-errno"]),
  ]

// What the compiler may use beyond what every x86-64 processor has; other architectures ignore these flags.
func extensions(_ names: String...) -> SwiftSetting {
  .unsafeFlags(
    (["--start-no-unused-arguments"] + names.flatMap { ["-Xarch_x86_64", "-m\($0)"] }
      + ["--end-no-unused-arguments"]).flatMap { ["-Xcc", $0] })
}

// The losses, with their kernels for wide vectors.
let losses: [Target.Dependency] = ["Losses", "LossesAVX2", "LossesAVX512"]

let package = Package(
  name: "swift-losses",
  platforms: [.macOS(.v15), .iOS(.v18), .tvOS(.v18), .watchOS(.v11), .visionOS(.v2)],
  products: [
    .library(name: "Losses", targets: ["Losses", "LossesAVX2", "LossesAVX512"]),
    .library(name: "RealMath", targets: ["RealMath"]),
  ],
  targets: [
    .target(name: "RealMath", swiftSettings: librarySettings),
    .target(name: "Tensors", swiftSettings: librarySettings),
    .target(name: "LossNumerics", dependencies: ["RealMath", "Tensors"], swiftSettings: librarySettings),
    .target(
      name: "LossEngine", dependencies: ["LossNumerics", "RealMath", "Tensors"],
      swiftSettings: librarySettings),
    .target(
      name: "Losses", dependencies: ["LossEngine", "RealMath", "Tensors"], swiftSettings: librarySettings),
    .target(
      name: "LossesAVX2",
      dependencies: ["LossEngine", "Losses"],
      swiftSettings: librarySettings + [extensions("avx2", "f16c", "fma")]
    ),
    .target(
      name: "LossesAVX512",
      dependencies: ["LossEngine", "Losses"],
      swiftSettings: librarySettings + [
        extensions("avx2", "f16c", "fma", "avx512f", "avx512bw", "avx512dq", "avx512vl")
      ]
    ),
    .target(
      name: "LossRegistry",
      dependencies: ["LossEngine", "Losses", "RealMath", "Tensors"],
      swiftSettings: librarySettings
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
      name: "SegmentDigits",
      dependencies: ["Charts", "ExampleTools"] + losses,
      path: "Sources/Examples/SegmentDigits",
      swiftSettings: settings
    ),
    .executableTarget(
      name: "TrainLanguageModel",
      dependencies: ["Charts", "ExampleTools"] + losses,
      path: "Sources/Examples/TrainLanguageModel",
      swiftSettings: settings
    ),
    .executableTarget(
      name: "PlotLosses",
      dependencies: ["Charts", "ExampleTools"] + losses,
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
      dependencies: ["LossEngine", "LossRegistry"] + losses,
      exclude: ["compare.py", "comparison"],
      swiftSettings: settings
    ),
    .testTarget(
      name: "RealMathTests",
      dependencies: ["LossRegistry", "RealMath"],
      exclude: ["make_fixture.py"],
      resources: [.copy("fixture.json")],
      swiftSettings: settings
    ),
    .testTarget(
      name: "TensorsTests",
      dependencies: ["LossEngine", "LossRegistry", "Tensors"],
      swiftSettings: settings
    ),
    .testTarget(
      name: "LossEngineTests",
      dependencies: losses + ["LossEngine", "LossRegistry", "RealMath", "Tensors"],
      swiftSettings: settings
    ),
    .testTarget(
      name: "LossesTests",
      dependencies: losses + ["LossEngine", "LossRegistry", "RealMath", "Tensors"],
      exclude: ["Accuracy", "Reference/make_cases.py", "Reference/case_maker"],
      resources: [.copy("Reference/Cases"), .copy("Fuzz/digests.txt")],
      swiftSettings: settings
    ),
  ]
)
