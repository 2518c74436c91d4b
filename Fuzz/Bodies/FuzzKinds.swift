// The first bytes of a file that may be anything, or its name.
//
//   0    whether the bytes are taken for the beginning of an RDB file where they look like one
//   1…   the bytes

import Storage

/// Classifies a file and checks the classification.
public func fuzzKinds(_ bytes: RawSpan) {
  var input = FuzzInput()
  let accepts = input.option(bytes) & 1 == 1
  let head = bytes.extracting(input.payload(bytes)).fuzzBytes
  expectKind(of: head, accepts: accepts)
  expectTextDamage(of: head)
  let container = ContainerKind(Array(head.prefix(ContainerKind.headCount)))
  precondition(
    container == nil || ContainerKind(head) == container, "a container is known by more than a head"
  )
  if BackupName.isLeftover(head) {
    let name = head.split(separator: 0x2f).last ?? []
    precondition(
      name.starts(with: "._".utf8) || name.starts(with: "temp-".utf8), "a backup is left out")
  }
}

/// What bytes are taken for that are no RDB file.
func expectKind(of bytes: [UInt8], accepts: Bool) {
  guard let format = UnsupportedFormat(bytes, beginsFile: { _ in accepts }) else { return }
  let text = format.description
  precondition(!text.isEmpty && text.utf8.count < 1000, "a kind without a name, or a story")
  precondition(text.utf8.allSatisfy { (0x20...0x7e).contains($0) }, "a name is not plain")
  guard let offset = format.headerOffset else { return }
  precondition(accepts, "a header that begins no file")
  let header = bytes[offset...].prefix(9)
  precondition(
    offset > 0 && (header.starts(with: "REDIS".utf8) || header.starts(with: "VALKEY".utf8)),
    "no header where one was seen")
}

private func expectTextDamage(of bytes: [UInt8]) {
  switch TextDamage(bytes) {
  case .lineEnds: precondition(bytes.contains(0x0a), "line ends without lines")
  case .replacedBytes: precondition(bytes.contains(0xef), "bytes replaced by nothing")
  case nil: break
  }
}
