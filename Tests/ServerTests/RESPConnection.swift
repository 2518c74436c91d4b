// A client of the Redis protocol, as small as it can be: commands go out, replies come in.

import Foundation
import TestSupport

/// What a server answers.
enum Reply: Hashable, CustomStringConvertible {
  case simple(String)
  case error(String)
  case integer(Int64)
  case bulk([UInt8]?)
  case array([Reply])

  var integer: Int64? {
    if case .integer(let value) = self { value } else { nil }
  }

  var bytes: [UInt8]? {
    switch self {
    case .bulk(let bytes): bytes
    case .simple(let text): Array(text.utf8)
    default: nil
    }
  }

  var text: String? { bytes.map { String(decoding: $0, as: UTF8.self) } }

  var elements: [Reply] {
    if case .array(let elements) = self { elements } else { [] }
  }

  var error: String? {
    if case .error(let text) = self { text } else { nil }
  }

  var description: String {
    switch self {
    case .simple(let text): text
    case .error(let text): "error \(text)"
    case .integer(let value): String(value)
    case .bulk(let bytes): bytes.map { ByteString($0).description } ?? "nil"
    case .array(let elements): elements.description
    }
  }
}

/// The connection is gone: the server has ended, or never answered.
struct ConnectionLost: Error {}

/// A connection to a socket in the file system.
final class RESPConnection {
  private let descriptor: Int32
  private var buffer: [UInt8] = []
  private var at = 0

  init(path: String) throws {
    descriptor = socket(AF_UNIX, RESPConnection.stream, 0)
    guard RESPConnection.connect(descriptor, path) else { throw ConnectionLost() }
  }

  deinit { close(descriptor) }

  private static func connect(_ descriptor: Int32, _ path: String) -> Bool {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    // SAFETY: the path is copied only where it is shorter than the room, which is zeroed.
    let fits = unsafe withUnsafeMutableBytes(of: &address.sun_path) { room in
      guard bytes.count < room.count else { return false }
      unsafe room.copyBytes(from: bytes)
      return true
    }
    // SAFETY: the address lives through the call, and its size is its own.
    let result = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe Foundation.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    return fits && result == 0
  }

  #if canImport(Darwin)
    private static let stream = SOCK_STREAM
  #else
    private static let stream = Int32(SOCK_STREAM.rawValue)
  #endif

  /// Sends bytes that are commands already.
  func send(_ bytes: [UInt8]) throws {
    var sent = 0
    while sent < bytes.count {
      // SAFETY: the buffer is read inside the call only, from a place inside it.
      let count = unsafe bytes.withUnsafeBytes { buffer in
        unsafe write(descriptor, buffer.baseAddress.map { unsafe $0 + sent }, buffer.count - sent)
      }
      guard count > 0 else { throw ConnectionLost() }
      sent += count
    }
  }

  /// The next reply; waits for it.
  func reply() throws -> Reply {
    let line = try self.line()
    let rest = line.dropFirst()
    switch line.first {
    case "+": return .simple(String(rest))
    case "-": return .error(String(rest))
    case ":": return .integer(Int64(rest) ?? 0)
    case "$":
      guard let count = Int(rest), count >= 0 else { return .bulk(nil) }
      return .bulk(Array(try take(count + 2).dropLast(2)))
    case "*":
      guard let count = Int(rest), count >= 0 else { return .bulk(nil) }
      return .array(try (0..<count).map { _ in try reply() })
    default: throw ConnectionLost()
    }
  }

  private func line() throws -> String {
    var end = at
    while true {
      while end < buffer.count, buffer[end] != 10 { end += 1 }
      if end < buffer.count { break }
      end -= try receive()
    }
    let text = String(decoding: buffer[at..<(end - 1)], as: UTF8.self)
    at = end + 1
    return text
  }

  private func take(_ count: Int) throws -> ArraySlice<UInt8> {
    while buffer.count - at < count { _ = try receive() }
    defer { at += count }
    return buffer[at..<(at + count)]
  }

  /// Waits for more bytes, and forgets those that were read.
  ///
  /// By how much places move down.
  private func receive() throws -> Int {
    let moved = at
    buffer.removeFirst(at)
    at = 0
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    // SAFETY: the system writes no more than the buffer holds.
    let count = unsafe chunk.withUnsafeMutableBytes { room in
      unsafe read(descriptor, room.baseAddress, room.count)
    }
    guard count > 0 else { throw ConnectionLost() }
    buffer += chunk[..<count]
    return moved
  }
}
