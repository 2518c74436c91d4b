// What the RDB part of a log says: whose server wrote it, when, how many keys each database has, and
// where its last byte is, since commands may follow it.

package import RDB

/// What an RDB file tells that a log begins with.
package struct BaseFacts: Sendable {
  /// The file's header.
  package let header: RDBHeader
  /// What the meaning of its values depends on.
  package private(set) var context: ValueContext
  /// When it was begun, in seconds since 1970; nil if it does not say.
  package private(set) var created: Int64?
  /// The version of the server that wrote it, such as `7.4.1`.
  package private(set) var serverVersion: String?
  /// Keys of each database.
  package private(set) var keys: [UInt32: Int] = [:]
  /// Sources of function libraries.
  package private(set) var functions: [[UInt8]] = []
  /// The first byte behind the end and its checksum.
  package private(set) var end = 0

  /// Scans an RDB file.
  /// - Throws: What is wrong with it.
  package init(_ bytes: RawSpan) throws(RDBError) {
    var scanner = try RDBScanner(headerOf: bytes)
    header = scanner.header
    context = scanner.context
    var batch = RecordBatch()
    while true {
      batch.removeAll()
      let stop = try scanner.scan(bytes, into: &batch)
      context = scanner.context
      for index in 0..<batch.count { keys[batch[index].database, default: 0] += 1 }
      for (_, event) in batch.events { take(event, bytes) }
      if stop == .end { break }
    }
  }

  private mutating func take(_ event: RDBEvent, _ bytes: RawSpan) {
    switch event {
    case .aux(let name, let value): takeAux(name, value, bytes)
    case .function(let code):
      if let source = BaseFacts.text(code, bytes) { functions.append(source) }
    case .end(let at, let checksum): end = at + 1 + (checksum == nil ? 0 : 8)
    default: break
    }
  }

  private mutating func takeAux(_ name: StringObject, _ value: StringObject, _ bytes: RawSpan) {
    guard let name = BaseFacts.text(name, bytes), let value = BaseFacts.text(value, bytes) else {
      return
    }
    switch String(decoding: name, as: UTF8.self) {
    case "ctime": created = Int64(String(decoding: value, as: UTF8.self))
    case "redis-ver", "valkey-ver": serverVersion = String(decoding: value, as: UTF8.self)
    default: break
    }
  }

  private static func text(_ string: StringObject, _ bytes: RawSpan) -> [UInt8]? {
    var scratch = Scratch()
    return try? scratch.withBytes(of: string, in: bytes) { [UInt8](copying: $0) }
  }
}
