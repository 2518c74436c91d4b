// The backups in a tar archive, and the files of append-only logs. The archive lies in a file, so that members are read in any order
// without reading those before them; a compressed archive is decompressed once into an unnamed
// file.

/// A tar archive whose members are known.
package struct Archive: Sendable {
  /// A member that is a backup, a container or a file of a log.
  package struct Member: Sendable {
    /// Its name.
    package let name: [UInt8]
    /// Whether it is a backup or a container, by what it begins with.
    package let isBackup: Bool
    /// Its bytes.
    package fileprivate(set) var part: FilePart
  }

  /// The members, in archive order; at least one.
  package private(set) var members: [Member] = []
  /// The first names of members that are not backups, such as `._dump.rdb`.
  package private(set) var leftovers: [[UInt8]] = []

  /// Names of leftovers that are kept.
  private static let leftoverLimit = 1000

  /// Reads an archive to its end.
  ///
  /// An error of the archive belongs to the last member that was found.
  /// - Throws: If there is no member, or why none could be found.
  init(_ whole: FilePart) throws(InputError) {
    let layers = whole.outer + [.tar]
    let buffer = StreamBuffer(FileStream(whole))
    let reader = TarReader(buffer, layers)
    var failure: InputError?
    do throws(InputError) {
      while let header = try reader.next() {
        guard !BackupName.isLeftover(header.name) else {
          if leftovers.count < Archive.leftoverLimit { leftovers.append(header.name) }
          continue
        }
        let isBackup = reader.isAtBackup(header)
        guard isBackup || reader.isAtLog(header) else { continue }
        let start = whole.range.lowerBound + buffer.offset
        let end = start + min(header.size, whole.range.upperBound - start)
        members.append(
          Member(
            name: header.name, isBackup: isBackup,
            part: FilePart(whole.file, start..<end, outer: layers)))
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

  /// Reads a streamed archive and keeps it in an unnamed file.
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

  /// Bytes copied at once.
  private static let step = 1 << 20

  /// Copies everything; returns why the stream ended early, if it did.
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
