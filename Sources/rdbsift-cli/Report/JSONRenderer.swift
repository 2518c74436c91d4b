// A report as JSON: members in the order of the facts, numbers as they are, and what comes from a file
// exactly: a string if it is UTF-8, else `{"b64":"..."}`.

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
    case .key(let bytes, width: _): append(bytes, to: &output)
    case .titled(let value, title: _, as: _): append(value, to: &output, depth: depth)
    case .list(let values):
      append(values, "[", "]", to: &output, depth) { append($0, to: &$1, depth: depth + 1) }
    case .object(let fields):
      append(members(fields), "{", "}", to: &output, depth) { member, output in
        output.append(0x22)
        output.append(member.name)
        output.append("\": ")
        append(member.value, to: &output, depth: depth + 1)
      }
    }
  }

  private func members(_ fields: Fields) -> [(name: StaticString, value: Value)] {
    let members = fields.list.compactMap { field in
      field.name.map { (name: $0, value: field.value) }
    }
    guard sortsMembers else { return members }
    return members.sorted { "\($0.name)" < "\($1.name)" }
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
