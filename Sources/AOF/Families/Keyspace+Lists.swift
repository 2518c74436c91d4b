// Lists.

import RDB

extension Keyspace {
  func runLists(_ verb: Verb, _ arguments: Arguments) throws(CommandFailure) {
    try arguments.require(2)
    switch verb {
    case .rpush, .lpush, .rpushX, .lpushX: try push(verb, arguments)
    case .lpop, .rpop: try pop(verb == .lpop, arguments)
    case .linsert: try insert(arguments)
    case .lset: try setElement(arguments)
    case .lrem: try removeElements(arguments)
    case .ltrim: try trim(arguments)
    case .lmove:
      try arguments.require(5)
      try moveElement(
        arguments, fromLeft: arguments.isWord(3, "LEFT"), toLeft: arguments.isWord(4, "LEFT"))
    default: try moveElement(arguments, fromLeft: false, toLeft: true)
    }
  }

  private func push(_ verb: Verb, _ arguments: Arguments) throws(CommandFailure) {
    try arguments.require(3)
    let entry = entry(arguments[1])
    let found = try held(by: entry, as: ListValue.self)
    if found == nil, verb == .rpushX || verb == .lpushX { return }
    let value = found ?? ListValue()
    let isLeft = verb == .lpush || verb == .lpushX
    for item in arguments.places.dropFirst(2) {
      if isLeft { value.items.prepend(item) } else { value.items.append(item) }
    }
    keep(value, in: entry)
  }

  private func pop(_ isLeft: Bool, _ arguments: Arguments) throws(CommandFailure) {
    let count = arguments.count > 2 ? try arguments.count(2) : 1
    guard let (entry, value) = try held(at: arguments[1], as: ListValue.self), count > 0 else {
      return
    }
    for _ in 0..<min(count, value.items.count) {
      _ = isLeft ? value.items.popFirst() : value.items.popLast()
    }
    touch(entry, isEmpty: value.items.isEmpty)
  }

  private func moveElement(
    _ arguments: Arguments, fromLeft: Bool, toLeft: Bool
  ) throws(CommandFailure) {
    try arguments.require(3)
    let source = entry(arguments[1])
    let target = entry(arguments[2])
    let from = try held(by: source, as: ListValue.self)
    let to = try held(by: target, as: ListValue.self) ?? ListValue()
    guard let from, let item = fromLeft ? from.items.popFirst() : from.items.popLast() else {
      return
    }
    if toLeft { to.items.prepend(item) } else { to.items.append(item) }
    keep(to, in: target)
    touch(source, isEmpty: from.items.isEmpty)
  }

  /// LINSERT key BEFORE | AFTER pivot element.
  private func insert(_ arguments: Arguments) throws(CommandFailure) {
    try arguments.require(5)
    guard let (entry, value) = try held(at: arguments[1], as: ListValue.self) else { return }
    var items = value.items.array
    guard let place = items.firstIndex(where: { parts.equal($0, arguments[3]) }) else { return }
    items.insert(arguments[4], at: arguments.isWord(2, "AFTER") ? place + 1 : place)
    value.items = Deque(items)
    touch(entry)
  }

  private func setElement(_ arguments: Arguments) throws(CommandFailure) {
    try arguments.require(4)
    var index = try arguments.count(2)
    guard let (entry, value) = try held(at: arguments[1], as: ListValue.self) else {
      throw .rejected
    }
    if index < 0 { index &+= value.items.count }
    guard index >= 0, index < value.items.count else { throw .rejected }
    value.items[index] = arguments[3]
    touch(entry)
  }

  /// LREM key count element: from the left, from the right, or all..
  private func removeElements(_ arguments: Arguments) throws(CommandFailure) {
    try arguments.require(4)
    let count = try arguments.integer(2)
    guard let (entry, value) = try held(at: arguments[1], as: ListValue.self) else { return }
    let items = value.items.array
    var hits = items.indices.filter { parts.equal(items[$0], arguments[3]) }
    guard !hits.isEmpty else { return }
    if count > 0 { hits = Array(hits.prefix(Int(clamping: count))) }
    if count < 0 { hits = Array(hits.suffix(Int(clamping: count.magnitude))) }
    var kept: [StringPlace] = []
    var next = 0
    for index in items.indices {
      if next < hits.count, hits[next] == index { next += 1 } else { kept.append(items[index]) }
    }
    value.items = Deque(kept)
    touch(entry, isEmpty: kept.isEmpty)
  }

  private func trim(_ arguments: Arguments) throws(CommandFailure) {
    try arguments.require(4)
    let (first, last) = (try arguments.count(2), try arguments.count(3))
    guard let (entry, value) = try held(at: arguments[1], as: ListValue.self) else { return }
    let kept = RankRange.clamp(first, last, of: value.items.count)
    for _ in 0..<(value.items.count - kept.upperBound) { _ = value.items.popLast() }
    for _ in 0..<kept.lowerBound { _ = value.items.popFirst() }
    touch(entry, isEmpty: value.items.isEmpty)
  }
}

/// Ranges of ranks as commands spell them: negative numbers count from the end, both ends belong.
enum RankRange {
  static func clamp(_ first: Int, _ last: Int, of count: Int) -> Range<Int> {
    let start = max(0, first < 0 ? first &+ count : first)
    let end = min(count &- 1, last < 0 ? last &+ count : last)
    return start <= end && start < count ? start..<(end &+ 1) : 0..<0
  }
}
