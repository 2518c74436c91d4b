// The backups in a tar archive. Its bytes lie in a file, so that every member can be read at any time
// and none costs reading those before it: what an archive was packed in is taken off once, into a file
// without a name.

/// A tar archive that was gone through.
package struct Archive: Sendable {
  /// A member that is a backup, or packs something.
  package struct Member: Sendable {
    /// Its name.
    package let name: [UInt8]
    /// Its bytes.
    package fileprivate(set) var part: FilePart
  }

  /// The members that are backups, in their order; there is one at least.
  package private(set) var members: [Member] = []

  /// Goes through an archive to its end.
  ///
  /// What is wrong with it belongs to the last of the members that could be found.
  /// - Throws: That there is none, or why none could be found.
  init(_ whole: FilePart) throws(InputError) {
    let layers = whole.outer + [.tar]
    let buffer = StreamBuffer(FileStream(whole))
    let reader = TarReader(buffer, layers)
    var failure: InputError?
    do throws(InputError) {
      while let header = try reader.next() {
        guard reader.isAtBackup(header) else { continue }
        let start = whole.range.lowerBound + buffer.offset
        let end = start + min(header.size, whole.range.upperBound - start)
        members.append(
          Member(name: header.name, part: FilePart(whole.file, start..<end, outer: layers)))
      }
    } catch {
      failure = error
    }
    guard let last = members.indices.last else {
      throw failure ?? .container(ContainerError(.noMember, layers, at: buffer.offset))
    }
    members[last].part.ending = failure
    members[last].part.remarks = buffer.remarks
  }

  /// Goes through an archive that comes, and keeps it in a file without a name.
  init(
    _ coming: StreamBuffer, outer: [ContainerKind], spillingTo directory: String
  ) throws(InputError) {
    var spill = try InputError.wrapping { () throws(SystemError) in try SpillFile(in: directory) }
    let ending = try Archive.copy(coming, to: &spill)
    let file = try InputError.wrapping { () throws(SystemError) in
      SharedFile(try spill.reopened())
    }
    var whole = FilePart(file, 0..<file.file.size, outer: outer)
    whole.ending = ending
    whole.remarks = coming.remarks
    try self.init(whole)
  }

  /// Bytes that are copied at once.
  private static let step = 1 << 20

  /// Copies all that comes; why no more came, if that was not its end.
  private static func copy(
    _ coming: StreamBuffer, to spill: inout SpillFile
  ) throws(InputError) -> InputError? {
    // SAFETY: filled and written within its count, and freed here.
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: step, alignment: 16)
    defer { unsafe buffer.deallocate() }
    while true {
      let count: Int
      do throws(InputError) {
        count = try unsafe coming.read(into: buffer)
      } catch {
        if case .system = error { throw error }
        return error
      }
      guard count > 0 else { return nil }
      do throws(SystemError) {
        try unsafe spill.append(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      } catch {
        throw .system(error)
      }
    }
  }
}
