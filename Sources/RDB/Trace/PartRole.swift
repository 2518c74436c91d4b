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
  case fieldExpiry = "field expiry"
  case expiryOffset = "field expiry, relative to the minimum"
  case minimumExpiry = "minimum field expiry"

  // LZF data.
  case lzfMark = "LZF marker"
  case lzfPacked = "compressed length"
  case lzfPlain = "uncompressed length"

  // Quicklists.
  case nodes = "number of nodes"
  case node
  case container = "node container (1 plain, 2 packed)"

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
  case masterID = "node ID"
  case masterMS = "node ID: milliseconds"
  case masterSequence = "node ID: sequence"
  case length = "stream length"
  case lastMS = "last ID: milliseconds"
  case lastSequence = "last ID: sequence"
  case firstMS = "first ID: milliseconds"
  case firstSequence = "first ID: sequence"
  case deletedMS = "maximum deleted ID: milliseconds"
  case deletedSequence = "maximum deleted ID: sequence"
  case added = "entries added"
  case liveCount = "master entry: entries"
  case deletedCount = "master entry: deleted entries"
  case masterFields = "master entry: number of fields"
  case masterField = "master entry: field"
  case masterEnd = "master entry: end"
  case flags = "entry flags (1 deleted, 2 same fields as the master entry)"
  case entryMS = "entry ID: milliseconds relative to the node ID"
  case entrySequence = "entry ID: sequence relative to the node ID"
  case entryFields = "number of entry fields"
  case entryField = "entry field"
  case entryValue = "entry value"
  case entryParts = "number of parts of the preceding entry"
  case groups = "number of consumer groups"
  case group = "consumer group"
  case groupMS = "last delivered ID: milliseconds"
  case groupSequence = "last delivered ID: sequence"
  case entriesRead = "entries read by the group"
  case pending = "number of pending entries (PEL)"
  case pendingMS = "pending entry ID: milliseconds"
  case pendingSequence = "pending entry ID: sequence"
  case deliveryTime = "delivery time"
  case deliveries = "delivery count"
  case consumers = "number of consumers"
  case consumer
  case seenTime = "seen time"
  case activeTime = "active time"
  case owned = "number of pending entries of the consumer"
  case nacked = "number of released entries (NACK)"
  case duration = "how long message IDs are remembered"
  case maximum = "how many message IDs are remembered"
  case producers = "number of producers"
  case producer
  case messages = "number of messages of the producer"
  case message
  case messageMS = "entry ID of the message: milliseconds"
  case messageSequence = "entry ID of the message: sequence"
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
  case form = "format of the fields (0 packed, 1 strings)"
  case templateFields = "template fields"
  case templateField = "template field"
  case templateID = "template ID"
  case templateValues = "values"
  case placeholder
  case hasInsertIndex = "whether an insert index follows"
  case insertIndex = "insert index"
  case index = "element index"
  case tag = "element kind (0, 3 string, 1 integer, 2 double)"
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
