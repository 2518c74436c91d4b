// A RestoreInstance call in three forms:
//
//   JSON           {"RestoreType": "1", "RestoreTime": "...", "FilterKey": "a.*,b"}
//   query string   Action=RestoreInstance&RestoreTime=2026-11-20T10%3A00%3A00Z&FilterKey=a.%2A
//   command line   aliyun r-kvstore RestoreInstance --RestoreTime ... --FilterKey 'a.*,b'
//                  aliyun r-kvstore restore-instance --restore-time ... --filter-key 'a.*,b'
//
// Parameters that an offline preview does not need, such as InstanceId, are kept and not used.

/// The parameters of a call, by name.
package struct RestoreCall: Sendable {
  /// The parameters, in order.
  package private(set) var parameters: [(name: String, value: [UInt8])] = []

  /// The action named by the command line or the parameter Action; nil if there is none.
  package private(set) var action: String?

  /// Whether another action is called.
  package var isOther: Bool {
    action.map { !["RestoreInstance", "restore-instance"].contains($0) } ?? false
  }

  /// The parameters that a preview uses.
  package static let known = ["RestoreType", "RestoreTime", "TimeShift", "FilterKey"]

  /// Parses a JSON object, a query string or a URL; nil for anything else.
  package init?(_ bytes: [UInt8]) {
    let text = bytes[...].trimmed
    if text.first == UInt8(ascii: "{") {
      var reader = FlatJSON(text)
      guard let members = reader.object() else { return nil }
      parameters = members
    } else {
      guard let parameters = RestoreCall.query(text) else { return nil }
      self.parameters = parameters
    }
    action = value("Action").map { String(decoding: $0, as: UTF8.self) }
  }

  /// Parses the words of a command line, or one word that is all of it; nil if there is no named
  /// option.
  package init?(words: [String]) {
    var rest = words[...]
    if words.count == 1 {
      guard let split = ShellWords.split(words[0]) else { return nil }
      rest = split[...]
    }
    // aliyun, the product, the action.
    action = rest.prefix { !$0.hasPrefix("-") }.dropFirst(2).first
    while let word = rest.popFirst() {
      guard word.hasPrefix("--"), word != "--" else { continue }
      let parts = word.dropFirst(2).split(
        separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      var value = parts.count == 2 ? String(parts[1]) : ""
      if parts.count == 1, let next = rest.first, !next.hasPrefix("--") {
        value = next
        rest = rest.dropFirst()
      }
      parameters.append((RestoreCall.name(ofOption: String(parts[0])), Array(value.utf8)))
    }
    guard !parameters.isEmpty else { return nil }
  }

  /// The parameter of an option of the newer command line: `filter-key` is FilterKey.
  private static func name(ofOption option: String) -> String {
    known.first { name in
      let spelled = name.reduce(into: "") { text, letter in
        text += (letter.isUppercase && !text.isEmpty ? "-" : "") + letter.lowercased()
      }
      return spelled == option
    } ?? option
  }

  /// A parameter's value; nil if it is not given.
  package func value(_ name: String) -> [UInt8]? { parameters.first { $0.name == name }?.value }

  /// A used parameter that is given twice.
  package var repeated: String? {
    RestoreCall.known.first { name in parameters.count { $0.name == name } > 1 }
  }

  /// A parameter that differs from a used one only in case, hyphens or underscores.
  package var misspelled: String? {
    parameters.first { parameter in
      let letters = parameter.name.lowercased().filter { $0 != "-" && $0 != "_" }
      return RestoreCall.known.contains { $0 != parameter.name && $0.lowercased() == letters }
    }?.name
  }

  /// Copies the used parameters into a request; returns those it already had.
  package func complete(_ request: inout RestoreRequest) -> [String] {
    var twice: [String] = []
    func put(_ name: String, _ place: WritableKeyPath<RestoreRequest, String?>) {
      guard let value = value(name) else { return }
      if request[keyPath: place] != nil { twice.append(name) }
      request[keyPath: place] = String(decoding: value, as: UTF8.self)
    }
    put("RestoreType", \.restoreType)
    put("RestoreTime", \.restoreTime)
    put("TimeShift", \.timeShift)
    if let filterKey = value("FilterKey") {
      if !request.filterKeys.isEmpty { twice.append("FilterKey") }
      request.filterKeys.append(FilterKey(filterKey))
    }
    return twice
  }

  private static func query(_ bytes: ArraySlice<UInt8>) -> [(name: String, value: [UInt8])]? {
    let start = bytes.firstIndex(of: UInt8(ascii: "?")).map { $0 + 1 } ?? bytes.startIndex
    var parameters: [(name: String, value: [UInt8])] = []
    for part in bytes[start...].split(separator: UInt8(ascii: "&")) {
      guard let equals = part.firstIndex(of: UInt8(ascii: "=")),
        let name = unescaped(part[..<equals]), let value = unescaped(part[(equals + 1)...])
      else { return nil }
      parameters.append((String(decoding: name, as: UTF8.self), value))
    }
    return parameters.isEmpty ? nil : parameters
  }

  /// `%41` is `A`, `+` a space.
  private static func unescaped(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
    var text: [UInt8] = []
    var rest = bytes
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "+"): text.append(0x20)
      case UInt8(ascii: "%"):
        guard let value = rest.takeHexadecimal(2) else { return nil }
        text.append(UInt8(truncatingIfNeeded: value))
      default: text.append(byte)
      }
    }
    return text
  }
}
