// A stream as RDB type 15, 19, 21 or 26, in nodes of at most 100 entries or 4096 bytes, as servers make
// them by default.

import RDB

extension RDBBytes {
  mutating func append(_ stream: StreamValue, as type: RDBType, _ parts: ByteParts) {
    let entries = stream.live
    var nodes: [(StreamID, [UInt8])] = []
    var next = 0
    while next < entries.count { nodes.append(node(stream, entries, &next, parts)) }
    append(length: UInt64(nodes.count))
    for (id, listpack) in nodes {
      append(16)
      append(raw: id)
      append(string: listpack)
    }
    append(length: UInt64(entries.count))
    append(stream.lastID)
    if type.rawValue >= 19 {
      append(entries.first?.id ?? StreamID(ms: 0, seq: 0))
      append(stream.maxDeletedID)
      append(length: stream.added)
    }
    append(length: UInt64(stream.groups.count))
    for group in stream.groups { append(group, as: type, parts) }
    if type.rawValue >= 26, let idmp = stream.producers {
      for number in [idmp.duration, idmp.maximum, 0, idmp.added, idmp.duplicates] {
        append(length: number)
      }
    }
  }

  /// One node: a master entry with the first one's fields, and the entries.
  private func node(
    _ stream: StreamValue, _ entries: [StreamValue.Entry], _ next: inout Int, _ parts: ByteParts
  ) -> (StreamID, [UInt8]) {
    let first = entries[next]
    let start = next
    var body = ListpackWriter()
    while next < entries.count, next - start < 100, next == start || body.byteCount < 4096 {
      append(entries[next], behind: first, of: stream, to: &body, parts)
      next += 1
    }
    var listpack = ListpackWriter()
    listpack.append(Int64(next - start))
    listpack.append(0)
    let names = names(of: first, in: stream)
    listpack.append(Int64(names.count))
    for name in names { parts.withBytes(name) { listpack.append($0) } }
    listpack.append(0)
    listpack.append(body)
    return (first.id, listpack.finish())
  }

  private func names(of entry: StreamValue.Entry, in stream: StreamValue) -> [StringPlace] {
    let fields = stream.fields(of: entry)
    return stride(from: fields.startIndex, to: fields.endIndex, by: 2).map { fields[$0] }
  }

  private func append(
    _ entry: StreamValue.Entry, behind first: StreamValue.Entry, of stream: StreamValue,
    to listpack: inout ListpackWriter, _ parts: ByteParts
  ) {
    let fields = stream.fields(of: entry)
    let own = names(of: entry, in: stream)
    let master = names(of: first, in: stream)
    let isSame = own.count == master.count && zip(own, master).allSatisfy { parts.equal($0, $1) }
    listpack.append(isSame ? 2 : 0)
    listpack.append(Int64(bitPattern: entry.id.ms &- first.id.ms))
    listpack.append(Int64(bitPattern: entry.id.seq &- first.id.seq))
    if !isSame { listpack.append(Int64(own.count)) }
    for (offset, text) in fields.enumerated() where !isSame || offset % 2 == 1 {
      parts.withBytes(text) { listpack.append($0) }
    }
    listpack.append(Int64(isSame ? own.count + 3 : 2 * own.count + 4))
  }

  private mutating func append(_ group: StreamGroupValue, as type: RDBType, _ parts: ByteParts) {
    append(string: group.name, parts)
    append(group.lastID)
    if type.rawValue >= 19 { append(length: group.read.map { UInt64($0) } ?? .max) }
    let pending = group.pending.sorted { $0.key < $1.key }
    append(length: UInt64(pending.count))
    for (id, entry) in pending {
      append(raw: id)
      appendLittleEndian(UInt64(bitPattern: entry.delivered))
      append(length: entry.deliveries)
    }
    let consumers = group.consumers.indices.filter { !group.consumers[$0].isDeleted }
    append(length: UInt64(consumers.count))
    for index in consumers {
      let consumer = group.consumers[index]
      append(string: consumer.name, parts)
      appendLittleEndian(UInt64(bitPattern: consumer.seen))
      if type.rawValue >= 21 { appendLittleEndian(UInt64(bitPattern: consumer.active)) }
      let own = pending.filter { $0.value.consumer == index }
      append(length: UInt64(own.count))
      for (id, _) in own { append(raw: id) }
    }
  }
}
