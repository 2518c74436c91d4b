// SORT … STORE.

import RDB

extension Keyspace {
  /// What a SORT asks for.
  private struct SortRequest {
    var by: StringPlace?
    var gets: [StringPlace] = []
    var limit: (offset: Int, count: Int)?
    var isDescending = false
    var isAlpha = false
    var target: StringPlace?

    /// Whether elements stay as they stand: BY names a key without `*`.
    var isUnsorted = false
    /// Whether equal elements keep their order.
    ///
    /// A server sorts with the `qsort` of its C library, which is stable in glibc. The order before it is
    /// unknown for a set, and with a LIMIT the server sorts by its own code, which is not stable.
    var keepsOrder = false
  }

  /// An element and what it is sorted by.
  private struct Weighted {
    var element: StringPlace
    var text: StringPlace?
    var number = 0.0
  }

  func sort(_ arguments: Arguments) throws(CommandFailure) {
    var request = try request(arguments)
    guard let target = request.target else { return }
    let source = try opened(arguments[1])
    let elements = try elements(of: source, request)
    if case .set = source.value, request.isUnsorted {
      // A set has no order of its own: what is stored is sorted all the same.
      request.isUnsorted = false
      request.isAlpha = true
      request.by = nil
    }
    if case .set = source.value {} else { request.keepsOrder = request.limit == nil }
    let sorted = request.isUnsorted ? elements : try sorted(elements, request)
    var result: [StringPlace] = []
    for element in sorted[range(of: sorted.count, request)] {
      if request.gets.isEmpty { result.append(element) }
      for pattern in request.gets { result.append(try look(pattern, element) ?? .empty) }
    }
    put(target, result.isEmpty ? .absent : .list(ListValue(Deque(result))))
  }

  private func request(_ arguments: Arguments) throws(CommandFailure) -> SortRequest {
    var request = SortRequest()
    var index = 2
    while index < arguments.count {
      if arguments.isWord(index, "DESC") {
        request.isDescending = true
      } else if arguments.isWord(index, "ALPHA") {
        request.isAlpha = true
      } else if arguments.isWord(index, "LIMIT") {
        request.limit = (try arguments.count(index + 1), try arguments.count(index + 2))
        index += 2
      } else if index + 1 < arguments.count {
        take(arguments, &index, into: &request)
      }
      index += 1
    }
    return request
  }

  private func take(_ arguments: Arguments, _ index: inout Int, into request: inout SortRequest) {
    let value = arguments[index + 1]
    if arguments.isWord(index, "BY") {
      request.by = value
      request.isUnsorted = parts.withBytes(value) { $0.firstStar == nil }
    } else if arguments.isWord(index, "GET") {
      request.gets.append(value)
    } else if arguments.isWord(index, "STORE") {
      request.target = value
    } else {
      return
    }
    index += 1
  }

  private func elements(
    of entry: KeyEntry, _ request: SortRequest
  ) throws(CommandFailure) -> [StringPlace] {
    switch entry.value {
    case .absent: return []
    case .list(let value): return value.items.array
    case .set(let value):
      return value.members.indices.filter { value.members.isLive($0) }.map { value.members.key($0) }
    case .sortedSet(let value):
      let order = value.ordered(parts)
      let members = order.items(0..<order.count).map(\.member)
      return request.isUnsorted && request.isDescending ? members.reversed() : members
    default: throw .rejected
    }
  }

  private func range(of count: Int, _ request: SortRequest) -> Range<Int> {
    guard let limit = request.limit else { return 0..<count }
    let start = min(max(limit.offset, 0), count)
    return start..<(limit.count < 0 ? count : min(count, start &+ min(limit.count, count)))
  }

  private func sorted(
    _ elements: [StringPlace], _ request: SortRequest
  ) throws(CommandFailure) -> [StringPlace] {
    var rows: [Weighted] = []
    for element in elements {
      var row = Weighted(element: element)
      row.text =
        try request.by.map { (by) throws(CommandFailure) in try look(by, element) } ?? element
      if !request.isAlpha, let text = row.text {
        guard let number = parts.withBytes(text, { $0.weight(rules) }) else { throw .rejected }
        row.number = number
      }
      rows.append(row)
    }
    let order = rows.indices.sorted { a, b in
      let (first, second) = request.isDescending ? (rows[b], rows[a]) : (rows[a], rows[b])
      if precedes(first, second, request) { return true }
      return a < b && !precedes(second, first, request)
    }
    rows = order.map { rows[$0] }
    if request.isAlpha, request.by != nil, !request.keepsOrder { try checkTies(rows) }
    return rows.map(\.element)
  }

  private func precedes(_ a: Weighted, _ b: Weighted, _ request: SortRequest) -> Bool {
    guard request.isAlpha else {
      return a.number == b.number ? parts.precedes(a.element, b.element) : a.number < b.number
    }
    guard let left = a.text else { return b.text != nil }
    guard let right = b.text else { return false }
    return parts.precedes(left, right)
  }

  /// Different elements of equal weight stand as the server's sort has left them.
  private func checkTies(_ rows: [Weighted]) throws(CommandFailure) {
    for (a, b) in zip(rows, rows.dropFirst()) where !parts.equal(a.element, b.element) {
      let isTie: Bool
      if let left = a.text, let right = b.text {
        isTie = parts.equal(left, right)
      } else {
        isTie = a.text == nil && b.text == nil
      }
      if isTie { throw .inexact(cause(.sortTies)) }
    }
  }

  /// What a pattern of BY or GET finds for an element; nil if it finds nothing.
  private func look(
    _ pattern: StringPlace, _ element: StringPlace
  ) throws(CommandFailure) -> StringPlace? {
    let text = parts.array(pattern)
    if text == [UInt8(ascii: "#")] { return element }
    guard let name = NamePattern(text) else { return nil }
    let key = parts.keep(name.head + parts.array(element) + name.tail)
    let fieldStart = name.head.count + 1 + name.tail.count + 2
    let entry = try glance(key)
    if fieldStart < text.count {
      guard case .hash(let value) = entry.value else { return nil }
      let field = pattern.extracting(fieldStart..<text.count)
      return value.fields.find(field, in: parts).map { value.fields[$0].value }
    }
    guard case .string(let value) = entry.value else { return nil }
    let place = value.placed(parts)
    entry.value = .string(.place(place))
    return place
  }
}

extension RawSpan {
  /// The number that a server reads from the bytes up to a NUL; nil where it refuses them.
  ///
  /// C takes spaces in front, hexadecimal digits, and nothing for 0. Redis reads with another parser
  /// since 8.0 and Valkey since 9.1: these take neither of the first two, and Valkey not the last.
  fileprivate func weight(_ rules: ServerRules) -> Double? {
    let isStrict = rules.isValkey ? rules.isAtLeast(9, 1) : rules.isAtLeast(8, 0)
    let end = (0..<byteCount).first { byte(at: $0) == 0 } ?? byteCount
    guard end > 0 else { return isStrict && rules.isValkey ? nil : 0 }
    var start = 0
    if !isStrict {
      start = (0..<end).first { byte(at: $0) != 0x20 && !(9...13).contains(byte(at: $0)) } ?? 0
    }
    let digits = start..<end
    guard let number = extracting(digits).double else { return nil }
    if isStrict, digits.contains(where: { byte(at: $0).upperLetter == UInt8(ascii: "X") }) {
      return nil
    }
    // Numbers that are too large for any but infinity.
    if number.isInfinite, rules.isValkey || !isStrict,
      digits.contains(where: { (0x30...0x39).contains(byte(at: $0)) })
    {
      return nil
    }
    return number
  }

  /// The first `*`.
  fileprivate var firstStar: Int? { (0..<byteCount).first { byte(at: $0) == UInt8(ascii: "*") } }
}
