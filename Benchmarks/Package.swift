// swift-tools-version: 6.2

import PackageDescription

// The benchmarks, apart from the program: they enter by its public doors, and run its binary for
// what only a whole process shows. `make bench` builds and runs them.

let houseSettings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .treatWarning("StrictMemorySafety", as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
  name: "Benchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "rdbsift", path: "..")],
  targets: [
    // What a machine can do at best: plain C without checks, to compare with.
    .target(
      name: "CLimits", cSettings: [.unsafeFlags(["-O3"])],
      linkerSettings: [.linkedLibrary("isal"), .linkedLibrary("z"), .linkedLibrary("lz4")]),
    // Inputs with fixed seeds, written by us.
    .target(
      name: "Corpora",
      dependencies: [.product(name: "RDB", package: "rdbsift")],
      swiftSettings: houseSettings),
    .executableTarget(
      name: "bench",
      dependencies: [
        "CLimits", "Corpora",
        .product(name: "RDB", package: "rdbsift"),
        .product(name: "Restore", package: "rdbsift"),
        .product(name: "Export", package: "rdbsift"),
      ],
      swiftSettings: houseSettings),
  ]
)
