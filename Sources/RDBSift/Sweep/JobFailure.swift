// How a job ends before its time, as data. The door makes the sentences.

package import RDB
package import Restore
package import Storage

/// Why a job stopped.
package enum JobFailure: Error, Sendable {
  /// The file is damaged.
  case damage(Damage)
  /// The world refused: a file that could not be read or written.
  case system(SystemError)
  /// A container gave no bytes to begin with.
  case container(ContainerError)
  /// A pattern, of this text, could not be decided for a key.
  case pattern(KeyMatchError, text: [UInt8], key: [UInt8], offset: Int)
}

extension JobFailure {
  /// The failure of an input.
  package init(_ error: InputError) {
    switch error {
    case .system(let error): self = .system(error)
    case .container(let error): self = .container(error)
    }
  }
}

/// What was being read.
package enum Reading: String, Hashable, Sendable, CaseIterable {
  /// The file's first nine bytes.
  case header
  /// What stands between records: attributes of the next key, and what is no key.
  case between
  /// A key.
  case key
  /// A value.
  case value
  /// The end opcode and the checksum.
  case end
}

/// Damage, and whose it is.
package struct Damage: Equatable, Sendable {
  /// What is wrong and where.
  package var error: RDBError
  /// Bytes of the file.
  package var fileSize: Int
  /// The first byte of the record or opcode that could not be read.
  package var start: Int
  /// The database.
  package var database: UInt32
  /// The type byte of the value, where it could be read.
  package var type: RDBType?
  /// The key, spelled out, where it could be read.
  package var key: [UInt8]?
  /// What was being read.
  package var reading: Reading

  /// Damage to the header.
  package init(_ error: RDBError, fileSize: Int) {
    self.error = error
    self.fileSize = fileSize
    start = 0
    database = 0
    reading = .header
  }

  /// Damage to what stands between records.
  package init(_ error: RDBError, between start: Int, database: UInt32, fileSize: Int) {
    self.error = error
    self.fileSize = fileSize
    self.start = start
    self.database = database
    reading = .between
  }

  /// Damage to a record that was scanned whole.
  package init(_ error: RDBError, in record: RDBRecord, key: [UInt8]?, fileSize: Int) {
    self.error = error
    self.fileSize = fileSize
    start = record.start
    database = record.database
    type = record.type
    self.key = key
    reading = error.offset < record.valueOffset ? .key : .value
  }

  /// Damage that the scanner met.
  package init(_ error: RDBError, scanner: RDBScanner, in bytes: RawSpan) {
    self.error = error.spanningHole(in: bytes)
    fileSize = bytes.byteCount
    let location = scanner.failureLocation(in: bytes)
    start = location.start
    database = scanner.state.database
    type = location.type
    key = location.key.flatMap { $0.spelled(in: bytes) }
    reading =
      location.type?.shape(in: scanner.context.dialect) == nil
      ? .between : location.key == nil ? .key : .value
  }
}

extension RDBRecord {
  /// The key's bytes; nil if it does not unpack.
  package func readableKey(in bytes: RawSpan) -> [UInt8]? {
    (try? key(in: bytes)).flatMap { $0.spelled(in: bytes) }
  }
}

extension StringObject {
  /// The string's bytes; nil if its data does not unpack.
  package func spelled(in bytes: RawSpan) -> [UInt8]? {
    var scratch = Scratch()
    return try? scratch.withBytes(of: self, in: bytes) { (text) throws(RDBError) in
      Array(copying: text)
    }
  }
}
