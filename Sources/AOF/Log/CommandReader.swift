// Commands of a log:
//
//   *<arguments>\r\n  ( $<bytes>\r\n  the bytes  \r\n ) for each argument
//   #TS:<seconds>\r\n and other lines that begin with #
//
// Servers read the numbers as C does: a sign, zeros in front and whatever follows the digits are let
// pass, and the two bytes behind an argument are not looked at.

/// Reads the commands of a log from front to back.
///
/// Holds no bytes: they are lent to each call.
package struct CommandReader: Sendable {
  /// What comes next in a log.
  package enum Item: Hashable, Sendable {
    /// A command; its arguments are in the reader.
    case command
    /// The second in which the commands that follow were written.
    case stamp(Int64)
    /// Any other line that begins with `#`.
    case remark
    /// The end of the file, perhaps inside a `#` line.
    case end
  }

  /// The part in which the places of arguments are.
  package let part: Int
  /// The next byte to read.
  package private(set) var offset: Int
  /// The first byte of what was read last.
  package private(set) var start: Int
  /// The arguments of the command that was read last, its name included; of one in which the reading
  /// failed, those before the failure.
  package private(set) var arguments: [StringPlace] = []
  /// Where the command before the next byte begins; -1 if none ends there.
  private var lastCommand = -1

  /// Arguments of one command that this reader takes; 16 bytes are kept for each.
  package static var argumentLimit: Int { 1 << 24 }
  /// Arguments for which places are made before they are read.
  private static var fewArguments: Int { 64 }
  private static var lineLimit: Int { 128 }
  private static var remarkLimit: Int { 1024 }
  /// Stamps from here on are milliseconds, as other tools write them: seconds reach the year 5138.
  private static var firstMilliseconds: Int64 { 100_000_000_000 }

  /// Begins at an offset.
  package init(part: Int, from offset: Int = 0) {
    self.part = part
    self.offset = offset
    start = offset
  }

  /// Goes on at another offset, at which a command begins.
  mutating func move(to offset: Int) {
    self.offset = offset
    lastCommand = -1
  }

  /// Reads what comes next.
  /// - Throws: What is wrong; the reader then stands where it stood.
  package mutating func next(in bytes: RawSpan) throws(LogError) -> Item {
    start = offset
    guard offset < bytes.byteCount else { return .end }
    switch bytes.byte(at: offset) {
    case 0x2a:
      try readCommand(in: bytes)
      return .command
    case 0x23: return try readRemark(in: bytes)
    case let byte:
      if let error = longArgument(in: bytes) { throw error }
      arguments.removeAll(keepingCapacity: true)
      throw LogError(.noCommand, at: offset, in: offset, number: Int64(byte))
    }
  }

  /// The first argument of the command just before that no line end follows; nil if there is none.
  ///
  /// Servers do not look there, and read what is left of the argument as the next command.
  func longArgument(in bytes: RawSpan) -> LogError? {
    lastCommand < 0 ? nil : CommandReader.longArgument(arguments, in: bytes, of: lastCommand)
  }

  static func longArgument(
    _ arguments: [StringPlace], in bytes: RawSpan, of command: Int
  ) -> LogError? {
    for argument in arguments {
      let end = argument.offset &+ argument.count
      guard bytes.byte(at: end) == 0x0d, bytes.byte(at: end &+ 1) == 0x0a else {
        return LogError(.longArgument, at: end, in: command, number: Int64(argument.count))
      }
    }
    return nil
  }

  private mutating func readCommand(in bytes: RawSpan) throws(LogError) {
    var at = offset &+ 1
    lastCommand = -1
    let count: Int64
    do throws(LogError) {
      count = try readNumber(in: bytes, &at)
    } catch {
      arguments.removeAll(keepingCapacity: true)
      throw error
    }
    guard count > 0, count <= Int64(CommandReader.argumentLimit) else {
      arguments.removeAll(keepingCapacity: true)
      throw LogError(.badCount, at: start, in: start, number: count)
    }
    try readArguments(Int(count), in: bytes, &at)
    lastCommand = offset
    offset = at
  }

  /// Reads the arguments of a command; of one in which the reading fails, those before the failure are kept.
  @inline(__always)
  private mutating func readArguments(
    _ count: Int, in bytes: RawSpan, _ at: inout Int
  ) throws(LogError) {
    // Taken out, so that nothing is checked again for each.
    var places: [StringPlace] = []
    swap(&places, &arguments)
    defer { swap(&places, &arguments) }
    guard count <= CommandReader.fewArguments else {
      places.removeAll(keepingCapacity: true)
      for _ in 0..<count { places.append(try readArgument(in: bytes, &at)) }
      return
    }
    while places.count > count { places.removeLast() }
    while places.count < count { places.append(.empty) }
    var read = 0
    do throws(LogError) {
      var row = places.mutableSpan
      while read < count {
        row[read] = try readArgument(in: bytes, &at)
        read &+= 1
      }
    } catch {
      places.removeLast(places.count &- read)
      throw error
    }
  }

  @inline(__always)
  private func readArgument(in bytes: RawSpan, _ at: inout Int) throws(LogError) -> StringPlace {
    guard at < bytes.byteCount else { throw LogError(.truncated, at: bytes.byteCount, in: start) }
    guard bytes.byte(at: at) == 0x24 else {
      throw LogError(.noArgument, at: at, in: start, number: Int64(bytes.byte(at: at)))
    }
    let place = at
    at &+= 1
    let count = try readNumber(in: bytes, &at)
    guard count >= 0 else { throw LogError(.badLength, at: place, in: start, number: count) }
    // at <= byteCount, so that the difference is what is left; two bytes follow the argument.
    guard count <= Int64(bytes.byteCount &- at &- 2) else {
      throw LogError(.truncated, at: place, in: start, number: count)
    }
    let argument = StringPlace(part: part, offset: at, count: Int(count))
    at &+= Int(count) &+ 2
    return argument
  }

  /// A number and the end of its line.
  @inline(__always)
  private func readNumber(in bytes: RawSpan, _ at: inout Int) throws(LogError) -> Int64 {
    var next = at
    var number: Int64 = 0
    // Nine digits fit whatever they are.
    let last = min(bytes.byteCount &- 2, at &+ 9)
    while next < last {
      let digit = bytes.byte(at: next) &- 0x30
      guard digit <= 9 else { break }
      number = number &* 10 &+ Int64(digit)
      next &+= 1
    }
    guard next > at, next &+ 1 < bytes.byteCount, bytes.byte(at: next) == 0x0d,
      bytes.byte(at: next &+ 1) == 0x0a
    else { return try readOddNumber(in: bytes, &at) }
    at = next &+ 2
    return number
  }

  /// A number as C reads it from the head of a line.
  @inline(never)
  private func readOddNumber(in bytes: RawSpan, _ at: inout Int) throws(LogError) -> Int64 {
    let end = try lineEnd(in: bytes, from: at, limit: CommandReader.lineLimit)
    var next = at
    while next < end, bytes.byte(at: next) == 0x20 || (9...13).contains(bytes.byte(at: next)) {
      next &+= 1
    }
    let sign = next < end ? bytes.byte(at: next) : 0
    if sign == 0x2b || sign == 0x2d { next &+= 1 }
    var number: Int64 = 0
    while next < end, (0x30...0x39).contains(bytes.byte(at: next)) {
      let (product, isLarge) = number.multipliedReportingOverflow(by: 10)
      let (sum, isLarger) = product.addingReportingOverflow(Int64(bytes.byte(at: next) &- 0x30))
      guard !isLarge, !isLarger else { number = .max; break }
      number = sum
      next &+= 1
    }
    at = end &+ 1
    return sign == 0x2d ? -number : number
  }

  /// The line feed that ends the line.
  private func lineEnd(
    in bytes: RawSpan, from at: Int, limit: Int
  ) throws(LogError) -> Int {
    var end = at
    while end < bytes.byteCount, end &- at < limit {
      if bytes.byte(at: end) == 0x0a { return end }
      end &+= 1
    }
    let isCut = end == bytes.byteCount
    throw LogError(isCut ? .truncated : .longLine, at: isCut ? end : at, in: start)
  }

  private mutating func readRemark(in bytes: RawSpan) throws(LogError) -> Item {
    lastCommand = -1
    let end: Int
    do {
      end = try lineEnd(in: bytes, from: offset, limit: CommandReader.remarkLimit)
    } catch {
      guard error.reason == .truncated else { throw error }
      offset = bytes.byteCount
      return .end
    }
    let line = bytes.extracting(offset..<end)
    offset = end &+ 1
    guard line.starts(with: "#TS:"), let stamp = CommandReader.stamp(line) else { return .remark }
    return .stamp(stamp)
  }

  /// The second of a `#TS:` line; nil if no number follows.
  private static func stamp(_ line: RawSpan) -> Int64? {
    var at = 4
    var number: Int64 = 0
    while at < line.byteCount, at < 22, (0x30...0x39).contains(line.byte(at: at)) {
      number = number &* 10 &+ Int64(line.byte(at: at) &- 0x30)  // 18 digits at most
      at &+= 1
    }
    guard at > 4 else { return nil }
    return number >= firstMilliseconds ? number / 1000 : number
  }
}
