// The model against a naive twin: commands that bytes choose, over few keys.
//
//   each command is three bytes: what, which key, which element

import AOF
import RDB

/// Applies commands to the model and to a twin of dictionaries; both must hold the same.
public func fuzzLogModel(_ bytes: RawSpan) {
  var twin = LogTwin()
  var log: [UInt8] = []
  var at = 0
  while at + 3 <= bytes.byteCount, at < 3000 {
    let words = twin.apply(bytes.fuzzByte(at), bytes.fuzzByte(at + 1), bytes.fuzzByte(at + 2))
    log += Array("*\(words.count)\r\n".utf8)
    for word in words { log += Array("$\(word.utf8.count)\r\n\(word)\r\n".utf8) }
    at += 3
  }
  withExactCopy(of: log) { span in
    let parts = ByteParts()
    parts.withPart(span) { part in
      var input = LogInput(parts)
      guard (try? input.append("log", part: part, isBase: false)) != nil,
        let moment = try? LogMoment(input, .end, EveryKey())
      else { preconditionFailure("a sound log is refused") }
      var file: [UInt8] = []
      _ = moment.writeOverlay { file += [UInt8](copying: $0) }
      precondition(readLog(file) == twin.held, "the model and its twin differ")
    }
  }
}

/// Keys as a client would see them: sets and hashes sorted.
private func readLog(_ file: [UInt8]) -> [String: [String]] {
  var held: [String: [String]] = [:]
  do throws(RDBError) {
    try file.withRawSpan { bytes throws(RDBError) in
      var scanner = try RDBScanner(headerOf: bytes)
      var batch = RecordBatch(capacity: 4096)
      _ = try scanner.scan(bytes, into: &batch)
      var scratch = Scratch()
      for index in 0..<batch.count {
        var sink = TextSink()
        var at = batch[index].valueOffset
        try walk(
          batch[index].type, scanner.context, in: bytes, at: &at, scratch: &scratch, into: &sink)
        let key = try scratch.withBytes(of: try batch[index].key(in: bytes), in: bytes) {
          String(decoding: [UInt8](copying: $0), as: UTF8.self)
        }
        held[key] = sink.shape == .list || sink.shape == .string ? sink.texts : sink.texts.sorted()
      }
    }
  } catch {
    preconditionFailure("an overlay is no RDB file")
  }
  return held
}

/// Elements as text.
private struct TextSink: ValueSink {
  static var decodes: Bool { true }
  var shape = ValueShape.string
  var texts: [String] = []

  mutating func begin(_ shape: ValueShape, count: Int?) { self.shape = shape }

  private func text(_ string: StringObject, _ bytes: RawSpan) throws(RDBError) -> String {
    var scratch = Scratch()
    return try scratch.withBytes(of: string, in: bytes) {
      String(decoding: [UInt8](copying: $0), as: UTF8.self)
    }
  }

  mutating func item(_ item: StringObject, in bytes: RawSpan) throws(RDBError) {
    texts.append(try text(item, bytes))
  }

  mutating func pair(
    _ field: StringObject, _ value: StringObject, in bytes: RawSpan
  ) throws(RDBError) {
    texts.append("\(try text(field, bytes))=\(try text(value, bytes))")
  }

  mutating func member(
    _ member: StringObject, score: Double, in bytes: RawSpan
  ) throws(RDBError) {
    texts.append("\(try text(member, bytes)):\(score)")
  }
}

/// The twin: the plainest structures that hold the same.
private struct LogTwin {
  private enum Value {
    case string(String)
    case list([String])
    case set(Set<String>)
    case hash([String: String])
    case sortedSet([String: Double])

    var isList: Bool {
      if case .list = self { return true }
      return false
    }
  }

  private var keys: [String: Value] = [:]

  /// Keys as a client would see them.
  var held: [String: [String]] {
    keys.mapValues { value in
      switch value {
      case .string(let text): [text]
      case .list(let items): items
      case .set(let members): members.sorted()
      case .hash(let fields): fields.map { "\($0.key)=\($0.value)" }.sorted()
      case .sortedSet(let scores): scores.map { "\($0.key):\($0.value)" }.sorted()
      }
    }
  }

  /// Applies a command; its words.
  mutating func apply(_ what: UInt8, _ which: UInt8, _ element: UInt8) -> [String] {
    let (key, other) = ("k\(which & 7)", "k\(which >> 3 & 7)")
    let text = "e\(element & 15)"
    switch what % 12 {
    case 0: return set(key, text)
    case 1: return push(key, text, isLeft: what & 128 != 0)
    case 2: return pop(key, isLeft: what & 128 != 0)
    case 3: return add(key, text)
    case 4: return remove(key, text)
    case 5: return setField(key, text, "\(which)")
    case 6: return score(key, text, Double(which))
    case 7: return rename(key, other)
    case 8: return copy(key, other)
    case 9: return move(key, other)
    case 10:
      keys[key] = nil
      return ["DEL", key]
    default: return trim(key, Int(element & 3), Int(element >> 2 & 3) - 2)
    }
  }

  private mutating func set(_ key: String, _ text: String) -> [String] {
    keys[key] = .string(text)
    return ["SET", key, text]
  }

  private mutating func push(_ key: String, _ text: String, isLeft: Bool) -> [String] {
    switch keys[key] {
    case nil: keys[key] = .list([text])
    case .list(let items): keys[key] = .list(isLeft ? [text] + items : items + [text])
    default: break
    }
    return [isLeft ? "LPUSH" : "RPUSH", key, text]
  }

  private mutating func pop(_ key: String, isLeft: Bool) -> [String] {
    if case .list(let items) = keys[key] {
      let rest = Array(isLeft ? items.dropFirst() : items.dropLast())
      keys[key] = rest.isEmpty ? nil : .list(rest)
    }
    return [isLeft ? "LPOP" : "RPOP", key]
  }

  private mutating func add(_ key: String, _ text: String) -> [String] {
    switch keys[key] {
    case nil: keys[key] = .set([text])
    case .set(let members): keys[key] = .set(members.union([text]))
    default: break
    }
    return ["SADD", key, text]
  }

  private mutating func remove(_ key: String, _ text: String) -> [String] {
    if case .set(let members) = keys[key] {
      let rest = members.subtracting([text])
      keys[key] = rest.isEmpty ? nil : .set(rest)
    }
    return ["SREM", key, text]
  }

  private mutating func setField(_ key: String, _ field: String, _ value: String) -> [String] {
    switch keys[key] {
    case nil: keys[key] = .hash([field: value])
    case .hash(let fields): keys[key] = .hash(fields.merging([field: value]) { $1 })
    default: break
    }
    return ["HSET", key, field, value]
  }

  private mutating func score(_ key: String, _ member: String, _ score: Double) -> [String] {
    switch keys[key] {
    case nil: keys[key] = .sortedSet([member: score])
    case .sortedSet(let scores): keys[key] = .sortedSet(scores.merging([member: score]) { $1 })
    default: break
    }
    return ["ZADD", key, "\(Int(score))", member]
  }

  private mutating func rename(_ key: String, _ other: String) -> [String] {
    if key != other, let value = keys[key] {
      keys[other] = value
      keys[key] = nil
    }
    return ["RENAME", key, other]
  }

  private mutating func copy(_ key: String, _ other: String) -> [String] {
    if let value = keys[key] { keys[other] = value }
    return ["COPY", key, other, "REPLACE"]
  }

  private mutating func move(_ key: String, _ other: String) -> [String] {
    if case .list(var items) = keys[key], keys[other].map({ $0.isList }) ?? true {
      let item = items.removeLast()
      keys[key] = items.isEmpty ? nil : .list(items)
      if case .list(let rest) = keys[other] {
        keys[other] = .list([item] + rest)
      } else {
        keys[other] = .list([item])
      }
    }
    return ["RPOPLPUSH", key, other]
  }

  private mutating func trim(_ key: String, _ first: Int, _ last: Int) -> [String] {
    if case .list(let items) = keys[key] {
      let end = min(items.count - 1, last < 0 ? last + items.count : last)
      let rest = first <= end && first < items.count ? Array(items[first...end]) : []
      keys[key] = rest.isEmpty ? nil : .list(rest)
    }
    return ["LTRIM", key, "\(first)", "\(last)"]
  }
}
