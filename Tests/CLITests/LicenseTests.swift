// The licenses that a distribution carries, against what the binary links.

import Foundation
import TestSupport
import Testing

@Suite("Licenses")
struct LicenseTests {
  /// The folder of the toolchain's programs, which the script looks for.
  private static let swift = (ProcessInfo.processInfo.environment["PATH"] ?? "")
    .split(separator: ":").map(String.init)
    .first { FileManager.default.isExecutableFile(atPath: $0 + "/swift") }

  private static let hasPackages =
    ["/usr/bin/dpkg", "/usr/bin/ldd"].allSatisfy {
      FileManager.default.isExecutableFile(atPath: $0)
    } && swift != nil

  @Test(
    "every library that the program links has its license", .enabled(if: LicenseTests.hasPackages))
  func complete() throws {
    let run = try BuiltBinary.shell(
      "Scripts/licenses.sh '\(BuiltBinary.path)'", in: Fixtures.repository,
      path: Self.swift ?? "")
    #expect(run.status == 0, "\(run.errors)")
    let titles = Set(run.lines)
    for title in ["Swift standard library, Foundation and libdispatch", "swift-argument-parser"] {
      #expect(titles.contains(title))
    }
    // What the modules of C libraries say they link.
    let linked = try BuiltBinary.shell("cat Sources/C*/module.modulemap", in: Fixtures.repository)
      .output.matches(of: /link "([^"]+)"/).map { String($0.1) }
    #expect(linked.count >= 6)
    for library in linked where library != "m" {
      #expect(titles.contains { $0.hasPrefix("lib\(library).so") }, "\(library)")
    }
    // What the loader finds, but for the C library and the Swift runtime.
    let loaded = try BuiltBinary.shell("ldd '\(BuiltBinary.path)'").lines
      .compactMap { $0.split(separator: " ").first.map(String.init) }
    let systems = ["libc.", "libm.", "libgcc_s.", "ld-linux", "linux-vdso", "/lib"]
    for line in loaded {
      let library = line.trimmingCharacters(in: .whitespaces)
      guard !systems.contains(where: library.hasPrefix), !library.hasPrefix("libswift"),
        !library.hasPrefix("lib_Foundation"), !library.hasPrefix("libFoundation"),
        library != "libdispatch.so", library != "libBlocksRuntime.so"
      else { continue }
      #expect(titles.contains(library), "\(library)")
    }
    // Each title has text below it.
    #expect(run.output.count > 20_000)
  }
}
