// The beginning of a string whose end was lost, in the middle of a packed structure: closed behind its
// last byte, it can be read as far as its entries are whole. A part of an entry is never taken for one:
// entries of a listpack end with their size, and those of the others have to leave room for the end.

/// What is left of a packed structure that is cut.
struct CutString {
  /// Its first bytes, unpacked.
  private var bytes: [UInt8]

  /// Reads the string at a place; nil if it is whole, or if nothing is left of it.
  init?(in source: RawSpan, at place: Int) {
    var at = place
    guard let mark = try? source.readByte(&at) else { return nil }
    if mark & 0xc0 != 0xc0 {
      at = place
      guard let count = try? source.readLength(&at), count > UInt64(source.byteCount &- at) else {
        return nil
      }
      bytes = [UInt8](copying: source.extracting(at..<source.byteCount))
    } else {
      guard mark == 0xc3, let packed = try? source.readLength(&at),
        let count = try? source.readLength(&at), packed > UInt64(source.byteCount &- at)
      else { return nil }
      bytes = CutString.inflated(source.extracting(at..<source.byteCount), atMost: count)
    }
  }

  /// What LZF data unpacks to before it ends.
  private static func inflated(_ source: RawSpan, atMost limit: UInt64) -> [UInt8] {
    var bytes: [UInt8] = []
    var at = 0
    while UInt64(bytes.count) < limit, let control = try? source.readByte(&at) {
      if control < 32 {
        let end = min(at &+ Int(control) &+ 1, source.byteCount)
        bytes += [UInt8](copying: source.extracting(at..<end))
        at = end
        continue
      }
      var length = Int(control >> 5)
      if length == 7 {
        guard let more = try? source.readByte(&at) else { break }
        length &+= Int(more)
      }
      guard let low = try? source.readByte(&at) else { break }
      let start = bytes.count &- (Int(control & 31) << 8 | Int(low)) &- 1
      guard start >= 0 else { break }
      for index in 0..<(length &+ 2) { bytes.append(bytes[start &+ index]) }
    }
    return bytes
  }

  /// The string, with its length before it, closed as the structure that values of a type have.
  func closed(_ type: RDBType) -> [UInt8]? {
    var blob = bytes
    switch type {
    case .hashZipmap:
      guard blob.count > 1 else { return nil }
      blob[0] = 254  // as many as there are
      blob.append(0xff)
    case .setIntset:
      guard blob.count > 8, let width = [2, 4, 8].first(where: { $0 == Int(blob[0]) }) else {
        return nil
      }
      let count = (blob.count - 8) / width
      blob.removeLast(blob.count - 8 - count * width)
      blob.replace(at: 4, with: UInt32(truncatingIfNeeded: count))
    case .listZiplist, .zsetZiplist, .hashZiplist, .listQuicklist:
      guard blob.count > 10 else { return nil }
      blob.close(countAt: 8)
    default:
      guard blob.count > 6 else { return nil }
      blob.close(countAt: 4)
    }
    var string: [UInt8] = []
    string.append(string: blob)
    return string
  }
}

extension [UInt8] {
  /// Closes a structure that begins with its total, and has a count that may be left open.
  fileprivate mutating func close(countAt place: Int) {
    append(0xff)
    replace(at: 0, with: UInt32(truncatingIfNeeded: count))
    self[place] = 0xff
    self[place + 1] = 0xff
  }

  fileprivate mutating func replace(at place: Int, with number: UInt32) {
    for index in 0..<4 { self[place + index] = UInt8(truncatingIfNeeded: number >> (8 * index)) }
  }
}
