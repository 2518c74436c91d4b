// Another server or other limits to compare with: `redis:8.6`, `hash-max-listpack-entries=128`, or both.

import ArgumentParser
import Memory

/// What `--what-if` asks for.
struct WhatIf: ExpressibleByArgument {
  /// The words as typed.
  let text: String
  /// The server; nil for the one of the report.
  let server: String?
  /// The limits.
  let limits: [(EncodingLimits.Name, Int)]

  init?(argument: String) {
    var (server, limits): (String?, [(EncodingLimits.Name, Int)]) = (nil, [])
    for word in argument.split(separator: ",", omittingEmptySubsequences: false) {
      let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
      if parts.count == 2 {
        // Servers still take the names from before listpacks.
        let name = parts[0].replacing("ziplist", with: "listpack")
        guard let name = EncodingLimits.Name(rawValue: name), let number = Int(parts[1]),
          name.values.contains(number)
        else { return nil }
        limits.append((name, number))
      } else {
        guard server == nil, !word.isEmpty else { return nil }
        server = String(word)
      }
    }
    text = argument
    self.server = server
    self.limits = limits
  }

  /// The limits: the defaults, with those that were given.
  var encodingLimits: EncodingLimits {
    limits.reduce(into: EncodingLimits()) { $0[$1.0] = $1.1 }
  }

  static let names = EncodingLimits.Name.allCases.map(\.rawValue).joined(separator: ", ")
}
