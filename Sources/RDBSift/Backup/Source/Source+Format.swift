// What a file is that is not an RDB file, or no longer one.

import RDB
import Storage

extension Source {
  /// What a file is that is not an RDB file; nil if that is not known.
  var format: UnsupportedFormat? {
    guard let size = mappedSize, size <= Source.payloadLimit else {
      return UnsupportedFormat(start(ContainerKind.headCount))
    }
    let head = start(ContainerKind.headCount)
    if let format = UnsupportedFormat(head) { return format }
    // A DUMP payload is recognized by the checksum of all its bytes.
    return UnsupportedFormat(start(size), isWhole: true) { bytes in
      [UInt8](bytes).withRawSpan { CRC64.update(0, $0) }
    }
  }

  /// The largest file that may be a DUMP payload: a server takes no larger argument.
  private static let payloadLimit = 512 << 20

  /// The remark about a damaged file whose bytes were taken for text.
  func textDamage(_ failure: JobFailure?) -> [InputRemark] {
    guard case .damage = failure, let damage = TextDamage(start(TextDamage.headCount)) else {
      return []
    }
    return [.textDamage(damage)]
  }
}
