// swift-tools-version: 6.2

import Foundation
import PackageDescription

// The fuzzers, apart from the program: they see what its rooms show to each
// other. Each target is a few
// lines that hand libFuzzer's bytes to a body in Bodies/, which `swift test` replays as well.
// Fuzz/run.sh builds and runs them.

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

let fuzzers = [
  "FuzzScan", "FuzzValues", "FuzzLZF", "FuzzFilterKey", "FuzzRoundTrip", "FuzzSalvage",
  "FuzzContainers", "FuzzZstd", "FuzzKinds", "FuzzChunks", "FuzzKeyList", "FuzzLog", "FuzzLogModel",
]

let package = Package(
  name: "Fuzz",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "rdbsift", path: "..")],
  targets: [
    .target(
      name: "Bodies",
      dependencies: [
        // Builds every module that it is made of; `package` access opens them.
        .product(name: "RDBSift", package: "rdbsift")
      ],
      path: "Bodies", packageAccess: false, swiftSettings: houseSettings)
  ]
    + fuzzers.map {
      .executableTarget(name: $0, dependencies: ["Bodies"], swiftSettings: houseSettings)
    }
)
