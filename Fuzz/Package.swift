// swift-tools-version: 6.2

import PackageDescription

// The fuzzers, apart from the program: they enter by its public doors only. Each target is a few
// lines that hand libFuzzer's bytes to a body in Bodies/, which `swift test` replays as well.
// Fuzz/run.sh builds and runs them.

let houseSettings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .treatWarning("StrictMemorySafety", as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let fuzzers = [
  "FuzzScan", "FuzzValues", "FuzzLZF", "FuzzFilterKey", "FuzzRoundTrip", "FuzzSalvage",
  "FuzzContainers",
]

let package = Package(
  name: "Fuzz",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "rdbsift", path: "..")],
  targets: [
    .target(
      name: "Bodies",
      dependencies: [
        .product(name: "RDB", package: "rdbsift"),
        .product(name: "Restore", package: "rdbsift"),
        .product(name: "Export", package: "rdbsift"),
        .product(name: "Storage", package: "rdbsift"),
      ],
      path: "Bodies", swiftSettings: houseSettings)
  ]
    + fuzzers.map {
      .executableTarget(name: $0, dependencies: ["Bodies"], swiftSettings: houseSettings)
    }
)
