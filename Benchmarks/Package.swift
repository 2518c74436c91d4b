// swift-tools-version: 6.2

import Foundation
import PackageDescription

// The benchmarks, apart from the program: they see what its rooms show to each
// other, and run its binary for what only a whole process shows. `make bench` builds and runs them.

// SwiftPM names the package rdbsift by the directory that it lies in.
let house = URL(fileURLWithPath: Context.packageDirectory).deletingLastPathComponent()
  .lastPathComponent.lowercased()

let houseSettings: [SwiftSetting] = [
  // With `packageAccess: false`, so that SwiftPM gives no other name: what the rooms declare as
  // `package` is seen from here, too.
  .unsafeFlags(["-package-name", house]),
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
  products: [.library(name: "CAllocations", type: .dynamic, targets: ["CAllocations"])],
  dependencies: [.package(name: "rdbsift", path: "..")],
  targets: [
    // What a machine can do at best: plain C without checks, to compare with.
    .target(
      name: "CLimits", cSettings: [.unsafeFlags(["-O3"])],
      linkerSettings: [.linkedLibrary("isal"), .linkedLibrary("z"), .linkedLibrary("lz4")]),
    // Preloaded into the program, to count what it allocates.
    .target(name: "CAllocations"),
    // Inputs with fixed seeds, written by us.
    .target(
      name: "Corpora",
      dependencies: [.product(name: "RDB", package: "rdbsift")],
      packageAccess: false,
      swiftSettings: houseSettings),
    // What others can write against the product RDB: it has no access to what is `package`.
    .target(
      name: "OwnSink", dependencies: [.product(name: "RDB", package: "rdbsift")],
      packageAccess: false, swiftSettings: Array(houseSettings.dropFirst())),
    .executableTarget(
      name: "bench",
      dependencies: [
        "CLimits", "Corpora", "OwnSink",
        // Builds every module that it is made of; `package` access opens them.
        .product(name: "RDBSift", package: "rdbsift"),
      ],
      packageAccess: false,
      swiftSettings: houseSettings),
  ]
)
