// What stands where in a value, in the order in which it is written. How long each part is, the walkers
// tell; here is only what it is. Parts that do not come as the layout says are told without a name.

/// A step through a value.
enum LayoutStep: Sendable {
  /// A number that is spelled as a length.
  case number(PartRole)
  /// The same; it is how often `each` goes through what comes next.
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
    switch type.rawValue {
    case 0: [.string(.value)]
    case 1: [.count(.elements), .each([.string(.element)])]
    case 2: [.count(.members), .each([.string(.member)])]
    case 3: [.count(.members), .each([.string(.member), .textScore])]
    case 4: [.count(.fields), .each([.string(.field), .string(.value)])]
    case 5: [.count(.members), .each([.string(.member), .fixed(8, .score)])]
    case 7: [.number(.moduleID), .rest([moduleValue])]
    case 9...13, 16, 17, 20, 23: [.string(.packed)]
    case 14: [.count(.nodes), .each([.string(.node)])]
    case 18: [.count(.nodes), .each([.number(.container), .string(.node)])]
    case 15, 19, 21, 26, 27: stream(StreamLayout(type))
    case 22 where dialect == .valkey:
      [.count(.fields), .each([.string(.field), .string(.value), .fixed(8, .deadline)])]
    case 22: [.count(.fields), .each([.number(.deadline), .string(.field), .string(.value)])]
    case 24:
      [
        .fixed(8, .leastDeadline), .count(.fields),
        .each([.number(.deadlineLength), .string(.field), .string(.value)]),
      ]
    case 25: [.fixed(8, .leastDeadline), .string(.packed)]
    case 28: array
    case 30...36 where dialect == .dragonfly: dragonfly(type)
    case 29: [templateFields, .string(.templateValues)]
    case 30: [.string(.templateValues)]
    case 31: [templateFields, .rest([.string(.value)])]
    case 32: [.number(.templateID), .rest([.string(.value)])]
    case 33: [.number(.number)]
    case 64:
      [
        .string(.script), .fixed(8, .start), .fixed(8, .interval), .count(.keys),
        .each([.string(.key)]), .count(.arguments), .each([.string(.argument)]),
      ]
    default: []
    }
  }

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
    switch type.rawValue {
    case 30: [.string(.document)]
    case 31: [.count(.fields), .each([.string(.field), .string(.value), .string(.deadline)])]
    case 32: [.count(.members), .each([.string(.member), .string(.deadline)])]
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
