// Streams of the mixed corpus, as 7.0 writes them (type 19).
//
//   nodes: count, then for each the master ID (16 bytes, big-endian) and a listpack
//   entries, last ID, first ID, highest deleted ID, entries ever added
//   groups: count, then for each: name, last ID, entries read, pending entries, consumers
//
// A node's listpack begins with a master entry (count, deleted, fields, their names, 0). Entries whose
// fields are the master's hold: 2, the ID's distance in both parts, the values, and how many
// listpack entries that was.

private let names = ["type", "uid", "payload"]

/// The ID of an entry.
private struct EntryID {
  var ms: Int
  var sequence: Int

  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(bigEndian: UInt64(ms))
    bytes.append(bigEndian: UInt64(sequence))
    return bytes
  }
}

extension MixedCorpus {
  mutating func writeEvents(_ index: Int) {
    let count = dice.roll(10...3000)
    var ms = 1_700_000_000_000 + dice.below(10_000_000)
    var ids: [EntryID] = []
    for sequence in 0..<count {
      ms += dice.below(2000)
      ids.append(EntryID(ms: ms, sequence: sequence))
    }
    file.streamRecord(Array("events:\(index)".utf8))
    let nodes = stride(from: 0, to: count, by: 50).map { ids[$0..<min($0 + 50, count)] }
    file.length(nodes.count)
    for node in nodes { writeNode(node) }
    let last = ids[count - 1]
    for number in [count, last.ms, last.sequence, ids[0].ms, ids[0].sequence, 0, 0, count] {
      file.length(number)
    }
    if index % 3 == 0 {
      file.length(1)
      writeGroup(ids[..<min(20, count)])
    } else {
      file.length(0)
    }
  }

  private mutating func writeNode(_ ids: ArraySlice<EntryID>) {
    guard let master = ids.first else { return }
    pack.removeAll()
    for number in [ids.count, 0, names.count] { pack.append(number) }
    for name in names { pack.append(name) }
    pack.append(0)
    var text: [UInt8] = []
    for id in ids {
      for number in [2, id.ms - master.ms, id.sequence - master.sequence] { pack.append(number) }
      pack.append(dice.pick(words))
      pack.append(dice.below(5_000_000))
      text.removeAll(keepingCapacity: true)
      text.appendHex(dice.roll(8...40), &dice)
      pack.append(text)
      pack.append(names.count + 3)
    }
    pack.finish()
    file.raw(master.bytes)
    file.string(pack.bytes)
  }

  /// A group with one consumer, to whom the first entries were delivered.
  private mutating func writeGroup(_ ids: ArraySlice<EntryID>) {
    file.string(Array("workers".utf8))
    for number in [ids.last?.ms ?? 0, ids.last?.sequence ?? 0, ids.count] { file.length(number) }
    file.length(ids.count)
    for id in ids {
      file.bare(id.bytes)
      file.bare(time)
      file.length(1)
    }
    file.length(1)
    file.string(Array("c\(dice.below(4))".utf8))
    file.bare(time)
    file.length(ids.count)
    for id in ids { file.bare(id.bytes) }
  }

  private var time: [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(littleEndian: 1_750_000_000_000, bytes: 8)
    return bytes
  }
}
