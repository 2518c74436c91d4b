// The bytes of one tar member.

/// The member to read.
package enum TarMember: Hashable, Sendable {
  /// The only member that is a backup.
  case only
  /// The member with this name.
  case named([UInt8])
}

/// A member, followed by reading the rest of the archive, so that enclosing containers are
/// verified.
@safe
final class TarStream: ByteStream {
  private let reader: TarReader
  private let layers: [ContainerKind]
  /// The names of backups found; nil if a member was chosen.
  private var backups: [[UInt8]]?
  private var hasEnded = false

  /// Moves to a member; without a name, to the first that is a backup.
  init(
    _ input: StreamBuffer, _ layers: [ContainerKind], member: TarMember
  ) throws(InputError) {
    reader = TarReader(input, layers)
    self.layers = layers
    while let header = try reader.next() {
      let isWanted =
        switch member {
        case .only: reader.isAtBackup(header)
        case .named(let name): header.isFile && header.name == name
        }
      guard isWanted else { continue }
      if member == .only { backups = [header.name] }
      return
    }
    throw .container(ContainerError(.noMember, layers, at: input.offset))
  }

  var remarks: [InputRemark] { reader.input.remarks }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
    guard !hasEnded else { return 0 }
    let left = reader.leftInMember
    guard left > 0 else {
      hasEnded = true
      try readOn()
      return 0
    }
    // SAFETY: a part of the caller's buffer, for this call.
    let room = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[..<min(left, buffer.count)])
    let count = try unsafe reader.input.read(into: room)
    guard count > 0 else {
      throw .container(ContainerError(.truncated, layers, at: reader.input.offset))
    }
    reader.didTake(count)
    return count
  }

  private func readOn() throws(InputError) {
    let end = reader.input.offset
    while let header = try reader.next() {
      if backups != nil, reader.isAtBackup(header) { backups?.append(header.name) }
    }
    guard let backups, backups.count > 1 else { return }
    throw .container(ContainerError(.severalMembers(backups), layers, at: end))
  }
}

extension TarReader {
  /// Whether the current member is a file of an append-only log, which may be empty.
  func isAtLog(_ header: TarHeader) -> Bool {
    guard header.isFile else { return false }
    let name = String(decoding: header.name, as: UTF8.self)
    let count = min(header.size, ContainerKind.headCount)
    // Bytes before a failure may suffice; the failure is thrown again later.
    _ = try? input.require(count)
    return name.hasSuffix(".aof") || LogName.isManifest(name)
      || LogName.beginsLog(input.head(count))
  }

  /// Whether the current member is a backup or a container.
  func isAtBackup(_ header: TarHeader) -> Bool {
    guard header.isFile, header.size > 0 else { return false }
    // Bytes before a failure may suffice; the failure is thrown again later.
    _ = try? input.require(min(header.size, ContainerKind.headCount))
    let head = input.head(min(header.size, ContainerKind.headCount))
    return head.starts(with: Array("REDIS".utf8)) || head.starts(with: Array("VALKEY".utf8))
      || ContainerKind(head) != nil
  }
}
