import RDB

/// The arguments of a command, its name included, as commands read them.
struct Arguments {
  let places: [StringPlace]
  let parts: ByteParts

  var count: Int { places.count }

  subscript(index: Int) -> StringPlace { places[index] }

  /// Servers refuse a command that has fewer arguments.
  func require(_ least: Int) throws(CommandFailure) {
    guard places.count >= least else { throw .rejected }
  }

  /// An integer.
  func integer(_ index: Int) throws(CommandFailure) -> Int64 {
    guard index < count, let value = parts.integer(places[index]) else { throw .rejected }
    return value
  }

  /// An integer that counts things in memory.
  func count(_ index: Int) throws(CommandFailure) -> Int {
    Int(clamping: try integer(index))
  }

  /// A number that is not NaN.
  func double(_ index: Int) throws(CommandFailure) -> Double {
    guard index < count, let value = parts.double(places[index]) else { throw .rejected }
    return value
  }

  /// Whether an argument is a word, in letters of any case; the word is in upper case.
  func isWord(_ index: Int, _ word: StaticString) -> Bool {
    index < count && parts.isWord(places[index], word)
  }

  /// The first argument from an index on that is a word.
  func find(_ word: StaticString, from first: Int) -> Int? {
    var index = first
    while index < count {
      if parts.isWord(places[index], word) { return index }
      index += 1
    }
    return nil
  }

  /// A stream's id; `sequence` stands for a part that is missing.
  func streamID(_ index: Int, sequence: UInt64 = 0) throws(CommandFailure) -> StreamID {
    guard index < count, let id = StreamID(places[index], in: parts, sequence) else {
      throw .rejected
    }
    return id
  }
}

extension StreamID {
  /// Reads `ms-seq` or `ms`.
  init?(_ place: StringPlace, in parts: ByteParts, _ sequence: UInt64) {
    let id = parts.withBytes(place) { text -> StreamID? in
      var dash = 0
      while dash < text.byteCount, text.byte(at: dash) != 0x2d { dash += 1 }
      guard let ms = text.extracting(first: dash).unsignedInteger else { return nil }
      guard dash < text.byteCount else { return StreamID(ms: ms, seq: sequence) }
      return text.extracting(droppingFirst: dash + 1).unsignedInteger.map {
        StreamID(ms: ms, seq: $0)
      }
    }
    guard let id else { return nil }
    self = id
  }
}
