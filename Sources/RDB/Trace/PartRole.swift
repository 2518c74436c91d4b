/// What bytes are, in the words of the format.
package enum PartRole: String, Hashable, Sendable {
  // Strings and counts of all types.
  case elements = "number of elements"
  case element
  case members = "number of members"
  case member
  case score
  case scoreText = "score as text"
  case scoreLength = "length of the score, or infinity"
  case fields = "number of fields"
  case field
  case value
  case fieldExpiry = "field's expiry"
  case expiryOffset = "field's expiry, counted from the least"
  case minimumExpiry = "least expiry of a field"

  // LZF data.
  case lzfMark = "mark of LZF data"
  case lzfPacked = "compressed length"
  case lzfPlain = "uncompressed length"

  // Quicklists.
  case nodes = "number of nodes"
  case node
  case container = "node's container (1 plain, 2 packed)"

  // Packed structures.
  case packed = "packed elements"
  case listpackBytes = "listpack: total bytes"
  case listpackCount = "listpack: number of entries"
  case listpackEnd = "listpack: end"
  case ziplistBytes = "ziplist: zlbytes"
  case ziplistTail = "ziplist: zltail, the last entry's offset"
  case ziplistCount = "ziplist: zllen, number of entries"
  case ziplistEnd = "ziplist: zlend"
  case intsetWidth = "intset: encoding, bytes per member"
  case intsetCount = "intset: length"
  case zipmapCount = "zipmap: zmlen, number of fields"
  case zipmapEnd = "zipmap: end"

  // Streams.
  case masterID = "node's id"
  case masterMS = "node's id: milliseconds"
  case masterSequence = "node's id: sequence"
  case length = "stream's length"
  case lastMS = "last id: milliseconds"
  case lastSequence = "last id: sequence"
  case firstMS = "first id: milliseconds"
  case firstSequence = "first id: sequence"
  case deletedMS = "greatest deleted id: milliseconds"
  case deletedSequence = "greatest deleted id: sequence"
  case added = "entries added"
  case liveCount = "master entry: entries"
  case deletedCount = "master entry: deleted entries"
  case masterFields = "master entry: number of fields"
  case masterField = "master entry: field"
  case masterEnd = "master entry: end"
  case flags = "entry's flags (1 deleted, 2 the master's fields)"
  case entryMS = "entry's id: milliseconds more than the node's"
  case entrySequence = "entry's id: sequence more than the node's"
  case entryFields = "entry's number of fields"
  case entryField = "entry's field"
  case entryValue = "entry's value"
  case entryParts = "parts of the entry before"
  case groups = "number of consumer groups"
  case group = "consumer group"
  case groupMS = "group's last delivered id: milliseconds"
  case groupSequence = "group's last delivered id: sequence"
  case entriesRead = "entries that the group has read"
  case pending = "number of pending entries (PEL)"
  case pendingMS = "pending entry's id: milliseconds"
  case pendingSequence = "pending entry's id: sequence"
  case deliveryTime = "delivery time"
  case deliveries = "delivery count"
  case consumers = "number of consumers"
  case consumer
  case seenTime = "seen time"
  case activeTime = "active time"
  case owned = "consumer's number of pending entries"
  case nacked = "number of entries given back"
  case duration = "how long messages are remembered"
  case maximum = "how many messages are remembered"
  case producers = "number of producers"
  case producer
  case messages = "number of the producer's messages"
  case message
  case messageMS = "message's entry id: milliseconds"
  case messageSequence = "message's entry id: sequence"
  case uniqueAdded = "messages added"
  case duplicates = "duplicate messages"

  // Modules.
  case moduleID = "module type and version"
  case moduleOpcode = "module opcode (0 end, 1 signed, 2 unsigned, 3 float, 4 double, 5 string)"
  case signed = "signed number"
  case unsigned = "unsigned number"
  case float
  case double
  case text = "string"

  // Rare types.
  case form = "form of the fields (0 packed, 1 strings)"
  case templateFields = "template's fields"
  case templateField = "template's field"
  case templateID = "template's id"
  case templateValues = "values"
  case placeholder
  case hasInsertIndex = "whether an insert index follows"
  case insertIndex = "insert index"
  case index = "element's index"
  case tag = "element's kind (0, 3 string, 1 integer, 2 double)"
  case integer
  case number
  case script
  case start = "start time"
  case interval
  case keys = "number of keys"
  case key
  case arguments = "number of arguments"
  case argument
  case document

  /// How the bytes store a number, if they have a fixed width and do.
  package var numberEncoding: NumberEncoding? {
    switch self {
    case .masterMS, .masterSequence, .pendingMS, .pendingSequence: .bigEndian
    case .listpackBytes, .listpackCount, .ziplistBytes, .ziplistTail, .ziplistCount, .intsetWidth,
      .intsetCount, .integer, .interval:
      .littleEndian
    case .fieldExpiry, .minimumExpiry, .deliveryTime, .seenTime, .activeTime, .start: .time
    case .double, .score: .double
    default: nil
    }
  }

  /// How bytes of a fixed width store a number.
  package enum NumberEncoding: Hashable, Sendable {
    /// The most significant byte first.
    case bigEndian
    /// The least significant byte first.
    case littleEndian
    /// Milliseconds since 1970, the least significant byte first.
    case time
    /// A double.
    case double
  }
}
