/// Names of files that lie beside backups.
package enum BackupName {
  /// Whether a file is none that somebody saved: `._NAME` has attributes of NAME (macOS), and
  /// `temp-PID.rdb` is what a server was writing.
  package static func isLeftover(_ path: [UInt8]) -> Bool {
    let name = path.split(separator: UInt8(ascii: "/")).last ?? []
    if name.starts(with: "._".utf8) { return true }
    let number = name.dropFirst(5).dropLast(4)
    return name.starts(with: "temp-".utf8) && name.suffix(4).elementsEqual(".rdb".utf8)
      && !number.isEmpty && number.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2e }
  }
}
