// Bytes that come at one end and go away at the other.

import Testing

@testable import Storage

/// A long stream whose pages begin with their own numbers; what is in them beside is not looked at.
private final class NumberedPages: ByteStream {
  static let page = 4096
  private let count: Int
  private var offset = 0

  init(pages: Int) { count = pages * NumberedPages.page }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
    let step = min(count - offset, buffer.count)
    let pages = NumberedPages.page
    var at = (offset + pages - 1) / pages * pages
    while at + 8 <= offset + step {
      unsafe buffer.storeBytes(
        of: UInt64(at / pages), toByteOffset: at - offset, as: UInt64.self)
      at += pages
    }
    offset += step
    return step
  }
}

private func numbers(_ bytes: RawSpan, from start: Int, to end: Int) -> Bool {
  stride(from: start, to: end, by: NumberedPages.page).allSatisfy {
    unsafe bytes.unsafeLoad(fromByteOffset: $0, as: UInt64.self) == $0 / NumberedPages.page
  }
}

@Suite("Growing bytes")
struct GrowingBytesTests {
  @Test("bytes stay as they came, at their places, while pages before them are used again")
  func recycled() throws {
    let unpacker = try Unpacker(NumberedPages(pages: 24_576), Unpacker.Options())
    let bytes = try GrowingBytes(path: "test")
    let kept = 9 << 20
    var (end, retired, wanted) = (0, 0, 1 << 20)
    while true {
      // Now and then much is needed at once, as for a long record.
      wanted = wanted == 1 << 20 ? 5 << 20 : 1 << 20
      let count = try bytes.append(wanted, from: unpacker, retired: retired)
      if count == 0 { break }
      end += count
      let start = max(0, end - kept) / NumberedPages.page * NumberedPages.page
      retired = bytes.retire(before: start)
      let whole = end / NumberedPages.page * NumberedPages.page
      let isRight = bytes.withBytes(upTo: end) { numbers($0, from: start, to: whole) }
      #expect(isRight, "up to \(end)")
    }
    #expect(end == 24_576 * NumberedPages.page)
    #expect(retired > 80 << 20)
  }

  #if os(Linux)
    @Test("who reads what was retired ends the process, and does not misread")
    func retired() async {
      await #expect(processExitsWith: .signal(11)) {
        let unpacker = try Unpacker(NumberedPages(pages: 4096), Unpacker.Options())
        let bytes = try GrowingBytes(path: "test")
        var end = 0
        while end < 12 << 20 { end += try bytes.append(1 << 20, from: unpacker) }
        let retired = bytes.retire(before: 8 << 20)
        // The first step is moved, the second is not yet.
        _ = try bytes.append(1 << 20, from: unpacker, retired: 2 << 20)
        bytes.withBytes(upTo: end) { span in
          _ = unsafe span.unsafeLoad(fromByteOffset: retired - 64, as: UInt64.self)
        }
      }
    }
  #endif
}
