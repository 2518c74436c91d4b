// What `rules` lists: a row for each rule.

import Restore

extension SignatureRule {
  /// The rule as a row. A pack may come from anywhere, so its words are escaped like keys.
  var row: [Field] {
    let severity = Value.text(severity.name)
    let title = Value.key(Array(title.utf8), width: .max)
    return [
      Field(title: "severity", severity), Field("rule", title: "rule", .text(id)),
      Field("severity", severity), Field("title", title),
      Field(
        "where", title: "where", .list(places.names.map { .text($0) }),
        shown: .text(places.names.joined(separator: " "))),
      Field(title: "what it finds", title), Field("reference", .text(reference)),
      Field("secret", .flag(isSecret)), Field("check", .optional(check) { .text($0.rawValue) }),
      Field("pattern", .key(pattern)),
    ]
  }
}
