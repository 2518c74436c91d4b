// Names the entries of a packed structure in order.

/// Names entries.
struct EntryNamer {
  /// What entries of most structures are, in turn.
  private let turn: [PartRole]
  private var index = 0
  private var stream: StreamEntryNamer?

  /// Begins at the first entry of a string that has a role in a value of a type.
  init(_ type: RDBType, _ dialect: RDBDialect, _ role: PartRole) {
    turn =
      switch (role, type.shape(in: dialect)) {
      case (.templateFields, _): [.templateField]
      case (_, .list): [.element]
      case (_, .set): [.member]
      case (_, .sortedSet): [.member, .scoreText]
      case (_, .hash) where type.isListpackEx: [.field, .value, .fieldExpiry]
      case (.templateValues, _): [.value]
      case (_, .hash): [.field, .value]
      default: []
      }
    switch (role, type) {
    case (.templateValues, .hashTemplateListpack): first = .placeholder
    case (.templateValues, _): first = .templateID
    default: break
    }
    if type.shape(in: dialect) == .stream { stream = StreamEntryNamer() }
  }

  /// What the first entry is, if it is none of those that come in turn.
  private var first: PartRole?

  /// What the next entry is.
  mutating func next(_ entry: StringObject) -> PartRole? {
    if stream != nil { return stream?.next(entry) }
    if let first {
      self.first = nil
      return first
    }
    guard !turn.isEmpty else { return nil }
    defer { index += 1 }
    return turn[index % turn.count]
  }
}

/// Says what entries of a stream's listpack are; see `WalkStreamNode.swift`.
private struct StreamEntryNamer {
  private enum Place {
    case live, deleted, masterFields, masterField(left: Int64), masterEnd
    case flags, milliseconds, sequence, fields, field(left: Int64), value(left: Int64), parts
    case lost
  }

  private var place = Place.live
  /// Fields of the master entry.
  private var shared: Int64 = 0
  /// Whether the entry at hand has fields of its own.
  private var hasFields = false

  mutating func next(_ entry: StringObject) -> PartRole? {
    let number: Int64? = if case .integer(let value) = entry { value } else { nil }
    switch place {
    case .live: return go(to: .deleted, .liveCount)
    case .deleted: return go(to: .masterFields, .deletedCount)
    case .masterFields:
      shared = number ?? 0
      return go(to: shared > 0 ? .masterField(left: shared) : .masterEnd, .masterFields)
    case .masterField(let left):
      return go(to: left > 1 ? .masterField(left: left - 1) : .masterEnd, .masterField)
    case .masterEnd: return go(to: .flags, .masterEnd)
    case .flags:
      guard let number else { return go(to: .lost, nil) }
      hasFields = number & 2 == 0
      return go(to: .milliseconds, .flags)
    case .milliseconds: return go(to: .sequence, .entryMS)
    case .sequence:
      return go(to: hasFields ? .fields : values(shared), .entrySequence)
    case .fields:
      guard let number else { return go(to: .lost, nil) }
      return go(to: number > 0 ? .field(left: number) : .parts, .entryFields)
    case .field(let left): return go(to: .value(left: left), .entryField)
    case .value(let left):
      let next: Place = left <= 1 ? .parts : hasFields ? .field(left: left - 1) : values(left - 1)
      return go(to: next, .entryValue)
    case .parts: return go(to: .flags, .entryParts)
    case .lost: return nil
    }
  }

  private func values(_ count: Int64) -> Place { count > 0 ? .value(left: count) : .parts }

  private mutating func go(to next: Place, _ role: PartRole?) -> PartRole? {
    place = next
    return role
  }
}
