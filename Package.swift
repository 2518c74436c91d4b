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

let examples = ["ReadBackup", "ExportCarts", "MemoryReport", "CheckBackup"]

let package = Package(
  name: "rdbsift",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "rdbsift", targets: ["RDBSiftCLI"]),
    // Backups and every job; and the format alone.
    .library(name: "RDBSift", targets: ["RDBSift"]),
    .library(name: "RDB", targets: ["RDB"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    // The layers. Each imports only what its list names; RDBSift alone imports siblings.
    .target(name: "RDB", dependencies: ["CISAL"]),
    .target(name: "AOF", dependencies: ["RDB", "CLibm"]),
    .target(name: "Restore", dependencies: ["RDB", "CPCRE2"]),
    .target(name: "Export", dependencies: ["RDB"]),
    .target(name: "Memory", dependencies: ["RDB"]),
    .target(
      name: "Storage", dependencies: ["CISAL", "CZlib", "CLZ4", "CZstd", "CCrypto", "CRemap"]),
    .target(
      name: "RDBSift", dependencies: ["RDB", "AOF", "Restore", "Export", "Memory", "Storage"]),
    .executableTarget(
      name: "RDBSiftCLI",
      dependencies: [
        "RDB", "AOF", "Restore", "Export", "Memory", "Storage", "RDBSift",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      // Not Sources/RDBSift in lower case: some file systems ignore case.
      path: "Sources/rdbsift-cli"
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
      name: "CZstd", pkgConfig: "libzstd",
      providers: [.apt(["libzstd-dev"]), .brew(["zstd"])]),
    .systemLibrary(
      name: "CISAL", pkgConfig: "libisal",
      providers: [.apt(["libisal-dev"]), .brew(["isa-l"])]),
    .systemLibrary(
      name: "CCrypto", pkgConfig: "libcrypto",
      providers: [.apt(["libssl-dev"]), .brew(["openssl@3"])]),
    // Sine and arc sine as servers compute them.
    .systemLibrary(name: "CLibm"),
    // A call of Linux that Swift does not see.
    .systemLibrary(name: "CRemap"),

    // Tests.
    .target(
      name: "TestSupport", dependencies: ["RDB", "CZlib", "CLZ4"], path: "Tests/TestSupport"),
    .testTarget(name: "RDBTests", dependencies: ["RDB", "TestSupport"]),
    .testTarget(name: "AOFTests", dependencies: ["AOF", "FuzzBodies", "RDB", "TestSupport"]),
    .testTarget(name: "RestoreTests", dependencies: ["Restore", "RDB", "CPCRE2", "TestSupport"]),
    .testTarget(name: "MemoryTests", dependencies: ["Memory", "RDB", "TestSupport"]),
    .testTarget(name: "ExportTests", dependencies: ["Export", "RDB", "TestSupport"]),
    .testTarget(name: "StorageTests", dependencies: ["Storage", "TestSupport", "CZstd"]),
    .testTarget(
      name: "RDBSiftTests",
      dependencies: ["RDBSift", "RDB", "Restore", "Export", "Memory", "Storage", "TestSupport"]),
    .testTarget(
      name: "CLITests", dependencies: ["RDBSiftCLI", "RDB", "Restore", "TestSupport"],
      exclude: ["Snapshots"]),
    .testTarget(
      name: "ServerTests",
      dependencies: [
        "AOF", "RDBSift", "RDB", "Restore", "Export", "Memory", "Storage", "RDBSiftCLI",
        "TestSupport",
      ]),

    // The library as others see it: these targets have no access to what is `package`.
    .testTarget(
      name: "LibraryTests",
      dependencies: ["RDBSift", "RDB", "TestSupport"]
        + examples.map { .byName(name: "Example\($0)") },
      packageAccess: false),

    // What the fuzzers do, for the tests to replay; the package Fuzz/ builds it with sanitizers.
    .target(
      name: "FuzzBodies", dependencies: ["AOF", "RDB", "RDBSift", "Restore", "Export", "Storage"],
      path: "Fuzz/Bodies"),
    .testTarget(name: "FuzzReplayTests", dependencies: ["FuzzBodies"]),
  ]
    // The programs of the package Examples/, for the tests to run.
    + examples.map {
      .executableTarget(
        name: "Example\($0)", dependencies: ["RDBSift"], path: "Examples/Sources/\($0)",
        packageAccess: false)
    }
)

for target in package.targets where target.type != .system {
  target.swiftSettings = (target.swiftSettings ?? []) + houseSettings
}
