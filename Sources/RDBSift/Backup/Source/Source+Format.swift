// What a file is that is not an RDB file, or no longer one.

import RDB
package import Storage

extension Source {
  /// What a file is that is not an RDB file; nil if that is not known.
  var format: UnsupportedFormat? {
    UnsupportedFormat(start(ContainerKind.headCount)) { Source.beginsFile($0) }
  }

  /// Whether an RDB file begins with some bytes: a header, and then an opcode or a record.
  ///
  /// Text that only mentions a header goes on with a letter, a space or a line end.
  static func beginsFile(_ bytes: ArraySlice<UInt8>) -> Bool {
    [UInt8](bytes).withRawSpan { span in
      guard var scanner = try? RDBScanner(headerOf: span) else { return false }
      var batch = RecordBatch(capacity: 1)
      do throws(RDBError) {
        _ = try scanner.scan(span, into: &batch)
        return true
      } catch {
        // What goes on behind the bytes that are here is judged by its opcode.
        let next = bytes.dropFirst(RDBHeader.byteCount).first ?? 0
        return batch.count > 0 || !batch.events.isEmpty
          || error.reason == .truncated && next >= RDBOpcode.hashTemplate.rawValue
      }
    }
  }

  /// What was done to a damaged file that was taken for text; nil if nothing shows it.
  var textDamage: TextDamage? { TextDamage(start(TextDamage.headCount)) }

  /// The remark about a damaged file whose bytes were taken for text.
  package func textDamage(isDamaged: Bool) -> [InputRemark] {
    isDamaged ? textDamage.map { [.textDamage($0)] } ?? [] : []
  }

  /// The same for the failure of a sweep.
  func textDamage(_ failure: JobFailure?) -> [InputRemark] {
    if case .damage = failure { textDamage(isDamaged: true) } else { [] }
  }
}
