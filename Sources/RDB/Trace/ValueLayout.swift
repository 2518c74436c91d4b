// The parts of a value, in the order in which they are written. The walkers determine how long
// each part is; the layout only names them. Parts that do not follow the layout get no name.

/// A step through a value.
enum LayoutStep: Sendable {
  /// A number stored as a length.
  case number(PartRole)
  /// The same; the number of times `each` repeats the next steps.
  case count(PartRole)
  /// Steps that are gone through as often as the last count said.
  case each([LayoutStep])
  /// Steps that are gone through until the value ends.
  case rest([LayoutStep])
  /// A number that says what follows; a number without steps ends what repeats.
  case choice(PartRole, [UInt64: [LayoutStep]])
  /// A string.
  case string(PartRole)
  /// Bytes of a fixed width.
  case fixed(Int, PartRole)
  /// A score as text.
  case textScore
}

extension LayoutStep {
  /// The layout of values of a type.
  static func layout(_ type: RDBType, _ dialect: RDBDialect) -> [LayoutStep] {
    switch type {
    case .string: [.string(.value)]
    case .list: [.count(.elements), .each([.string(.element)])]
    case .set: [.count(.members), .each([.string(.member)])]
    case .zset: [.count(.members), .each([.string(.member), .textScore])]
    case .hash: [.count(.fields), .each([.string(.field), .string(.value)])]
    case .zset2: [.count(.members), .each([.string(.member), .fixed(8, .score)])]
    case .module2: [.number(.moduleID), .rest([moduleValue])]
    case .hashListpackEx: [.fixed(8, .minimumExpiry), .string(.packed)]
    case _ where type.isPathHash(in: dialect): []
    case _ where type.isPackedString: [.string(.packed)]
    case .listQuicklist: [.count(.nodes), .each([.string(.node)])]
    case .listQuicklist2: [.count(.nodes), .each([.number(.container), .string(.node)])]
    case .streamListpacks, .streamListpacks2, .streamListpacks3, .streamListpacks4,
      .streamListpacks5:
      stream(StreamLayout(type))
    case .valkeyHash2 where dialect == .valkey:
      [.count(.fields), .each([.string(.field), .string(.value), .fixed(8, .fieldExpiry)])]
    case .hashMetadataPreGA:
      [.count(.fields), .each([.number(.fieldExpiry), .string(.field), .string(.value)])]
    case .hashMetadata:
      [
        .fixed(8, .minimumExpiry), .count(.fields),
        .each([.number(.expiryOffset), .string(.field), .string(.value)]),
      ]
    case .array: array
    case .keyDBCron: cron
    case _ where dialect == .dragonfly: dragonfly(type)
    case .hashTemplateListpack: [templateFields, .string(.templateValues)]
    case .hashTemplateListpackRef: [.string(.templateValues)]
    case .hashTemplateArray: [templateFields, .rest([.string(.value)])]
    case .hashTemplateArrayRef: [.number(.templateID), .rest([.string(.value)])]
    case .gcra: [.number(.number)]
    default: []
    }
  }

  private static let cron: [LayoutStep] = [
    .string(.script), .fixed(8, .start), .fixed(8, .interval), .count(.keys),
    .each([.string(.key)]), .count(.arguments), .each([.string(.argument)]),
  ]

  private static let moduleValue = LayoutStep.choice(
    .moduleOpcode,
    [
      1: [.number(.signed)], 2: [.number(.unsigned)], 3: [.fixed(4, .float)],
      4: [.fixed(8, .double)], 5: [.string(.text)],
    ])

  private static let templateFields = LayoutStep.choice(
    .form,
    [
      0: [.string(.templateFields)],
      1: [.count(.fields), .each([.string(.templateField)])],
    ])

  private static let array: [LayoutStep] = [
    .count(.elements), .choice(.hasInsertIndex, [0: [], 1: [.number(.insertIndex)]]),
    .each([
      .number(.index),
      .choice(
        .tag,
        [
          0: [.string(.element)], 1: [.fixed(8, .integer)], 2: [.fixed(8, .double)],
          3: [.string(.element)],
        ]),
    ]),
  ]

  private static func dragonfly(_ type: RDBType) -> [LayoutStep] {
    switch type {
    case .dragonflyJSON: [.string(.document)]
    case .dragonflyHash:
      [.count(.fields), .each([.string(.field), .string(.value), .string(.fieldExpiry)])]
    case .dragonflySet: [.count(.members), .each([.string(.member), .string(.fieldExpiry)])]
    default: []
    }
  }

  private static func stream(_ layout: StreamLayout) -> [LayoutStep] {
    var steps: [LayoutStep] = [
      .count(.nodes), .each([.string(.masterID), .string(.node)]), .number(.length),
      .number(.lastMS), .number(.lastSequence),
    ]
    if layout.hasEntriesRead {
      steps += [
        .number(.firstMS), .number(.firstSequence), .number(.deletedMS), .number(.deletedSequence),
        .number(.added),
      ]
    }
    steps += [.count(.groups), .each(group(layout))]
    if layout.hasProducers {
      steps += [
        .number(.duration), .number(.maximum), .count(.producers),
        .each([
          .string(.producer), .count(.messages),
          .each([.string(.message), .number(.messageMS), .number(.messageSequence)]),
        ]), .number(.uniqueAdded), .number(.duplicates),
      ]
    }
    return steps
  }

  private static func group(_ layout: StreamLayout) -> [LayoutStep] {
    let id: [LayoutStep] = [.fixed(8, .pendingMS), .fixed(8, .pendingSequence)]
    var consumer: [LayoutStep] = [.string(.consumer), .fixed(8, .seenTime)]
    if layout.hasActiveTime { consumer.append(.fixed(8, .activeTime)) }
    consumer += [.count(.owned), .each(id)]
    var steps: [LayoutStep] = [.string(.group), .number(.groupMS), .number(.groupSequence)]
    if layout.hasEntriesRead { steps.append(.number(.entriesRead)) }
    steps += [
      .count(.pending), .each(id + [.fixed(8, .deliveryTime), .number(.deliveries)]),
      .count(.consumers), .each(consumer),
    ]
    if layout.hasNacked { steps += [.count(.nacked), .each(id)] }
    return steps
  }
}
