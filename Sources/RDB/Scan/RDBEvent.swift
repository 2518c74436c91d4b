/// Something between the records of a file.
///
/// Offsets are in bytes from the start of the file.
public enum RDBEvent: Hashable, BitwiseCopyable, Sendable {
  /// A name and a value about the file.
  case aux(name: StringObject, value: StringObject)
  /// The database of the records that follow.
  case selectDatabase(UInt32)
  /// Hints: how many keys the database has, and how many of them expire.
  case resize(keys: UInt64, expires: UInt64)
  /// A hint: how many keys of a cluster slot follow, and how many of them expire.
  case slotInfo(slot: UInt64, keys: UInt64, expires: UInt64)
  /// Slots that were being imported (Valkey): the whole opcode.
  case slotImport(ByteRange)
  /// A function library's source.
  case function(StringObject)
  /// A function library as release candidates of 7.0 wrote it: its name and its source.
  case functionPreGA(name: StringObject, code: StringObject)
  /// Module data that belongs to no key: the whole opcode.
  case moduleAux(module: ModuleID, ByteRange)
  /// The fields that hashes of one template share (Redis 8.10): the whole opcode, and whether the file
  /// has defined the id before.
  case hashTemplate(id: UInt64, fields: UInt64, ByteRange, isRedefined: Bool)
  /// An opcode that carries nothing about keys: its byte and its place.
  case other(RDBOpcode, ByteRange)
  /// The end opcode: its place, and the checksum that follows it, nil before version 5.
  case end(at: Int, checksum: UInt64?)
}
