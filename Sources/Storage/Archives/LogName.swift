/// How files of append-only logs are recognized: by their names, or by what they begin with.
package enum LogName {
  /// Whether a name is that of a manifest.
  package static func isManifest(_ path: String) -> Bool {
    path.hasSuffix(".manifest") && !(path.split(separator: "/").last ?? "").hasPrefix("temp-")
  }

  /// Whether bytes begin as a log does: with a command, or with a time stamp.
  package static func beginsLog(_ head: [UInt8]) -> Bool {
    if head.starts(with: "#TS:".utf8) { return true }
    guard head.first == UInt8(ascii: "*"), head.count > 3 else { return false }
    let digits = head.dropFirst().prefix { (0x30...0x39).contains($0) }
    let end = digits.endIndex
    return !digits.isEmpty && head.count > end + 2 && head[end] == 0x0d && head[end + 1] == 0x0a
      && head[end + 2] == UInt8(ascii: "$")
  }
}
