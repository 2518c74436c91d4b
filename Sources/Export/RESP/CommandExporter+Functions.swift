// Function libraries: FUNCTION LOAD [REPLACE] source.
//
// Release candidates of 7.0 kept a library's name beside its source; since then the source's first
// line tells it, and is put there.

public import RDB

/// A function library as a file holds it.
public struct FunctionSource: Hashable, BitwiseCopyable, Sendable {
  /// The name, where it stands beside the source.
  var name: StringObject?
  /// The source.
  var code: StringObject

  /// The library that an event tells of; nil if it tells of something else.
  public init?(_ event: RDBEvent) {
    switch event {
    case .function(let code): self.code = code
    case .functionPreGA(let name, let code):
      self.name = name
      self.code = code
    default: return nil
    }
  }
}

extension CommandExporter {
  /// Writes a function library.
  ///
  /// One that is there already is replaced, unless existing keys are to stay: then the server
  /// answers with an error.
  ///
  /// - Throws: What is wrong with its strings, as a place in the file. Nothing is written then.
  public mutating func export(
    _ library: FunctionSource, from bytes: RawSpan
  ) throws(RDBError) {
    let start = output.count
    let replaces = options.existing == .merge || options.existing == .replace
    output.append(replaces ? "*4\r\n" : "*3\r\n")
    output.append("$8\r\nFUNCTION\r\n$4\r\nLOAD\r\n")
    if replaces { output.append("$7\r\nREPLACE\r\n") }
    do throws(RDBError) {
      let code = library.code
      guard let name = library.name else {
        return try output.appendBulk(code, in: bytes)
      }
      let count = code.count &+ name.count &+ 12  // all but 12 are bytes of the file, unpacked
      output.write(atMost: OutputCursor.bulkOverhead) { $0.appendBulkHead(count) }
      output.append("#!LUA name=")
      try output.append(name, in: bytes)
      output.append("\n")
      try output.append(code, in: bytes)
      output.append("\r\n")
    } catch {
      output.removeAll(after: start)
      throw error
    }
  }
}
