// What `rules` lists: a row for each rule.

import Restore

extension SignatureRule {
  /// The rule as a row; a pack may come from anywhere, so its words are escaped like keys.
  var row: Fields {
    let title = Value.key(Array(title.utf8), width: .max)
    return [
      "severity": .textOnly(.text(severity.name)), "rule": .text(id).shown,
      "severity": .text(severity.name), "title": title,
      "where": .list(places.names.map { .text($0) }).shown(
        as: .text(places.names.joined(separator: " "))), "what it finds": .textOnly(title),
      "reference": .text(reference), "secret": .flag(isSecret), "check": .text(check?.rawValue),
      "pattern": .key(pattern),
    ]
  }
}
