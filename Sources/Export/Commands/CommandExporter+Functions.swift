// Function libraries: FUNCTION LOAD [REPLACE] source.
//
// Release candidates of 7.0 stored a library's name beside its source. Released servers read it
// from the
// first line of the source, so it is added there.

package import RDB

/// A function library as stored in a file.
package struct FunctionSource: Hashable, BitwiseCopyable, Sendable {
  /// The name, where it is stored beside the source.
  var name: StringObject?
  /// The source.
  var code: StringObject

  /// The library that an event describes; nil for other events.
  package init?(_ event: RDBEvent) {
    switch event {
    case .function(let code): self.code = code
    case .functionPreGA(let name, let code):
      self.name = name
      self.code = code
    default: return nil
    }
  }

  /// The offset of the source.
  package var offset: Int { code.place }

  /// The name of the library; nil if servers do not load it, since its first line gives no name.
  package func libraryName(in bytes: RawSpan) -> [UInt8]? {
    if let name { return name.unpacked(in: bytes) }
    guard let source = code.unpacked(in: bytes) else { return nil }
    return source.withRawSpan { span in
      FunctionLibrary(source: span).map { [UInt8](copying: span.extracting($0.name.range)) }
    }
  }
}

extension CommandExporter {
  /// Writes a function library.
  ///
  /// An existing library is replaced unless existing keys are kept; the server then replies with an
  /// error.
  ///
  /// - Throws: What is wrong with its strings, with a file offset. Nothing is written then.
  package mutating func export(
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
