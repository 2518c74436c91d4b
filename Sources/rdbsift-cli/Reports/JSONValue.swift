// A report as JSON: members in the order in which they are given, numbers as they are, and whatever
// comes from a file exact: a string if it is UTF-8, else `{"b64":"..."}`.

import Export
import RDB
import Storage

/// What a report is made of.
enum JSONValue: Sendable {
  /// A name and what it stands for.
  struct Member {
    let name: StaticString
    let value: JSONValue
  }

  case null
  case bool(Bool)
  case integer(Int64)
  case count(UInt64)
  case bytes([UInt8])
  case array([JSONValue])
  case object([Member])

  /// A text of our own.
  static func text(_ text: String) -> JSONValue { .bytes(Array(text.utf8)) }

  /// A number of things or bytes.
  static func count(_ number: Int) -> JSONValue { .integer(Int64(number)) }

  /// A moment in milliseconds since 1970.
  static func moment(_ moment: UnixMilliseconds) -> JSONValue { .integer(moment.rawValue) }

  /// What there may not be.
  static func optional<Wrapped>(
    _ value: Wrapped?, _ make: (Wrapped) -> JSONValue
  ) -> JSONValue {
    value.map(make) ?? .null
  }

  /// An object of such members.
  static func object(_ members: KeyValuePairs<StaticString, JSONValue>) -> JSONValue {
    .object(members.map { Member(name: $0.key, value: $0.value) })
  }

  /// The object with one more member at its end.
  func adding(_ name: StaticString, _ value: JSONValue) -> JSONValue {
    guard case .object(let members) = self else { return self }
    return .object(members + [Member(name: name, value: value)])
  }

  /// Appends the value; arrays and objects have a line per element, indented by two spaces.
  func append(to output: inout OutputBuffer, depth: Int = 0) {
    switch self {
    case .null: output.append("null")
    case .bool(let value): output.append(value ? "true" : "false")
    case .integer(let number): output.append(decimal: number)
    case .count(let number): output.append(decimal: number)
    case .bytes(let bytes):
      bytes.withRawSpan {
        output.append(json: ByteRange(offset: 0, count: $0.byteCount), of: $0)
      }
    case .array(let elements):
      JSONValue.append(elements, "[", "]", to: &output, depth) { element, output in
        element.append(to: &output, depth: depth + 1)
      }
    case .object(let members):
      JSONValue.append(members, "{", "}", to: &output, depth) { member, output in
        output.append(0x22)
        output.append(member.name)
        output.append("\": ")
        member.value.append(to: &output, depth: depth + 1)
      }
    }
  }

  private static func append<Element>(
    _ elements: [Element], _ open: StaticString, _ close: StaticString,
    to output: inout OutputBuffer, _ depth: Int,
    _ append: (Element, inout OutputBuffer) -> Void
  ) {
    output.append(open)
    for (index, element) in elements.enumerated() {
      output.append(index == 0 ? "\n" : ",\n")
      for _ in 0...depth { output.append("  ") }
      append(element, &output)
    }
    if !elements.isEmpty {
      output.append(0x0a)
      for _ in 0..<depth { output.append("  ") }
    }
    output.append(close)
  }
}

extension Console {
  /// Writes a report and a line break to standard output.
  func write(_ report: JSONValue) throws(SystemError) {
    var buffer = OutputBuffer(capacity: 1 << 14)
    report.append(to: &buffer)
    buffer.append(0x0a)
    var stream = StandardStream.output
    try buffer.withBytes { (bytes) throws(SystemError) in try stream.write(bytes) }
  }
}
