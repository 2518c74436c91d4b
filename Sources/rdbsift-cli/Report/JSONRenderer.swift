// A report as JSON: members in the order of the facts, numbers as they are, and bytes from a file
// exactly, as two members of which one is null: `key` if they are UTF-8, else `key_b64`.

import Export
import RDB

/// Renders values as JSON.
struct JSONRenderer {
  /// Whether the members of each object are in the order of their names.
  var sortsMembers = false

  /// Appends a value and a line break; arrays and objects have a line per element, indented by two
  /// spaces.
  func append(_ value: Value, to output: inout OutputBuffer) {
    append(value, to: &output, depth: 0)
    output.append(0x0a)
  }

  private func append(_ value: Value, to output: inout OutputBuffer, depth: Int) {
    switch value {
    case .null, .bar, .textOnly: output.append("null")
    case .flag(let isSet): output.append(isSet ? "true" : "false")
    case .number(let number): output.append(decimal: number)
    case .count(let number), .elements(let number, uncounted: _): output.append(decimal: number)
    case .bytes(let size): output.append(decimal: Int64(size))
    case .instant(let instant): output.append(decimal: instant.rawValue)
    case .hex(let number): append(Array(Formatting.hex(number).utf8), to: &output)
    case .share(let share): output.append(score: share)
    case .text(let text): append(Array(text.utf8), to: &output)
    case .key(let bytes?, width: _): append(bytes, to: &output)
    case .key(nil, width: _): output.append("null")
    case .foreign(let text, width: _): append(Array(text.utf8), to: &output)
    case .titled(let value, title: _, as: _): append(value, to: &output, depth: depth)
    case .list(let values):
      append(values, "[", "]", to: &output, depth) { append($0, to: &$1, depth: depth + 1) }
    case .object(let fields):
      append(members(fields), "{", "}", to: &output, depth) { member, output in
        output.append(0x22)
        output.append(text: member.name)
        output.append("\": ")
        switch member.content {
        case .value(let value): append(value, to: &output, depth: depth + 1)
        case .base64(let bytes): append(base64: bytes, to: &output)
        }
      }
    }
  }

  /// What a member has after its name.
  private enum Content {
    case value(Value)
    case base64([UInt8])
  }

  private func members(_ fields: Fields) -> [(name: String, content: Content)] {
    let members = fields.list.flatMap { field in
      field.name.map { JSONRenderer.members("\($0)", field.value) } ?? []
    }
    guard sortsMembers else { return members }
    return members.sorted { $0.name < $1.name }
  }

  /// The member of a value; for bytes, one for text and one for other bytes.
  private static func members(
    _ name: String, _ value: Value
  ) -> [(name: String, content: Content)] {
    guard case .key(let bytes, width: _) = value.dataOnly else { return [(name, .value(value))] }
    let (text, other) = (name, name + "_b64")
    guard let bytes else { return [(text, .value(.null)), (other, .value(.null))] }
    guard String(validating: bytes, as: UTF8.self) == nil else {
      return [(text, .value(value)), (other, .value(.null))]
    }
    return [(text, .value(.null)), (other, .base64(bytes))]
  }

  private func append(base64 bytes: [UInt8], to output: inout OutputBuffer) {
    output.append(0x22)
    bytes.withRawSpan {
      output.append(base64: ByteRange(offset: 0, count: $0.byteCount), of: $0)
    }
    output.append(0x22)
  }

  private func append(_ text: [UInt8], to output: inout OutputBuffer) {
    text.withRawSpan { output.append(json: ByteRange(offset: 0, count: $0.byteCount), of: $0) }
  }

  private func append<Element>(
    _ elements: [Element], _ open: StaticString, _ close: StaticString,
    to output: inout OutputBuffer, _ depth: Int, _ append: (Element, inout OutputBuffer) -> Void
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
