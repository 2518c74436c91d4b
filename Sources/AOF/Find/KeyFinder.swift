// The first pass over a log. It asks the selector about each name and notes what is written from
// names that are not selected. Commands are not applied.

import RDB

/// Finds the keys that matter while a log is walked.
struct KeyFinder: LossVisitor {
  private struct Flow: Hashable {
    let written: UInt64
    let read: UInt64
  }

  /// A SORT that reads names by a pattern.
  private struct SortRead: Hashable {
    let written: UInt64
    let pattern: NamePattern
  }

  let parts: ByteParts
  private(set) var tracker: CutTracker
  private let selector: any KeySelector
  private let patterns: [NamePattern]
  private let selectsEverything: Bool
  private let share: KeyShare
  /// Whether names need not be kept: every key of the share is followed, and there is no base in which to
  /// look for them.
  private let isBlind: Bool
  private let table = CommandTable.shared
  private var selected = HashSet()
  private var marks = LogMarks()
  private var flows: Set<Flow> = []
  private var sortReads: Set<SortRead> = []
  /// The last answers, by hash: the hash with its lowest bit for the answer.
  private var answers = [UInt64](repeating: 0, count: 4096)
  /// Hashes of the keys that the command at hand reads and writes.
  private var read: [UInt64] = []
  private var written: [UInt64] = []

  init(
    _ input: LogInput, _ cut: LogCut, _ selector: any KeySelector, _ patterns: Set<NamePattern>
  ) {
    parts = input.parts
    self.selector = selector
    self.patterns = Array(patterns)
    selectsEverything = selector.selectsEverything
    share = selector.share
    isBlind = selectsEverything && input.base == nil
    tracker = CutTracker(cut)
  }

  mutating func begin(file: Int) { tracker.begin() }

  mutating func stamp(_ second: Int64, at position: LogPosition) -> Bool {
    tracker.stamp(second, at: position)
  }

  mutating func command(_ arguments: [StringPlace], at position: LogPosition) -> Bool {
    let spec = parts.withBytes(arguments[0]) { table.find($0) }
    guard tracker.command(spec?.verb, at: position) else { return false }
    if isBlind, share.isWhole { return true }
    if matters(spec, arguments), !selectsEverything { marks.add(position, second: tracker.clock) }
    return true
  }

  /// Whether the second pass has to look at a command, as far as the keys are known now.
  @inline(__always)
  private mutating func matters(_ spec: CommandSpec?, _ arguments: [StringPlace]) -> Bool {
    switch spec?.keys {
    case .first: return isBlind || arguments.count > 1 && ask(arguments[1]).1
    case .none?: return spec?.verb != .ignored && spec?.verb != .multi && spec?.verb != .exec
    case nil:
      arguments.dropFirst().forEach { _ = ask($0) }
      return true
    case let shape?: return takeMany(shape, arguments) || shape == .scriptCounted
    }
  }

  /// Follows what a damaged command was to write: it is not known.
  mutating func pass(_ loss: LogLoss) {
    guard case .hole(let hole, _, let damaged) = loss else { return }
    if !hole.isTail { tracker.passLoss() }
    guard !isBlind || !share.isWhole, let name = damaged.first else { return }
    guard let spec = parts.withBytes(name, { table.find($0) }) else { return }
    CommandKeys(shape: spec.keys, arguments: damaged, parts: parts).forEach { index, _ in
      _ = ask(damaged[index])
    }
  }

  /// Takes a command of several keys, or of keys in other places; whether any is selected.
  private mutating func takeMany(_ shape: KeyShape, _ arguments: [StringPlace]) -> Bool {
    var isAnySelected = false
    read.removeAll(keepingCapacity: true)
    written.removeAll(keepingCapacity: true)
    CommandKeys(shape: shape, arguments: arguments, parts: parts).forEach { index, role in
      let (hash, isSelected) = ask(arguments[index])
      isAnySelected = isAnySelected || isSelected
      if role == .written { written.append(hash) }
      if role == .read, !isSelected { read.append(hash) }
    }
    for target in written {
      for source in read { flows.insert(Flow(written: target, read: source)) }
    }
    if !share.isWhole, shape == .transfer { noteRefusal(arguments) }
    if shape == .sort, let target = written.first { noteSort(arguments, target) }
    return isAnySelected
  }

  /// Where the target holds a value of another type, the source stays as it is: a share must know it.
  private mutating func noteRefusal(_ arguments: [StringPlace]) {
    guard arguments.count > 2 else { return }
    flows.insert(Flow(written: ask(arguments[1]).0, read: ask(arguments[2]).0))
  }

  private mutating func noteSort(_ arguments: [StringPlace], _ target: UInt64) {
    for index in arguments.indices.dropFirst(2).dropLast()
    where parts.isWord(arguments[index], "BY") || parts.isWord(arguments[index], "GET") {
      if let pattern = NamePattern(parts.array(arguments[index + 1])) {
        sortReads.insert(SortRead(written: target, pattern: pattern))
      }
    }
  }

  /// The hash of a key, and whether it is selected.
  @inline(__always)
  private mutating func ask(_ key: StringPlace) -> (UInt64, Bool) {
    let hash = parts.hash(key)
    if selectsEverything {
      let isSelected = share.contains(hash)
      if isSelected, !isBlind { selected.insert(hash) }
      return (hash, isSelected)
    }
    let known = answers[Int(truncatingIfNeeded: hash >> 20) & 4095]
    if known | 1 == hash | 1, known > 1 { return (hash, known & 1 == 1) }
    let isSelected = select(key)
    answers[Int(truncatingIfNeeded: hash >> 20) & 4095] = hash & ~1 | (isSelected ? 1 : 0)
    if isSelected { selected.insert(hash) }
    return (hash, isSelected)
  }

  /// Whether a key is selected that was asked for.
  private func isSelected(_ hash: UInt64) -> Bool {
    selectsEverything ? share.contains(hash) : selected.contains(hash)
  }

  private func select(_ key: StringPlace) -> Bool {
    parts.withBytes(key) { bytes in
      selector.selects(bytes) || patterns.contains { $0.matches(bytes) }
    }
  }

  /// The keys that matter: the selected ones, and what flows into them, over any number of steps.
  func closure() -> RelevantKeys {
    var keys = RelevantKeys()
    keys.isEverything = selectsEverything
    keys.share = share
    keys.names = selected
    let sorted = flows.sorted { $0.written < $1.written }
    var waiting = sorted.filter { isSelected($0.written) }.map(\.read)
    while let name = waiting.popLast() {
      guard !isSelected(name), keys.names.insert(name) else { continue }
      var index = KeyFinder.first(sorted, of: name)
      while index < sorted.count, sorted[index].written == name {
        waiting.append(sorted[index].read)
        index += 1
      }
    }
    // Commands of keys that were added now have no marks.
    let isComplete = !selectsEverything && !marks.isFull && keys.names.count == selected.count
    keys.marks = isComplete ? marks : nil
    return keys
  }

  /// The first flow into a name.
  private static func first(_ flows: [Flow], of name: UInt64) -> Int {
    var (low, high) = (0, flows.count)
    while low < high {
      let middle = (low + high) / 2
      if flows[middle].written < name { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Patterns of SORT whose target matters.
  func patterns(relevantTo keys: RelevantKeys) -> Set<NamePattern> {
    Set(sortReads.filter { keys.contains($0.written) }.map(\.pattern))
  }
}
