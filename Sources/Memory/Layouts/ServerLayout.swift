// The structures that servers keep values in, as sizes and rules. A value of `ServerLayout` describes one
// minor version; only what the server's MEMORY USAGE counts matters.

/// The structures of one server version.
struct ServerLayout: Sendable {
  /// Where the key is.
  enum KeyPlacement: BitwiseCopyable {
    /// A string of its own beside an entry of the main dictionary.
    case entry
    /// Embedded in the entry of the main dictionary.
    case embeddedEntry
    /// Embedded in the object, with the expiry.
    case object
  }

  /// How short strings share a block with their object.
  enum ShortStrings: BitwiseCopyable {
    /// Up to 44 bytes with the object, not rounded.
    case plain
    /// Up to 44 bytes with the object.
    case rounded
    /// With the object and the key, up to 64 bytes together.
    case withKey
    /// With the object and the key, up to 64 bytes together as Redis counts them.
    case withKeyRedis
    /// With the object and the key, up to 128 bytes together; the object has no pointer.
    case withKey128
  }

  /// The entries of hash tables that hold hashes.
  enum HashEntry: BitwiseCopyable {
    /// A dictionary entry, the field and the value.
    case strings
    /// A dictionary entry, the field with metadata, and the value (Redis 7.4 to 8.2).
    case metadata
    /// One block, or a field with a pointer to the value; not rounded (Redis 8.6).
    case unroundedBlock
    /// One block, or a field with a pointer to the value (Valkey 8.1 on).
    case block
  }

  /// The nodes of sorted sets.
  enum SortedSetNode: BitwiseCopyable {
    /// A member that the node points to.
    case pointer
    /// A member inside the node (Redis 8.6).
    case embedded
    /// A member inside the node, with the size of its header (Valkey 9).
    case embeddedWithSize
  }

  /// The structures of streams.
  struct Streams: BitwiseCopyable {
    var stream = 80
    var group = 40
    var consumer = 32
    var pending = 24
    var radixTree = 24
    /// Whether radix trees are measured, and not guessed from their number of nodes.
    var measuresTrees = false
    /// Whether listpacks are rounded.
    var roundsListpacks = true
    /// Whether consumer names, group names and ids pending anywhere have trees that are counted.
    var countsNames = false
  }

  var key = KeyPlacement.entry
  var shortStrings = ShortStrings.rounded
  /// Whether strings below 32 bytes count as the allocator rounds them.
  var roundsShortStrings = true
  /// Whether packed structures count as the allocator rounds them.
  var roundsBlobs = true
  /// Whether fixed structures and entries count as the allocator rounds them.
  var roundsStructures = false
  var quicklist = 40
  var quicklistNode = 40
  /// Whether the average node times the number of elements is counted, in floating point.
  var averagesNodes = false
  /// Whether a list of one packed node is a listpack.
  var packsSmallLists = true
  /// Bytes of a dictionary without its buckets.
  var dictionary = 56
  /// Bytes of a hash table of Valkey 8.1 on without its buckets; nil for dictionaries.
  var hashtable: Int?
  /// Bytes that a hash's table has besides.
  var hashExtra = 0
  /// Bytes of an entry per set member.
  var setEntry = 24
  /// Bytes of an entry per hash field.
  var fieldEntry = 24
  var hashEntry = HashEntry.strings
  var sortedSetNode = SortedSetNode.pointer
  /// Bytes of an entry per member of a sorted set.
  var memberEntry = 24
  /// Bytes of a sorted set without its table and nodes; nil to compute them.
  var sortedSetParts: [Int] = [16, 32, 536]
  /// The structures of `sortedSetParts` that are rounded, from this number on.
  var sortedSetRounded = 2
  var streams = Streams()
  /// Bytes that hold the expiries of a hash's listpack; nil where fields have no expiries.
  var listpackEx: Int?
  /// Whether the expires dictionary has an entry for each key with an expiry.
  var hasExpiryEntry = true
  /// Whether what the command leaves out is counted: the entry in the expires dictionary.
  var countsExpiryEntry = false
  /// Bytes of an entry of the main dictionary that the command leaves out.
  var uncountedEntry = 0
  /// Whether hashes, lists and sorted sets are ziplists.
  var hasZiplists = false
  /// Whether small sets of strings are listpacks.
  var packsSets = true
}

extension ServerLayout {
  /// The same structures as the allocator holds them.
  var real: ServerLayout {
    var layout = self
    layout.roundsShortStrings = true
    layout.roundsBlobs = true
    layout.roundsStructures = true
    layout.averagesNodes = false
    layout.countsExpiryEntry = hasExpiryEntry
    if shortStrings == .plain { layout.shortStrings = .rounded }
    if hashEntry == .unroundedBlock { layout.hashEntry = .block }
    layout.streams.measuresTrees = true
    layout.streams.roundsListpacks = true
    // Members are in the buckets themselves, except those that share one.
    if hashtable == nil, packsSets { layout.setEntry = 5 }
    if key == .object, hashtable == nil { layout.uncountedEntry = 16 }
    return layout
  }
}
