// What `preview` says of a backup, without examples and without SELECT, which several files repeat.

import TestSupport

extension TableReport {
  /// Members that are examples, which depend on the order of keys: their number is compared.
  private static let examples: Set<String> = [
    "first_keys", "expired_keys", "biggest_keys", "examples",
  ]

  /// Members that differ by how many files there are.
  private static let ofFiles: Set<String> = [
    "file", "size", "sha256", "files", "set", "export", "message", "stopped_by", "offset",
  ]

  static func preview(_ report: JSONNode) -> [String] {
    var lines = flat("", report)
    for warning in report["warnings"].elements {
      lines += TableMessages.lines(warning["message"].text ?? "no message")
    }
    for member in ["exact", "undecodable_values"] {
      lines.append(TableText.json([member: report["export"].object?[member] ?? "nothing"]))
    }
    return lines
  }

  /// One line for every value, with the names on the way to it.
  private static func flat(_ path: String, _ node: JSONNode) -> [String] {
    if let object = node.object {
      return object.sorted { $0.key < $1.key }.flatMap { name, value -> [String] in
        guard !ofFiles.contains(name) else { return [] }
        let node = JSONNode(value)
        guard !examples.contains(name) else { return ["\(path).\(name): \(node.elements.count)"] }
        return flat("\(path).\(name)", node)
      }
    }
    if node.isArray {
      return node.elements.enumerated().flatMap { flat("\(path)[\($0)]", $1) }
    }
    return ["\(path): \(node.text ?? node.int.map(String.init) ?? "nothing")"]
  }
}
