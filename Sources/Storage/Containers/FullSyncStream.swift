// A replication full sync, as captured from a connection.
//
//   "+FULLRESYNC <id> <offset>\r\n" and line breaks (keep-alives) may come first; then one of
//   "$<bytes>\r\n"         and that many bytes of RDB, or
//   "$EOF:<40 bytes>\r\n"  and RDB up to the same 40 bytes; commands follow

/// The line before the RDB file.
enum FullSyncHeader {
  private static let greeting = Array("+FULLRESYNC ".utf8)
  /// The longest line, which is the greeting.
  private static let lineLimit = 256
  /// The most keep-alives; one is sent per second.
  private static let breakLimit = 1 << 20

  /// How the end of the file is marked.
  enum End: Hashable {
    case count(Int)
    case mark([UInt8])
  }

  /// Whether a full sync starts with these bytes.
  static func begins(_ bytes: [UInt8]) -> Bool {
    let head = bytes.drop { $0 == 0x0a || $0 == 0x0d }
    if head.starts(with: greeting) { return true }
    guard head.first == UInt8(ascii: "$"), let end = head.firstIndex(of: 0x0d) else { return false }
    return self.end(of: Array(head[head.startIndex..<end])) != nil
  }

  /// Parses a line without its line break; nil if it is another.
  static func end(of line: [UInt8]) -> End? {
    let text = String(decoding: line, as: UTF8.self)
    if text.hasPrefix("$EOF:") { return line.count == 45 ? .mark(Array(line[5...])) : nil }
    guard text.hasPrefix("$"), line.count > 1,
      line.dropFirst().allSatisfy({ (0x30...0x39).contains($0) })
    else { return nil }
    return Int(text.dropFirst()).map { .count($0) }
  }

  /// Reads up to the first byte of the RDB file.
  static func read(_ input: StreamBuffer, _ layers: [ContainerKind]) throws(InputError) -> End {
    func error(_ reason: ContainerError.Reason) -> InputError {
      .container(ContainerError(reason, layers, at: input.offset))
    }
    var breaks = 0
    while true {
      guard try input.require(1) else { throw error(.truncated) }
      if [0x0a, 0x0d].contains(input.head(1)[0]) {
        input.take(1)
        breaks += 1
        guard breaks <= breakLimit else { throw error(.badHeader) }
        continue
      }
      try input.require(lineLimit)
      let head = input.head(lineLimit)
      guard let length = head.firstIndex(of: 0x0a) else {
        throw error(head.count < lineLimit ? .truncated : .badHeader)
      }
      let line =
        head[..<length].last == 0x0d ? Array(head[..<(length - 1)]) : Array(head[..<length])
      if line.starts(with: greeting) {
        input.take(length + 1)
        continue
      }
      guard let end = end(of: line) else { throw error(.badHeader) }
      input.take(length + 1)
      return end
    }
  }
}

/// The RDB file in a full sync.
@safe
final class FullSyncStream: ByteStream {
  private let input: StreamBuffer
  private let layers: [ContainerKind]
  private let end: FullSyncHeader.End
  private var left: Int
  private var isAtEnd = false
  private var remark: InputRemark?

  init(_ input: StreamBuffer, _ layers: [ContainerKind]) throws(InputError) {
    self.input = input
    self.layers = layers
    end = try FullSyncHeader.read(input, layers)
    if case .count(let count) = end { left = count } else { left = 0 }
  }

  var remarks: [InputRemark] { input.remarks + (remark.map { [$0] } ?? []) }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
    guard !isAtEnd else { return 0 }
    switch end {
    case .count:
      // SAFETY: a part of the caller's buffer, for this call.
      let room = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[..<min(left, buffer.count)])
      let count = try left == 0 ? 0 : unsafe input.read(into: room)
      guard count > 0 || left == 0 else { throw error(.truncated) }
      left -= count
      if count == 0 { try finish() }
      return count
    case .mark(let mark):
      // SAFETY: as above.
      return try unsafe read(into: buffer, upTo: mark)
    }
  }

  private func read(
    into buffer: UnsafeMutableRawBufferPointer, upTo mark: [UInt8]
  ) throws(InputError) -> Int {
    guard try input.require(mark.count) else {
      throw error(.truncated, at: input.offset + input.count)
    }
    // SAFETY: `body` is inside the bytes that are there, and copied within the caller's buffer.
    let (count, isFound) = unsafe input.withBytes { bytes in
      let place = unsafe FullSyncStream.find(mark, in: bytes)
      // The mark may begin in the last bytes that are there.
      let body = min(place ?? (bytes.count - mark.count + 1), buffer.count)
      unsafe buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<body]))
      return (body, place == body)
    }
    input.take(count)
    if isFound {
      input.take(mark.count)
      try finish()
    }
    return count
  }

  /// The first place of a mark (Horspool search).
  static func find(_ mark: [UInt8], in bytes: UnsafeRawBufferPointer) -> Int? {
    let last = mark.count - 1
    var steps = [Int](repeating: mark.count, count: 256)
    for index in 0..<last { steps[Int(mark[index])] = last - index }
    var at = last
    // SAFETY: `at` is inside the bytes, and `last` bytes before it are too.
    while at < bytes.count {
      let byte = unsafe bytes[at]
      if byte == mark[last],
        unsafe UnsafeRawBufferPointer(rebasing: bytes[(at - last)...at]).elementsEqual(mark)
      {
        return at - last
      }
      at += steps[Int(byte)]
    }
    return nil
  }

  /// After the file: what a server sends from then on is not part of the backup.
  private func finish() throws(InputError) {
    isAtEnd = true
    let start = input.offset
    guard try input.require(1) else { return }
    remark = .trailingBytes(.fullSync, offset: start)
    while try input.require(1) { input.take(input.count) }
  }

  private func error(_ reason: ContainerError.Reason, at offset: Int? = nil) -> InputError {
    .container(ContainerError(reason, layers, at: offset ?? input.offset))
  }
}
