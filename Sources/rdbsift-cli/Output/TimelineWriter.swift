// How a line of a timeline is spelled.

import Export
import RDB

/// Spells lines.
struct TimelineWriter {
  static let titles =
    "datetime,timestamp_desc,source,source_long,message,parser,display_name,tag"

  private let tail: [UInt8]

  init(path: String) {
    var tail = OutputBuffer(capacity: 4096)
    tail.append(",rdbsift,")
    Array(Formatting.key(path.utf8).utf8).withRawSpan {
      tail.append(csv: ByteRange(offset: 0, count: $0.byteCount), of: $0)
    }
    tail.append(0x2c)
    self.tail = tail.withBytes { [UInt8](copying: $0) }
  }

  /// Appends a line; without a moment it stands at no time at all.
  func append(
    _ moment: UnixMilliseconds?, _ what: StaticString, _ message: RawSpan, tag: StaticString,
    to output: inout OutputBuffer
  ) {
    if let moment {
      TimelineWriter.append(moment, to: &output)
    } else {
      output.append("0000-00-00T00:00:00.000")
    }
    output.append("+00:00,")
    output.append(what)
    output.append(",RDB,Redis backup,")
    output.append(csv: ByteRange(offset: 0, count: message.byteCount), of: message)
    tail.withRawSpan { output.append($0) }
    output.append(tag)
    output.append(0x0a)
  }

  /// A moment with three digits of a second: all of one length, so that they sort as text.
  private static func append(_ moment: UnixMilliseconds, to output: inout OutputBuffer) {
    let (date, inDay) = Formatting.date(milliseconds: moment.rawValue)
    if date.year < 0 { output.append(0x2d) }
    let year = date.year.magnitude
    if year < 10_000 {
      output.append(word: pair(year / 100) | pair(year % 100) << 16, width: 4)
    } else {
      output.append(decimal: year)
    }
    let (seconds, milliseconds) = inDay.magnitude.quotientAndRemainder(dividingBy: 1000)
    // Least significant byte first: "-MM-DDTH", then "H:MM:SS.", then three digits.
    let hour = pair(seconds / 3600)
    output.append(
      word: 0x2d | pair(date.month.magnitude) << 8 | 0x2d << 24 | pair(date.day.magnitude) << 32
        | 0x54 << 48 | hour << 56, width: 8)
    output.append(
      word: hour >> 8 | 0x3a << 8 | pair(seconds / 60 % 60) << 16 | 0x3a << 32
        | pair(seconds % 60) << 40 | 0x2e << 56, width: 8)
    output.append(
      word: 0x30 + milliseconds / 100 | pair(milliseconds % 100) << 8, width: 3)
  }

  /// Two digits, the first in the lowest byte.
  private static func pair(_ number: UInt64) -> UInt64 {
    (0x30 + number / 10) | (0x30 + number % 10) << 8
  }
}
