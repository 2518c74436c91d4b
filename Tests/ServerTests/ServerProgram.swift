// The servers that tests may start: the one on PATH, and newer ones that Scripts/servers.sh fetches.

import Export
import Foundation
import TestSupport

/// A server's program and what it needs beside it.
struct ServerProgram: Hashable, Sendable, CustomStringConvertible {
  /// What to call it: its folder among the newer servers.
  let name: String
  /// Where the program is.
  let path: String
  /// The server as commands are written for it.
  let version: ServerVersion

  var description: String { name }

  private var folder: String { (path as NSString).deletingLastPathComponent }

  /// Modules that stand beside it.
  private var modules: [String] {
    ["rejson.so", "redisbloom.so", "redistimeseries.so"].map { "\(folder)/\($0)" }
      .filter { FileManager.default.fileExists(atPath: $0) }
  }

  /// What to start it with; a newer one looks often for fields that have expired.
  var arguments: [String] {
    (self == ServerProgram.system ? [] : ["--hz", "500"])
      + modules.flatMap { ["--loadmodule", $0] }
  }

  /// Its environment: libraries may stand beside it.
  var environment: [String: String] {
    var environment = ProcessInfo.processInfo.environment
    if self != ServerProgram.system { environment["LD_LIBRARY_PATH"] = folder }
    return environment
  }

  /// The path of a program on PATH.
  static func find(_ name: String) -> String? {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    return path.split(separator: ":").map { "\($0)/\(name)" }.first {
      FileManager.default.isExecutableFile(atPath: $0)
    }
  }

  /// The server on PATH, which the tests take for a Redis 7.0.
  static let system: ServerProgram? = {
    guard let path = find("redis-server") else {
      print("SKIPPED: there is no redis-server on PATH (make test installs it)")
      return nil
    }
    return ServerProgram(name: "redis-server", path: path, version: ServerVersion(.redis, 7, 0))
  }()

  /// Newer servers, as far as they were fetched.
  static let newer: [ServerProgram] = {
    let known = [
      ("redis-7.4.1", ServerVersion(.redis, 7, 4)), ("redis-8.2.3", ServerVersion(.redis, 8, 2)),
      ("valkey-8.1.8", ServerVersion(.valkey, 8, 1)),
      ("valkey-9.1.2", ServerVersion(.valkey, 9, 1)),
    ]
    let folder =
      ProcessInfo.processInfo.environment["RDBSIFT_SERVERS"]
      ?? Fixtures.repository + "/.build/servers"
    return known.compactMap { name, version in
      let path = "\(folder)/\(name)/\(version.product.rawValue)-server"
      guard FileManager.default.isExecutableFile(atPath: path) else {
        print("SKIPPED: there is no \(name) (make test fetches it where it can be had)")
        return nil
      }
      return ServerProgram(name: name, path: path, version: version)
    }
  }()
}
