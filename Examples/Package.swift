// swift-tools-version: 6.2

import PackageDescription

// Programs that use the library as anybody may: by its product alone.
let programs = ["ReadBackup", "ExportCarts", "MemoryReport", "CheckBackup"]

let package = Package(
  name: "Examples",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "rdbsift", path: "..")],
  targets: programs.map {
    .executableTarget(name: $0, dependencies: [.product(name: "RDBSift", package: "rdbsift")])
  }
)
