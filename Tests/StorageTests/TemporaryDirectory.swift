// A directory for one test, gone when the test is.

import Foundation
import Storage
import Testing

final class TemporaryDirectory {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "rdbsift-storage-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  /// The path of a name in the directory.
  func file(_ name: String) -> String { path + "/" + name }

  /// Makes a file with these bytes and returns its path.
  func make(_ name: String, _ bytes: [UInt8]) throws -> String {
    try Data(bytes).write(to: URL(fileURLWithPath: file(name)))
    return file(name)
  }

  /// The names in the directory, hidden ones included.
  var names: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
  }
}

/// The bytes of a file.
func contents(_ path: String) throws -> [UInt8] {
  [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
}

/// The permission bits of a file.
func mode(_ path: String) throws -> Int {
  let attributes = try FileManager.default.attributesOfItem(atPath: path)
  return try #require(attributes[.posixPermissions] as? Int)
}

/// Writes an array into a sink.
func write<Sink: ByteSink & ~Copyable>(
  _ bytes: [UInt8], to sink: inout Sink
) throws(SystemError) {
  // SAFETY: bytes of UInt8 have no padding.
  try sink.write(unsafe bytes.span.bytes)
}
