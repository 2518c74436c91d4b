// swift-tools-version: 6.2

import PackageDescription

// One list of settings for every target: the language is strict about types, imports and memory,
// so that a file's first lines tell what it may touch.
let houseSettings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .treatWarning("StrictMemorySafety", as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
  name: "rdbsift",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "rdbsift", targets: ["rdbsift"]),
    .library(name: "RDB", targets: ["RDB"]),
    .library(name: "Restore", targets: ["Restore"]),
    .library(name: "Export", targets: ["Export"]),
    .library(name: "Storage", targets: ["Storage"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    // The rooms. Each imports only what stands in its list; Pipeline alone knows siblings.
    .target(name: "RDB", dependencies: ["CISAL"]),
    .target(name: "Restore", dependencies: ["RDB", "CPCRE2"]),
    .target(name: "Export", dependencies: ["RDB"]),
    .target(name: "Storage", dependencies: ["CISAL", "CZlib", "CLZ4", "CCrypto", "CRemap"]),
    .target(name: "Pipeline", dependencies: ["RDB", "Restore", "Export", "Storage"]),
    .executableTarget(
      name: "rdbsift",
      dependencies: [
        "RDB", "Restore", "Export", "Storage", "Pipeline",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]
    ),

    // System libraries: a module map, a shim header, a package name.
    .systemLibrary(
      name: "CPCRE2", pkgConfig: "libpcre2-8",
      providers: [.apt(["libpcre2-dev"]), .brew(["pcre2"])]),
    .systemLibrary(
      name: "CZlib", pkgConfig: "zlib",
      providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .systemLibrary(
      name: "CLZ4", pkgConfig: "liblz4",
      providers: [.apt(["liblz4-dev"]), .brew(["lz4"])]),
    .systemLibrary(
      name: "CISAL", pkgConfig: "libisal",
      providers: [.apt(["libisal-dev"]), .brew(["isa-l"])]),
    .systemLibrary(
      name: "CCrypto", pkgConfig: "libcrypto",
      providers: [.apt(["libssl-dev"]), .brew(["openssl@3"])]),
    // A call of Linux that Swift does not see.
    .systemLibrary(name: "CRemap"),

    // Tests.
    .target(
      name: "TestSupport", dependencies: ["RDB", "CZlib", "CLZ4"], path: "Tests/TestSupport"),
    .testTarget(name: "RDBTests", dependencies: ["RDB", "TestSupport"]),
    .testTarget(name: "RestoreTests", dependencies: ["Restore", "RDB", "CPCRE2", "TestSupport"]),
    .testTarget(name: "ExportTests", dependencies: ["Export", "RDB", "TestSupport"]),
    .testTarget(name: "StorageTests", dependencies: ["Storage", "TestSupport"]),
    .testTarget(
      name: "PipelineTests",
      dependencies: ["Pipeline", "RDB", "Restore", "Export", "Storage", "TestSupport"]),
    .testTarget(
      name: "rdbsiftTests", dependencies: ["rdbsift", "RDB", "Restore", "TestSupport"],
      exclude: ["Snapshots"]),
    .testTarget(
      name: "ServerTests",
      dependencies: [
        "Pipeline", "RDB", "Restore", "Export", "Storage", "rdbsift", "TestSupport",
      ]),

    // What the fuzzers do, for the tests to replay; the package Fuzz/ builds it with sanitizers.
    .target(
      name: "FuzzBodies", dependencies: ["RDB", "Restore", "Export", "Storage"],
      path: "Fuzz/Bodies"),
    .testTarget(name: "FuzzReplayTests", dependencies: ["FuzzBodies"]),
  ]
)

for target in package.targets where target.type != .system {
  target.swiftSettings = (target.swiftSettings ?? []) + houseSettings
}
