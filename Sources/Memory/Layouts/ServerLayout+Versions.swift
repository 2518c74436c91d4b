// The layouts of the server versions that differ, by the version in which each began.

extension ServerLayout {
  /// A layout and the version it is of.
  struct Version: Sendable {
    let major: Int
    let minor: Int
    /// Whether it was compared with a running server.
    let isConfirmed: Bool
    let layout: ServerLayout

    init(_ major: Int, _ minor: Int, confirmed: Bool = true, _ layout: ServerLayout) {
      self.major = major
      self.minor = minor
      isConfirmed = confirmed
      self.layout = layout
    }
  }

  /// Redis, oldest first.
  static let redis: [Version] = [
    Version(4, 0, confirmed: false, redis4), Version(5, 0, confirmed: false, redis5),
    Version(6, 0, confirmed: false, redis6), Version(6, 2, redis62), Version(7, 0, redis70),
    Version(7, 2, confirmed: false, redis72), Version(7, 4, redis74), Version(8, 0, redis80),
    Version(8, 2, redis82), Version(8, 6, redis86),
  ]

  /// Valkey, oldest first.
  static let valkey: [Version] = [
    Version(7, 2, confirmed: false, redis72), Version(8, 0, confirmed: false, valkey80),
    Version(8, 1, valkey81), Version(9, 0, confirmed: false, valkey90), Version(9, 1, valkey90),
  ]

  private static let redis4 = {
    var layout = redis5
    layout.sortedSetParts = [16]
    layout.sortedSetRounded = 1
    layout.dictionary = 96
    return layout
  }()

  private static let redis5 = {
    var layout = redis6
    layout.roundsShortStrings = false
    return layout
  }()

  private static let redis6 = {
    var layout = redis62
    layout.streams.stream = 0
    layout.streams.roundsListpacks = false
    return layout
  }()

  private static let redis62 = {
    var layout = redis70
    layout.shortStrings = .plain
    layout.roundsBlobs = false
    layout.quicklistNode = 32
    layout.dictionary = 96
    layout.hasZiplists = true
    layout.streams.stream = 40
    layout.streams.group = 32
    return layout
  }()

  private static let redis70 = {
    var layout = redis72
    layout.packsSmallLists = false
    layout.packsSets = false
    layout.streams.consumer = 24
    return layout
  }()

  private static let redis72 = ServerLayout()

  private static let redis74 = {
    var layout = redis72
    layout.hashEntry = .metadata
    layout.listpackEx = 32
    return layout
  }()

  private static let redis80 = {
    var layout = redis74
    layout.averagesNodes = true
    return layout
  }()

  private static let redis82 = {
    var layout = redis80
    layout.key = .object
    layout.hasExpiryEntry = false
    layout.shortStrings = .withKeyRedis
    layout.memberEntry = 16
    layout.listpackEx = 24
    layout.streams.stream = 112
    layout.streams.pending = 32
    return layout
  }()

  private static let redis86 = {
    var layout = redis82
    layout.averagesNodes = false
    layout.roundsShortStrings = false
    layout.roundsBlobs = false
    layout.quicklist = 48
    layout.hashEntry = .unroundedBlock
    layout.sortedSetNode = .embedded
    layout.memberEntry = 24
    layout.sortedSetParts = [16, 40, 528]
    layout.sortedSetRounded = 1
    layout.streams = Streams(
      stream: 160, group: 56, consumer: 32, pending: 64, radixTree: 32, measuresTrees: true,
      roundsListpacks: false, countsNames: true)
    return layout
  }()

  private static let valkey80 = {
    var layout = redis72
    layout.key = .embeddedEntry
    return layout
  }()

  private static let valkey81 = {
    var layout = redis72
    layout.key = .object
    layout.hasExpiryEntry = false
    layout.shortStrings = .withKey
    layout.hashtable = 72
    layout.setEntry = 0
    layout.fieldEntry = 0
    layout.memberEntry = 0
    layout.hashEntry = .block
    layout.streams.radixTree = 32
    layout.streams.measuresTrees = true
    return layout
  }()

  private static let valkey90 = {
    var layout = valkey81
    layout.shortStrings = .withKey128
    layout.hashtable = 80
    layout.hashExtra = 8
    layout.sortedSetNode = .embeddedWithSize
    layout.sortedSetParts = [16, 528]
    layout.listpackEx = nil
    return layout
  }()
}
