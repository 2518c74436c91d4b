// The elements of a value as `show` writes them, and how those of two values differ. Elements that count as
// the same have one identity: the field of a hash, the ID of a stream's entry.

import Export
import RDB

/// The lines of a value, with what each is about.
struct ValueElements {
  /// An element.
  struct Element: Equatable {
    /// What the line is about; the elements of a list have none.
    var identity: [UInt8]
    /// The line.
    var line: [UInt8]
  }

  /// The elements in the order of the file.
  let elements: [Element]
  /// Whether their order is part of the value.
  let isOrdered: Bool

  /// Reads the value of a record.
  init(
    _ record: RDBRecord, in bytes: RawSpan, _ context: ValueContext
  ) throws(RDBError) {
    var writer = ValueWriter(.lines, into: OutputBuffer())
    var at = record.valueOffset
    var scratch = Scratch()
    try walk(record.type, context, in: bytes, at: &at, scratch: &scratch, into: &writer)
    writer.end()
    let text = writer.output.withBytes { [UInt8](copying: $0) }
    self.init(text, record.type.shape(in: context.dialect))
  }

  /// Makes elements of the lines of a value.
  init(_ text: [UInt8], _ shape: ValueShape?) {
    var lines = text.split(separator: 0x0a, omittingEmptySubsequences: false)
    // The end of the last line begins no other.
    if lines.last?.isEmpty ?? false { lines.removeLast() }
    switch shape {
    case .set, .hash:
      isOrdered = false
      elements = lines.map { Element(identity: Array($0.prefix { $0 != 0x09 }), line: Array($0)) }
    case .sortedSet:
      isOrdered = false
      elements = lines.map { line in
        Element(identity: Array(line.drop { $0 != 0x09 }), line: ValueElements.unsigned(line))
      }
    case .stream:
      isOrdered = false
      elements = ValueElements.stream(lines)
    default:
      isOrdered = true
      elements = lines.map { Element(identity: [], line: Array($0)) }
    }
  }

  /// A member of a sorted set, whose score of -0 is that of 0.
  private static func unsigned(_ line: ArraySlice<UInt8>) -> [UInt8] {
    Array(line.starts(with: "-0\t".utf8) ? line.dropFirst() : line)
  }

  /// The parts of a stream that are compared: counters and times of access are not.
  private static func stream(_ lines: [ArraySlice<UInt8>]) -> [Element] {
    var (group, consumer) = ([UInt8](), [UInt8]())
    return lines.compactMap { line in
      let fields = line.split(separator: 0x09, omittingEmptySubsequences: false).map { Array($0) }
      let word = String(decoding: fields[0], as: UTF8.self)
      func element(_ path: [[UInt8]], of count: Int) -> Element {
        // Lines of consumers and pending entries do not name their group.
        let owner = path.dropLast().map { [0x09] + $0 }.joined()
        return Element(
          identity: Array(path.joined(separator: [0x09])),
          line: Array(fields.prefix(count).joined(separator: [0x09])) + owner)
      }
      switch (word, fields.count) {
      case ("last_id", _): return element([fields[0]], of: 2)
      case ("entry", 2...):
        return Element(identity: fields[0] + [0x09] + fields[1], line: Array(line))
      case ("group", 3...):
        (group, consumer) = (fields[1], [])
        return Element(
          identity: fields[0] + [0x09] + group,
          line: Array(fields.prefix(3).joined(separator: [0x09])))
      case ("consumer", 2...):
        consumer = fields[1]
        return element([Array("of group".utf8), group, fields[0] + [0x09] + consumer], of: 2)
      case ("pending", 4), ("nacked", 4):
        let owner =
          word == "pending"
          ? [Array("of consumer".utf8), group, consumer] : [Array("of group".utf8), group]
        return element(owner + [fields[1]], of: 4)
      default: return nil
      }
    }
  }
}

/// How an element changed: the line before, and the line after; one of them may be nil.
struct ElementChange: Equatable {
  var old: [UInt8]?
  var new: [UInt8]?
}

extension ValueElements {
  /// The changes from these elements to others: those of the old value in its order, then the added ones.
  func changes(to new: ValueElements) -> [ElementChange] {
    guard isOrdered == new.isOrdered, !isOrdered else { return orderedChanges(to: new.elements) }
    var added = Dictionary(new.elements.map { ($0.identity, $0.line) }) { _, last in last }
    var changes: [ElementChange] = []
    for element in elements {
      let line = added.removeValue(forKey: element.identity)
      if line != element.line { changes.append(ElementChange(old: element.line, new: line)) }
    }
    for element in new.elements {
      guard let line = added.removeValue(forKey: element.identity) else { continue }
      changes.append(ElementChange(old: nil, new: line))
    }
    return changes
  }

  /// What is between the common beginning and the common end: removed, then added.
  private func orderedChanges(to new: [Element]) -> [ElementChange] {
    let most = min(elements.count, new.count)
    let first = (0..<most).first { elements[$0] != new[$0] } ?? most
    var last = 0
    while last < most - first,
      elements[elements.count - 1 - last] == new[new.count - 1 - last]
    { last += 1 }
    return elements[first..<(elements.count - last)].map { ElementChange(old: $0.line, new: nil) }
      + new[first..<(new.count - last)].map { ElementChange(old: nil, new: $0.line) }
  }
}
