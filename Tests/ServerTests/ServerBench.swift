// One server for many files. Where it ends over a file that it does not bear, another takes its place.

import Foundation
import RDB
import TestSupport

/// A server that takes one file after the other.
final class ServerBench {
  private(set) var server: RedisServer
  private let program: ServerProgram?

  /// Starts a server; that on PATH if none is named.
  init(_ program: ServerProgram? = ServerProgram.system) throws {
    self.program = program
    server = try RedisServer(program)
  }

  /// What the server holds when it has loaded a file; nil where it refuses it.
  func load(_ file: [UInt8]) throws -> ServerState? {
    do {
      try server.empty()
      try server.load(program == .system ? ServerBench.dated(file) : file)
    } catch is ConnectionLost {
      server = try RedisServer(program)
      return nil
    } catch RedisServer.Trouble.refused {
      return nil
    }
    return try server.state()
  }

  /// A file with the header of RDB 10 where it is newer, so that an older server looks at its content
  /// and refuses only what it does not know: as long as the types are old, their layouts are too.
  private static func dated(_ file: [UInt8]) -> [UInt8] {
    let scan = ScannedFile(scanning: file)
    guard let header = scan.header, header.version > 10, let end = scan.end, scan.error == nil
    else {
      return file
    }
    // Zeros for a checksum are none.
    let zeros = [UInt8](repeating: 0, count: 8)
    return Array("REDIS0010".utf8) + file[9...end.at] + zeros
  }

  /// What the server holds when commands were replayed into it, and what it refused.
  func replay(_ bytes: [UInt8]) throws -> (state: ServerState, errors: [String]) {
    try server.empty()
    let errors = try server.replay(bytes)
    return (try server.state(), errors)
  }
}
