// Checks of the events between records: strings unpack, libraries name themselves, a template's fields
// ascend.

/// Checks the events between records.
package struct EventCheck: ~Copyable {
  private var scratch = Scratch()

  /// Makes a check of any number of events.
  package init() {}

  /// Checks an event.
  ///
  /// - Parameters:
  ///     - event: An event of a scan.
  ///   - bytes: A part of the file that holds it.
  /// - Throws: What is wrong, with its offset in `bytes`.
  package mutating func check(
    _ event: RDBEvent, in bytes: RawSpan
  ) throws(RDBError) {
    switch event {
    case .aux(let name, let value):
      try unpack(name, in: bytes)
      try unpack(value, in: bytes)
    case .function(let code): try checkLibrary(code, in: bytes)
    case .functionPreGA(let name, let code):
      try unpack(name, in: bytes)
      try unpack(code, in: bytes)
    case .moduleAux(_, let place):
      var at = place.offset &+ 1
      try bytes.skipLengths(3, &at)
      while let value = try bytes.readModuleValue(&at) {
        if case .string(let string) = value { try unpack(string, in: bytes) }
      }
    case .hashTemplate(let id, let fields, let place, let isRedefined):
      guard !isRedefined else {
        throw RDBError(.badTemplate, .redefined, at: place.offset, number: id)
      }
      try checkTemplate(fields, at: place.offset &+ 1, in: bytes)
    case .selectDatabase, .resize, .slotInfo, .slotImport, .other, .end: break
    }
  }

  private mutating func unpack(_ string: StringObject, in bytes: RawSpan) throws(RDBError) {
    guard case .lzf = string else { return }
    try scratch.withBytes(of: string, in: bytes) { (_) throws(RDBError) in }
  }

  private mutating func checkLibrary(_ code: StringObject, in bytes: RawSpan) throws(RDBError) {
    let isSound = try scratch.withBytes(of: code, in: bytes) { (source) throws(RDBError) in
      FunctionLibrary(source: source) != nil
    }
    guard isSound else { throw RDBError(.badFunction, at: max(0, code.place)) }
  }

  /// The fields of a template ascend.
  private mutating func checkTemplate(
    _ fields: UInt64, at start: Int, in bytes: RawSpan
  ) throws(RDBError) {
    var at = start
    try bytes.skipLengths(2, &at)
    var previous: [UInt8]?
    for _ in 0..<fields {
      let place = at
      let string = try bytes.readString(&at)
      let field = try scratch.withBytes(of: string, in: bytes) { (text) throws(RDBError) in
        [UInt8](copying: text)
      }
      guard previous.map({ $0.isTemplateField(before: field) }) ?? true else {
        throw RDBError(.badTemplate, .order, at: place)
      }
      previous = field
    }
  }
}

extension [UInt8] {
  /// Whether a field comes before another in a template: by length, then by bytes.
  func isTemplateField(before other: [UInt8]) -> Bool {
    count == other.count ? lexicographicallyPrecedes(other) : count < other.count
  }
}
