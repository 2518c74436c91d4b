// The `rules` list: one row per rule.

import Restore

extension SignatureRule {
  /// The rule as a row; its texts are escaped like keys, since a pack may be untrusted.
  var row: Fields {
    let title = Value.foreign(title, width: .max)
    return [
      "severity": .textOnly(.text(severity.name)), "rule": .text(id).shown,
      "severity": .text(severity.name), "title": title,
      "where": .list(places.names.map { .text($0) }).shown(
        as: .text(places.names.joined(separator: " "))), "description": .textOnly(title),
      "reference": .text(reference), "secret": .flag(isSecret), "check": .text(check?.rawValue),
      "pattern": .key(pattern),
    ]
  }
}
